import { existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { InterpreterNotFoundError } from '../errors.js';

/** What runs when neither `python` nor an active venv says otherwise. */
const DEFAULT_INTERPRETER = 'python3';

/**
 * The interpreter to start: a name on PATH, a path to one, or the folder of a venv or conda environment.
 * Throws InterpreterNotFoundError.
 */
export function findInterpreter(
  python: string | undefined,
  environment: NodeJS.ProcessEnv,
): string {
  const wanted = python ?? environment['VIRTUAL_ENV'] ?? DEFAULT_INTERPRETER;
  const isName = !wanted.includes('/') && !existsSync(wanted);
  return isName ? findOnPath(wanted, environment['PATH'] ?? '') : findAt(wanted);
}

function findOnPath(name: string, path: string): string {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && existsSync(candidate)) return candidate;
  }
  throw new InterpreterNotFoundError(
    `there is no \`${name}\` on PATH: install Python 3.11 or later, or pass \`python\` (an interpreter or the folder of a venv) to spawn()`,
  );
}

function findAt(wanted: string): string {
  const path = isAbsolute(wanted) ? wanted : resolve(wanted);
  if (!existsSync(path)) {
    throw new InterpreterNotFoundError(
      `there is no interpreter at ${path}: pass an interpreter or the folder of a venv as \`python\``,
    );
  }
  if (!statSync(path).isDirectory()) return path;
  const inside = join(path, 'bin', 'python');
  if (existsSync(inside)) return inside;
  throw new InterpreterNotFoundError(
    `${path} is a folder but not a venv (it has no bin/python): make one with \`python3 -m venv ${wanted}\``,
  );
}
