/**
 * Makes everything that a command of this repository needs, and nothing twice:
 *
 *   node .ci/prepare.mjs [packages] [native] [typescript] [environment] [nodes] [peers] [tools]
 *
 * Without words: all but the tools, another Node.js and the benchmark's peers. Plain JavaScript without dependencies, because it runs first.
 */
import { installCommand } from '../lib/doctor/distribution.mjs';
import { inspectPython } from '../lib/doctor/python.mjs';
import {
  compilerRequirements,
  linuxRequirement,
  nodeRequirement,
  pythonRequirements,
} from '../lib/doctor/requirements.mjs';
import { prepareBytecode } from './bytecode.mjs';
import { prepareEnvironment, preparePeers, prepareTools } from './environment.mjs';
import { nativeIsFresh, prepareNative } from './native.mjs';
import { prepareNodes } from './nodes.mjs';
import { preparePackages } from './packages.mjs';
import { StepError } from './step.mjs';
import { prepareTypescript } from './typescript.mjs';

const ALL = ['packages', 'native', 'typescript', 'environment'];

const words = process.argv.slice(2);
const wanted = new Set(words.length > 0 ? words : ALL);
const python = inspectPython(process.env['PYTHON'] || 'python3');

if (!reportMissing()) process.exitCode = 1;
else {
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

async function prepare() {
  if (wanted.has('packages')) await preparePackages();
  if (python !== undefined && wanted.has('native')) {
    await prepareNative(python);
    await prepareBytecode(python);
  }
  if (wanted.has('typescript')) await prepareTypescript();
  if (python !== undefined && wanted.has('environment')) await prepareEnvironment(python);
  if (wanted.has('nodes')) await prepareNodes();
  if (python !== undefined && wanted.has('peers')) await preparePeers(python);
  if (python !== undefined && wanted.has('tools')) await prepareTools(python);
}

/** Everything that is missing, at once, with the command that installs it. True if nothing is. */
function reportMissing() {
  const missing = requirements().filter(({ ok }) => !ok);
  if (missing.length === 0) return true;
  const lines = missing.map(({ name, found }) => `  ${name}: ${found}`);
  const command = installCommand(missing.flatMap(({ parts }) => parts));
  const advice = missing.flatMap(({ name, advice: text }) =>
    text === undefined ? [] : [`${name}: ${text}`],
  );
  const parts = new Set(missing.flatMap((requirement) => requirement.parts));
  if (command !== undefined) lines.push('', 'To install it:', `  ${command}`);
  else if (parts.size > 0)
    lines.push('', `Install with your package manager: ${[...parts].join(', ')}`);
  if (advice.length > 0) lines.push('', ...advice);
  process.stderr.write(`ringsnake needs what this machine does not have:\n\n${lines.join('\n')}\n`);
  return false;
}

/** The compiler is tried only when it will be needed: that takes half a second. */
function requirements() {
  const needsPython = ['native', 'environment', 'tools'].some((word) => wanted.has(word));
  const needsCompiler = wanted.has('native') && (python === undefined || !nativeIsFresh(python));
  return [
    nodeRequirement(),
    linuxRequirement(),
    ...(needsPython ? pythonRequirements() : []),
    ...(needsCompiler ? compilerRequirements() : []),
  ];
}
