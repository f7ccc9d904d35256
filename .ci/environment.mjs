/** `.venv`: what the examples and specs import, and, on demand, the tools that check our Python and C++. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint, isStamped, stamp } from './fingerprint.mjs';
import { root, run, step } from './step.mjs';

const FOLDER = '.venv';

/** @typedef {import('../lib/doctor/python.mjs').PythonFacts} PythonFacts */

/** @param {PythonFacts} python */
export function prepareEnvironment(python) {
  return install(python, { title: 'Python packages', requirements: 'spec/requirements.txt' });
}

/** @param {PythonFacts} python */
export function prepareTools(python) {
  return install(python, { title: 'Python tools', requirements: 'python/requirements-dev.txt' });
}

/** @param {PythonFacts} python */
export function preparePeers(python) {
  return install(python, { title: 'Python peers', requirements: 'bench/peers/requirements.txt' });
}

/** @param {PythonFacts} python */
async function prepareFolder(python) {
  const path = `${FOLDER}/.interpreter`;
  const wanted = fingerprint({ files: [], facts: [realpathSync(python.base), python.version] });
  if (isStamped(path, wanted) && existsSync(interpreter)) return;
  await run(python.base, ['-m', 'venv', '--clear', FOLDER], { log: 'venv.log' });
  stamp(path, wanted);
}

/**
 * @param {PythonFacts} python
 * @param {{ title: string, requirements: string }} what
 */
async function install(python, { title, requirements }) {
  const path = `${FOLDER}/.${requirements.replaceAll('/', '-')}.stamp`;
  const wanted = fingerprint({
    files: [requirements],
    facts: [realpathSync(python.base), python.version],
  });
  if (isStamped(path, wanted) && existsSync(interpreter)) return;
  await step(title, async () => {
    await prepareFolder(python);
    // Wheels only: a source package would ask for compilers that nobody was told to install.
    const argv = [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '--only-binary=:all:',
      '-r',
      requirements,
    ];
    await run(interpreter, argv, { log: 'pip.log' });
  });
  stamp(path, wanted);
}

const interpreter = join(root, FOLDER, 'bin', 'python');
