import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

/** The interpreter the specs run: the project's own environment when it is there. */
export function pythonCommand(): string {
  const local = join(root, '.venv', 'bin', 'python');
  return process.env['RINGSNAKE_TEST_PYTHON'] ?? (existsSync(local) ? local : 'python3');
}

/** The environment in which that interpreter finds the package of this checkout. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  const inherited = process.env['PYTHONPATH'];
  const own = join(root, 'python');
  return { ...process.env, PYTHONPATH: inherited ? `${own}:${inherited}` : own };
}
