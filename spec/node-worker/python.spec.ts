/** `ringsnake.spawn_node()` by unittest, in Python; each test gives back all that it took. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const folder = join(root, 'spec', 'node-worker');
const env = { ...pythonEnvironment(), PYTHONDONTWRITEBYTECODE: '1' };

for (const name of readdirSync(folder).filter((file) => /^test_\w+\.py$/.test(file))) {
  t.test(`${name} passes, without a warning of Python's development mode`, async (t) => {
    const argv = ['-X', 'dev', '-W', 'error', join(folder, name)];
    const { status, stderr } = spawnSync(pythonCommand(), argv, {
      encoding: 'utf8',
      env,
      timeout: 120_000,
    });
    t.equal(status, 0, stderr);
    t.comment(stderr.trim().split('\n').slice(-3).join(' '));
  });
}
