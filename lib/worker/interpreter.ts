import { existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { InterpreterNotFoundError } from '../errors.js';

/** What runs when neither `python` nor an active environment says otherwise. */
const DEFAULT_INTERPRETER = 'python3';
/** What tools set that activate an environment, the more particular first. */
const ACTIVE_ENVIRONMENTS = ['VIRTUAL_ENV', 'CONDA_PREFIX'] as const;
/** Where a venv or conda environment has its interpreter, and where it is when the `bin` itself was named. */
const INSIDE = ['bin/python', 'bin/python3', 'python', 'python3'] as const;

/**
 * The interpreter to start: a name on PATH, a path to one, or the folder of a venv or conda environment.
 * Throws InterpreterNotFoundError.
 */
export function findInterpreter(
  python: string | undefined,
  environment: NodeJS.ProcessEnv,
): string {
  if (python === '')
    throw new InterpreterNotFoundError('`python` is empty: pass an interpreter, or leave it out');
  const path = environment['PATH'] ?? '';
  if (python === undefined) return findActive(environment) ?? findOnPath(DEFAULT_INTERPRETER, path);
  if (python.includes('/')) return findAt(python);
  // A bare name may also be a venv in the current folder; any other folder of that name is none of ours.
  const here = resolve(python);
  return isFile(here) ? here : (findInside(here) ?? findOnPathOrAt(python, path));
}

function findOnPathOrAt(name: string, path: string): string {
  try {
    return findOnPath(name, path);
  } catch (error) {
    if (existsSync(name)) return findAt(name);
    throw error;
  }
}

function findActive(environment: NodeJS.ProcessEnv): string | undefined {
  const name = ACTIVE_ENVIRONMENTS.find((each) => environment[each]);
  if (name === undefined) return undefined;
  const folder = environment[name] as string;
  try {
    return findAt(folder);
  } catch (error) {
    throw new InterpreterNotFoundError(`${name} is ${folder}, but ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function findOnPath(name: string, path: string): string {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder, name);
    if (folder !== '' && isFile(candidate)) return candidate;
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
  if (path.endsWith('.py'))
    throw new InterpreterNotFoundError(
      `${path} is a Python file and no interpreter: pass it as \`module\``,
    );
  if (isFile(path)) return path;
  const inside = findInside(path);
  if (inside !== undefined) return inside;
  throw new InterpreterNotFoundError(
    `${path} is a folder but not a venv (it has no bin/python): make one with \`python3 -m venv ${wanted}\``,
  );
}

function findInside(folder: string): string | undefined {
  return INSIDE.map((name) => join(folder, name)).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}
