/** What the file of an interpreter says, where that is all there is to know: to start a child for the answer takes as long as a tenth of Python's own start. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { readLinkedLibraries } from './elf-file.js';
import type { Installation } from './installation.js';

/** Of a CPython with the global interpreter lock, and no debug build. */
const LIBRARY = /^libpython3\.(\d+)\.so\.1\.0$/;
/** Other programs may have Python inside. */
const INTERPRETER = /^python[\d.]*$/;
/** Of the standard library: what says where it is, and what Python cannot start without. */
const START = ['os.py', 'encodings/__init__.py'] as const;
/** What changes neither which library is loaded nor whether Python starts. */
const HARMLESS = new Set(['PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE']);

/** Undefined: it has to be asked. */
export function readInstallation(
  interpreter: string,
  environment: NodeJS.ProcessEnv,
): Installation | undefined {
  if (Object.keys(environment).some(isTelling)) return undefined;
  const executable = resolve(interpreter);
  try {
    const file = realpathSync(executable);
    if (!INTERPRETER.test(basename(file))) return undefined;
    const { needed, runPath } = readLinkedLibraries(file) ?? { needed: [], runPath: [] };
    const name = needed.find((each) => LIBRARY.test(each));
    if (name === undefined) return undefined;
    const library = findLibrary(name, runPath, dirname(file));
    const version = `3.${name.match(LIBRARY)?.[1]}`;
    const prefix = findPrefix(executable, file, version);
    if (library === undefined || prefix === undefined) return undefined;
    return { library, executable, version, prefix };
  } catch {
    // Whatever it is: the interpreter has the words for it.
    return undefined;
  }
}

/** Whether a variable may mean something to the dynamic linker or to Python. */
function isTelling(name: string): boolean {
  return name === 'LD_LIBRARY_PATH' || (name.startsWith('PYTHON') && !HARMLESS.has(name));
}

/** As the dynamic linker finds it. */
function findLibrary(name: string, runPath: readonly string[], origin: string): string | undefined {
  for (const listed of runPath) {
    const folder = listed.replace(/\$(ORIGIN|\{ORIGIN\})/g, origin);
    // There are builds for particular processors below, or it depends on the current folder.
    if (!isAbsolute(folder) || existsSync(join(folder, 'glibc-hwcaps'))) return undefined;
    const path = join(folder, name);
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** `sys.prefix`: of the environment, or where the standard library is. Undefined as well where Python would not start: in this process that would end it. */
function findPrefix(executable: string, file: string, version: string): string | undefined {
  const base = dirname(dirname(file));
  const library = join(base, 'lib', `python${version}`);
  if (!START.every((name) => existsSync(join(library, name)))) return undefined;
  const folder = dirname(executable);
  const settings = [folder, dirname(folder)]
    .map((place) => join(place, 'pyvenv.cfg'))
    .find((path) => existsSync(path));
  if (settings === undefined) return base;
  const home = readFileSync(settings, 'utf8').match(/^\s*home\s*=\s*(.*?)\s*$/m)?.[1];
  return home !== undefined && realpathSync(home) === dirname(file) ? dirname(folder) : undefined;
}
