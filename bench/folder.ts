import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : find(dirname(folder));
}

/** The repository's top folder. */
export const root: string = find(dirname(fileURLToPath(import.meta.url)));

/** Where the Python halves of the drivers lie. */
export const peers: string = join(root, 'bench', 'peers');

/** The interpreter of every driver: `$PYTHON`, else the project's environment, else `python3`. */
export function pythonCommand(): string {
  const local = join(root, '.venv', 'bin', 'python');
  return process.env['PYTHON'] ?? (existsSync(local) ? local : 'python3');
}
