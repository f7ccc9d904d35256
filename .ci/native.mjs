/** The addon and the Python extension, by node-gyp. */
import { existsSync, readFileSync, utimesSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { compilerCommand } from '../lib/doctor/compiler.mjs';
import { filesBelow, fingerprint, isStamped, stamp } from './fingerprint.mjs';
import { root, run, step } from './step.mjs';

const STAMP = 'build/native.stamp';
const ADDON = 'build/Release/ringsnake_node.node';

/** @typedef {import('../lib/doctor/python.mjs').PythonFacts} PythonFacts */

/** @param {PythonFacts} python */
export async function prepareNative(python) {
  const wanted = inputs(python);
  if (nativeIsFresh(python)) return;
  await step('native build', async () => {
    touchChanged(wanted.files);
    await build(python);
  });
  stamp(STAMP, JSON.stringify(wanted));
}

/** @param {PythonFacts} python */
export function nativeIsFresh(python) {
  const isBuilt = outputs(python).every((path) => existsSync(join(root, path)));
  return isBuilt && isStamped(STAMP, JSON.stringify(inputs(python)));
}

/**
 * The addon, and Python's half for every interpreter and for this one.
 * @param {PythonFacts} python
 */
function outputs(python) {
  const names = ['.abi3.so', python.suffix].map((suffix) => `python/ringsnake/_native${suffix}`);
  return [ADDON, ...names];
}

/**
 * What the binaries were made from: a hash for each file, because make has to know which changed.
 * @param {PythonFacts} python
 */
function inputs(python) {
  const files = ['binding.gyp', 'package-lock.json', ...filesBelow('csrc')];
  return {
    facts: [
      process.version,
      process.arch,
      python.version,
      python.include,
      python.suffix,
      compilerCommand() ?? '',
    ],
    files: Object.fromEntries(files.map((file) => [file, fingerprint({ files: [file] })])),
  };
}

/**
 * make compares times, and a file that was copied or unpacked may be older than what it must replace.
 * @param {Readonly<Record<string, string>>} files
 */
function touchChanged(files) {
  const path = join(root, STAMP);
  const built = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).files : {};
  const now = new Date();
  for (const [file, hash] of Object.entries(files)) {
    if (built[file] !== hash) utimesSync(join(root, file), now, now);
  }
}

/** @param {PythonFacts} python */
async function build(python) {
  const gyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const argv = ['configure', 'build', '--jobs=max', `--python=${python.executable}`];
  const env = nativeEnvironment(python);
  await run(process.execPath, [gyp, ...argv, ...localHeaders()], { log: 'native-build.log', env });
}

/**
 * What binding.gyp asks: the interpreter for its headers, this Node for node-addon-api.
 * @param {PythonFacts} python
 */
export function nativeEnvironment(python) {
  const compiler = compilerCommand();
  return {
    ...process.env,
    PYTHON: python.executable,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
    ...(compiler === undefined ? {} : { CXX: compiler }),
  };
}

/** Where Node's headers lie beside this Node itself, nothing has to be downloaded. */
export function localHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const include = join(prefix, 'include', 'node');
  const version = join(include, 'node_version.h');
  if (!existsSync(join(include, 'node_api.h')) || !existsSync(version)) return [];
  const major = /#define NODE_MAJOR_VERSION (\d+)/.exec(readFileSync(version, 'utf8'))?.[1];
  return major === process.versions.node.split('.')[0] ? [`--nodedir=${prefix}`] : [];
}
