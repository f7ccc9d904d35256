import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inspectPython, type PythonFacts } from '../../lib/doctor/python.mjs';
import { files, modified, newest } from './core-program.js';
import { pythonCommand } from './python.js';
import { root } from './root.js';

const ABI3 = '_native.abi3.so';
const FIRST_MINOR = 11;
const LAST_MINOR = 30;

const checkout = join(root, 'python', 'ringsnake');
const built = join(root, 'build', 'spec', 'python');

/** The interpreter that the specs run. */
export function defaultPython(): PythonFacts {
  const facts = inspectPython(pythonCommand());
  if (facts === undefined) throw new Error(`${pythonCommand()} does not run`);
  return facts;
}

/** One CPython of each other version that the package is for: `python3.N` on PATH, and pyenv's. */
export function otherPythons(): PythonFacts[] {
  const minors = Array.from({ length: LAST_MINOR - FIRST_MINOR + 1 }, (_, i) => FIRST_MINOR + i);
  const folder = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const pyenv = existsSync(folder) ? readdirSync(folder).sort() : [];
  const commands = [
    ...minors.map((minor) => `python3.${minor}`),
    ...pyenv.map((version) => join(folder, version, 'bin', 'python')),
  ];
  const found = new Map<string, PythonFacts>();
  for (const facts of commands.map(inspectPython)) {
    // Not PyPy's, and no free-threaded ones, whose version has a letter.
    if (facts?.recent && /^\.cpython-\d+-/.test(facts.suffix)) found.set(facts.suffix, facts);
  }
  found.delete(defaultPython().suffix);
  return [...found.values()];
}

/** A folder for PYTHONPATH, in which the package has the limited API's build only. */
export function abi3Package(): string {
  return packageOf('abi3', { name: ABI3, path: join(checkout, ABI3) });
}

/** The same with the full build for this interpreter, which is made unless it is newer than its source. */
export function fullPackage(python: PythonFacts): string {
  const name = `_native${python.suffix}`;
  return packageOf(`full${python.suffix}`, { name, path: buildFull(python, name) });
}

/** Of links to the checkout's files. Nothing is removed that another spec may be using. */
function packageOf(title: string, extension: { name: string; path: string }): string {
  const folder = join(built, title);
  mkdirSync(join(folder, 'ringsnake'), { recursive: true });
  const isPart = (name: string): boolean => !/\.so$|^__pycache__$/.test(name);
  for (const name of readdirSync(checkout).filter(isPart))
    link(join(checkout, name), join(folder, 'ringsnake', name));
  link(extension.path, join(folder, 'ringsnake', extension.name));
  return folder;
}

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (readlinkSync(path) === target) return;
    rmSync(path);
    symlinkSync(target, path);
  }
}

/** Quickly, without optimisation: what is asked is whether it is right in that version. */
function buildFull(python: PythonFacts, name: string): string {
  const path = join(built, name);
  const sources = ['python', 'core'].flatMap((part) => files(join(root, 'csrc', part)));
  if (newest(sources) < modified(path)) return path;
  mkdirSync(built, { recursive: true });
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wno-unused-parameter', '-Werror'];
  const flags = ['-std=c++20', '-O0', '-fPIC', '-fvisibility=hidden', ...warnings];
  const compile = (...argv: readonly string[]): unknown =>
    execFileSync(
      process.env['CXX'] ?? 'g++',
      [...flags, '-DPY_SSIZE_T_CLEAN', '-isystem', python.include, ...argv],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
  // Most of the time would go into reading the same headers once for each source.
  const headers = join(built, `${name}.h`);
  writeFileSync(headers, `#include <Python.h>\n${standardHeaders(sources)}\n`);
  compile('-x', 'c++-header', headers, '-o', `${headers}.gch`);
  const bodies = sources.filter((file) => file.endsWith('.cc'));
  compile('-shared', '-include', headers, ...bodies, '-o', path, '-lpthread');
  return path;
}

/** Those of C++ that the files include. */
function standardHeaders(paths: readonly string[]): string {
  const found = paths.flatMap(
    (path) => readFileSync(path, 'utf8').match(/^#include <\w+>$/gm) ?? [],
  );
  return [...new Set(found)].sort().join('\n');
}
