/** `ringsnake doctor`: what is here, what is built, and what mends the rest. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addonPath, native } from '../native.js';
import { findInterpreter } from '../worker/interpreter.js';
import { installCommand } from './distribution.mjs';
import { findInterpreters, type Interpreter, loadExtension } from './interpreters.js';
import { packageVersion } from './package-version.js';
import { inspectPython, type PythonFacts } from './python.mjs';
import {
  compilerRequirements,
  kernelRequirement,
  linuxRequirement,
  nodeRequirement,
  type Requirement,
} from './requirements.mjs';
import { type Finding, formatFindings } from './table.js';

const BUILD = 'npm run build:native';

/** Prints the tables. Returns the exit code: 0 if a worker could start with the default interpreter, else 1. */
export function doctor(stdout: { write(text: string): unknown }): number {
  const worker = workerFindings();
  const interpreters = findInterpreters(process.env).map(interpreterFinding);
  const absent: Finding = {
    name: 'python3',
    state: 'bad',
    found: 'none runs',
    mend: pythonInstall(),
  };
  const sections = [
    `ringsnake ${packageVersion()}\n`,
    formatFindings('To start a worker', worker),
    formatFindings('Interpreters', interpreters.length > 0 ? interpreters : [absent]),
    formatFindings('To build the native half', compilerRequirements().map(optional)),
    formatFindings('To generate code', [generatorFinding()]),
  ];
  const healthy = worker.every(({ state }) => state === 'ok');
  const verdict = healthy
    ? 'A worker can start.'
    : 'A worker cannot start: mend what says NO above.';
  stdout.write(`${sections.join('\n')}\n${verdict}\n`);
  return healthy ? 0 : 1;
}

/** What spawn() needs when no interpreter is named. */
function workerFindings(): Finding[] {
  const machine = [nodeRequirement(), linuxRequirement()].map(required);
  const { finding, facts } = defaultInterpreter();
  if (facts === undefined) return [...machine, addonFinding(), finding];
  return [
    ...machine,
    required(kernelRequirement(facts)),
    addonFinding(),
    finding,
    extensionFinding(facts),
  ];
}

function defaultInterpreter(): { finding: Finding; facts?: PythonFacts } {
  const name = 'default interpreter';
  try {
    const path = findInterpreter(undefined, process.env);
    const facts = inspectPython(path);
    if (facts?.recent !== true) {
      const found =
        facts === undefined
          ? `${path} does not run`
          : `${path} is ${facts.version}, not 3.11 or later`;
      return { finding: { name, state: 'bad', found, mend: pythonInstall() } };
    }
    return {
      finding: { name, state: 'ok', found: `${facts.version} (${facts.executable})` },
      facts,
    };
  } catch (error) {
    return {
      finding: { name, state: 'bad', found: (error as Error).message, mend: pythonInstall() },
    };
  }
}

function addonFinding(): Finding {
  const name = 'Node addon';
  try {
    native();
    return { name, state: 'ok', found: addonPath };
  } catch (error) {
    const found = existsSync(addonPath)
      ? (error as Error).message
      : `not built: ${addonPath} is missing`;
    return { name, state: 'bad', found, mend: BUILD };
  }
}

function extensionFinding(facts: PythonFacts): Finding {
  const name = 'Python extension';
  const loaded = loadExtension(facts.executable);
  if ('error' in loaded) return { name, state: 'bad', found: loaded.error, mend: BUILD };
  return {
    name,
    state: 'ok',
    found: `its ${loaded.build} build loads into the default interpreter`,
  };
}

function interpreterFinding({ name, facts, extension }: Interpreter): Finding {
  const headers = `Python.h ${facts.headers ? 'yes' : 'no'}`;
  const isLoaded = 'build' in extension;
  const found = isLoaded
    ? `extension loads (${extension.build})`
    : `extension does not load: ${extension.error}`;
  return {
    name,
    state: isLoaded ? 'ok' : 'bad',
    found: `${facts.version.padEnd(8)} ${facts.executable}, ${headers}, ${found}`,
    mend: facts.recent ? BUILD : pythonInstall(),
  };
}

function generatorFinding(): Finding {
  const name = 'ts-morph';
  try {
    return { name, state: 'ok', found: createRequire(import.meta.url).resolve('ts-morph') };
  } catch {
    return {
      name,
      state: 'absent',
      found: 'not installed',
      mend: 'npm install --save-dev ts-morph',
    };
  }
}

function required(requirement: Requirement): Finding {
  return { ...optional(requirement), state: requirement.ok ? 'ok' : 'bad' };
}

/** Missed only by who builds: what is built already works without. */
function optional({ name, found, ok, parts, advice }: Requirement): Finding {
  return { name, found, state: ok ? 'ok' : 'absent', mend: installCommand(parts) ?? advice };
}

function pythonInstall(): string {
  return installCommand(['python', 'headers', 'venv']) ?? 'install Python 3.11 or later';
}
