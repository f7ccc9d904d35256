/** The interpreters that a user of this machine may mean, and what each is good for. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pythonPath } from '../native.js';
import { inspectPython, type PythonFacts } from './python.mjs';

/** An interpreter that runs. */
export interface Interpreter {
  /** How the user would name it. */
  readonly name: string;
  readonly facts: PythonFacts;
  readonly extension: LoadedExtension;
}

/** Which build of ringsnake's extension an interpreter loads, or why it loads none. */
export type LoadedExtension = { readonly build: string } | { readonly error: string };

/**
 * `python3`, $PYTHON, the active venv, `.venv` in the working directory, and pyenv's recent ones. Each once, under the
 * first of these names.
 */
export function findInterpreters(environment: NodeJS.ProcessEnv): Interpreter[] {
  const found = new Map<string, Interpreter>();
  for (const { name, command, onlyRecent } of candidates(environment)) {
    const facts = inspectPython(command);
    if (facts === undefined || (onlyRecent && !facts.recent)) continue;
    // bin/python and bin/python3 are one interpreter; a venv's link to it is another.
    const isVenv = facts.executable !== facts.base;
    const key = isVenv ? facts.executable : realpathSync(facts.executable);
    if (found.has(key)) continue;
    const extension = facts.recent ? loadExtension(facts.executable) : { error: 'too old' };
    found.set(key, { name, facts, extension });
  }
  return [...found.values()];
}

/** Imports the extension in that interpreter. */
export function loadExtension(executable: string): LoadedExtension {
  const program = 'import ringsnake._native; print(ringsnake._native.build)';
  const { status, stdout, stderr } = spawnSync(executable, ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: pythonPath },
  });
  if (status === 0) return { build: stdout.trim() };
  return { error: stderr.trimEnd().split('\n').at(-1) ?? 'it does not run' };
}

interface Candidate {
  readonly name: string;
  readonly command: string;
  /** Old ones are of no interest to anybody. */
  readonly onlyRecent: boolean;
}

function candidates(environment: NodeJS.ProcessEnv): Candidate[] {
  const { PYTHON: asked, VIRTUAL_ENV: active } = environment;
  const named: Candidate[] = [{ name: 'python3', command: 'python3', onlyRecent: false }];
  if (asked) named.push({ name: '$PYTHON', command: asked, onlyRecent: false });
  if (active)
    named.push({ name: '$VIRTUAL_ENV', command: interpreterIn(active), onlyRecent: false });
  named.push({ name: '.venv', command: interpreterIn('.venv'), onlyRecent: false });
  return [...named, ...pyenv(environment)];
}

function pyenv(environment: NodeJS.ProcessEnv): Candidate[] {
  const folder = join(environment['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((version) => ({
    name: `pyenv ${version}`,
    command: interpreterIn(join(folder, version)),
    onlyRecent: true,
  }));
}

function interpreterIn(folder: string): string {
  return join(folder, 'bin', 'python');
}
