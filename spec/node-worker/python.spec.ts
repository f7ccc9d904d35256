/** `ringsnake.spawn_node()` by unittest, in Python; each test gives back all that it took. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const folder = join(root, 'spec', 'node-worker');
const env = { ...pythonEnvironment(), PYTHONDONTWRITEBYTECODE: '1' };
/**
 * Node's options are those of the test runner, which listens to signals, reads source maps and writes through pipes of its own. It puts them
 * into the environment of each child, so they are taken out of it beyond this process.
 */
const PLAIN = ['env', '-u', 'NODE_OPTIONS'] as const;

for (const name of readdirSync(folder).filter((file) => /^test_\w+\.py$/.test(file))) {
  t.test(`${name} passes, without a warning of Python's development mode`, async (t) => {
    const [command, ...options] = PLAIN;
    const argv = [...options, pythonCommand(), '-X', 'dev', '-W', 'error', join(folder, name)];
    const { status, stderr } = spawnSync(command, argv, {
      encoding: 'utf8',
      env,
      timeout: 120_000,
    });
    t.equal(status, 0, stderr);
    t.comment(stderr.trim().split('\n').slice(-3).join(' '));
  });
}
