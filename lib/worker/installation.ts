import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbedError } from '../errors.js';
import { readInstallation } from './linked-installation.js';

/** A CPython, as its own command line or its file describes it. */
export interface Installation {
  /** Path of its shared library. */
  readonly library: string;
  /** `sys.executable`: what was named may be a script that chooses one. */
  readonly executable: string;
  /** `sys.version`, or what that begins with. */
  readonly version: string;
  /** Of the environment that it would run in. */
  readonly prefix: string;
}

interface Answer {
  readonly implementation: string;
  readonly version: string;
  readonly numbers: readonly [number, number];
  readonly executable: string;
  readonly prefix: string;
  readonly freeThreaded: boolean;
  /** Where it says that its shared library is, and it is. */
  readonly libraries: readonly string[];
}

const FIRST_VERSION = [3, 11] as const;
const PATIENCE_MS = 10_000;
/** What is before it is none of the answer. */
const MARK = 'ringsnake:';
/** Characters of what is no answer. */
const SHOWN = 100;

// Asked without `site`, which takes most of the time that Python needs to start, and may take long in an environment with many packages; but for what it
// says of the prefix. And without `json`, which takes as long as all the rest. Where the library is: as it was configured, else below where it lies now, as conda moves it.
const QUESTION = `
import os, site, sys, sysconfig
site.addsitepackages = lambda known_paths, prefixes=None: known_paths
site.venv(set())
values = sysconfig.get_config_vars()
names = [values.get("INSTSONAME") or "", values.get("LDLIBRARY") or ""]
folders = [values.get("LIBDIR") or "", os.path.join(sys.base_prefix, "lib")]
paths = [os.path.join(folder, name) for folder in folders for name in names if ".so" in name]
told = [sys.implementation.name, sys.version, *map(str, sys.version_info[:2]), sys.executable, sys.prefix, str(values.get("Py_GIL_DISABLED") == 1)]
told += [path for path in paths if os.path.exists(path)]
sys.stdout.buffer.write(os.fsencode("\\n${MARK}" + "\\0".join(told)))
`;

/** By interpreter: a process does not change the Python it runs, so that each thread asks once. */
const found = new Map<string, Installation>();

/** Where an interpreter's library is: its file says so, or it is asked. Rejects with EmbedError when it cannot be embedded. */
export async function findInstallation(interpreter: string): Promise<Installation> {
  let installation = found.get(interpreter);
  if (installation === undefined) {
    const read = readInstallation(interpreter, process.env);
    if (read !== undefined) refuseOld(interpreter, read.version);
    installation = read ?? (await lookAt(interpreter));
    found.set(interpreter, installation);
  }
  return installation;
}

async function lookAt(interpreter: string): Promise<Installation> {
  const answer = await ask(interpreter);
  const { version, numbers, implementation, executable, prefix, freeThreaded, libraries } = answer;
  const shown = version.split(' ')[0];
  if (implementation !== 'cpython')
    throw new EmbedError(`${interpreter} is ${implementation}: only CPython can be embedded`);
  refuseOld(interpreter, version);
  if (freeThreaded)
    throw new EmbedError(
      `${interpreter} is a free-threaded CPython ${shown}: ringsnake needs the global interpreter lock; use the ordinary build`,
    );
  const [library] = libraries;
  if (library === undefined)
    throw new EmbedError(
      `${interpreter} (CPython ${shown}) has no shared library: install it (Debian: libpython${numbers.join('.')}), build Python with \`--enable-shared\`, or use spawn(), which needs none`,
    );
  return { library, executable, version, prefix };
}

function refuseOld(interpreter: string, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat);
  if (major > FIRST_VERSION[0] || (major === FIRST_VERSION[0] && minor >= FIRST_VERSION[1])) return;
  throw new EmbedError(
    `${interpreter} is CPython ${version.split(' ')[0]}: ringsnake needs ${FIRST_VERSION.join('.')} or later`,
  );
}

async function ask(interpreter: string): Promise<Answer> {
  try {
    const { stdout } = await promisify(execFile)(interpreter, ['-S', '-c', QUESTION], {
      timeout: PATIENCE_MS,
    });
    return readAnswer(stdout);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new EmbedError(`${interpreter} does not say what it is: ${stderr || message}`, {
      cause: error,
    });
  }
}

/** Throws when it is none. */
function readAnswer(output: string): Answer {
  const words = output.slice(output.lastIndexOf(MARK) + MARK.length).split('\0');
  const [implementation, version, major, minor, executable, prefix, freeThreaded, ...libraries] =
    words;
  const isWhole = freeThreaded === 'True' || freeThreaded === 'False';
  if (!isWhole || !implementation || !version || !executable || prefix === undefined)
    throw new Error(`it answered ${JSON.stringify(output.slice(0, SHOWN))}`);
  return {
    implementation,
    version,
    numbers: [Number(major), Number(minor)],
    executable,
    prefix,
    freeThreaded: freeThreaded === 'True',
    libraries,
  };
}
