/**
 * What a machine needs before ringsnake can be built and used. Plain JavaScript: it runs before anything is installed or
 * compiled (`.ci/prepare.mjs`), and again in `ringsnake doctor`.
 */
import { release } from 'node:os';
import { compilerCommand, inspectCompiler, isOnPath } from './compiler.mjs';
import { inspectPython, PYTHON_MINIMUM } from './python.mjs';

export const NODE_MINIMUM = 20;

/**
 * @typedef {object} Requirement
 * @property {string} name
 * @property {string} found what is there, for people
 * @property {boolean} ok
 * @property {readonly import('./distribution.mjs').Part[]} parts what the distribution must install
 * @property {string} [advice] what else to do, or do instead
 */

/** @returns {Requirement} */
export function nodeRequirement() {
  const ok = Number.parseInt(process.versions.node, 10) >= NODE_MINIMUM;
  const advice = `install Node.js ${NODE_MINIMUM} or later: https://nodejs.org/en/download`;
  const found = `${process.version} (${process.execPath})`;
  return { name: `Node.js ${NODE_MINIMUM}`, found, ok, parts: [], ...(ok ? {} : { advice }) };
}

/** @returns {Requirement} */
export function linuxRequirement() {
  const ok = process.platform === 'linux';
  const found = ok ? `Linux ${release()}` : process.platform;
  const advice =
    'ringsnake needs memfd, futex and eventfd, which only Linux has: use Linux, or WSL 2';
  return { name: 'Linux', found, ok, parts: [], ...(ok ? {} : { advice }) };
}

/**
 * The interpreter that is asked for by $PYTHON, else `python3`: it, its headers, its venv module.
 * @param {string} [command]
 * @returns {Requirement[]}
 */
export function pythonRequirements(command = process.env['PYTHON'] || 'python3') {
  const facts = inspectPython(command);
  const name = `Python ${PYTHON_MINIMUM}`;
  if (facts?.recent !== true) return [pythonMissing(name, command, facts?.version)];
  const where = `${facts.version} (${facts.executable})`;
  const headers = facts.headers ? facts.include : `no Python.h in ${facts.include}`;
  return [
    { name, found: where, ok: true, parts: [] },
    ofPython('Python headers', facts, { ok: facts.headers, found: headers, part: 'headers' }),
    ofPython('Python venv', facts, {
      ok: facts.venv,
      found: facts.venv ? 'yes' : 'the modules venv and ensurepip are not both there',
      part: 'venv',
    }),
    kernelRequirement(facts),
  ];
}

/**
 * @param {string} name
 * @param {string} command
 * @param {string | undefined} version
 * @returns {Requirement}
 */
function pythonMissing(name, command, version) {
  const found =
    version === undefined ? `\`${command}\` does not run` : `\`${command}\` is ${version}`;
  const newer = ['python3.14', 'python3.13', 'python3.12', 'python3.11'].find(
    (other) => inspectPython(other)?.recent === true,
  );
  if (newer !== undefined)
    return { name, found, ok: false, parts: [], advice: `set PYTHON=${newer}` };
  const advice = `if the package is older than that, install a newer one beside it and set PYTHON to its path`;
  return { name, found, ok: false, parts: ['python', 'headers', 'venv'], advice };
}

/**
 * @param {string} name
 * @param {import('./python.mjs').PythonFacts} facts
 * @param {{ ok: boolean, found: string, part: 'headers' | 'venv' }} check
 * @returns {Requirement}
 */
function ofPython(name, facts, { ok, found, part }) {
  if (ok) return { name, found, ok, parts: [] };
  // The distribution's packages are made for its own interpreter and no other.
  if (facts.executable.startsWith('/usr/bin/')) return { name, found, ok, parts: [part] };
  const advice = `reinstall Python at ${facts.executable} with it, or choose another with PYTHON=/usr/bin/python3`;
  return { name, found, ok, parts: [], advice };
}

/**
 * @param {import('./python.mjs').PythonFacts} facts
 * @returns {Requirement}
 */
export function kernelRequirement({ kernel }) {
  const refused = Object.entries(kernel).filter(([, answer]) => answer !== 'yes');
  const ok = refused.length === 0;
  const found = ok
    ? Object.keys(kernel).join(', ')
    : refused.map(([call, why]) => `${call}: ${why}`).join('; ');
  const advice =
    'needs Linux 5.3 or later, and a sandbox (seccomp, container) that allows these calls';
  return { name: 'kernel', found, ok, parts: [], ...(ok ? {} : { advice }) };
}

/** @returns {Requirement[]} */
export function compilerRequirements() {
  const facts = inspectCompiler();
  const make = isOnPath('make');
  return [
    compilerRequirement(facts),
    { name: 'make', found: make ? 'yes' : 'not on PATH', ok: make, parts: make ? [] : ['make'] },
  ];
}

/**
 * @param {import('./compiler.mjs').CompilerFacts | undefined} facts
 * @returns {Requirement}
 */
function compilerRequirement(facts) {
  const name = 'C++20 compiler';
  if (facts === undefined) {
    const asked = compilerCommand();
    const found = asked === undefined ? 'no g++ or clang++ on PATH' : `CXX=${asked} does not run`;
    return { name, found, ok: false, parts: ['compiler'] };
  }
  if (facts.capable) return { name, found: facts.version, ok: true, parts: [] };
  const found = `${facts.version} does not compile a small C++20 program`;
  const advice =
    'if it is older than g++ 11 or clang++ 15: install a newer one and name it, as in CXX=g++-12';
  return { name, found, ok: false, parts: ['compiler'], advice };
}
