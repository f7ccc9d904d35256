/** `ringsnake.values` in Python alone, by unittest. What both languages make of the same bytes: spec/conformance. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { abi3Package } from '../support/python-builds.js';
import { root } from '../support/root.js';

t.setTimeout(600_000);

const folder = join(root, 'spec', 'values');
const timeout = process.env['RINGSNAKE_STRESS'] ? 1_800_000 : 300_000;
const builds = {
  'the build for this CPython': pythonEnvironment(),
  'the build for all': { ...pythonEnvironment(), PYTHONPATH: abi3Package() },
};

for (const [build, environment] of Object.entries(builds)) {
  for (const name of readdirSync(folder).filter((file) => /^test_\w+\.py$/.test(file))) {
    t.test(
      `${name} passes with ${build}, without a warning of Python's development mode`,
      async (t) => {
        const argv = ['-X', 'dev', '-W', 'error', join(folder, name)];
        const env = { ...environment, PYTHONDONTWRITEBYTECODE: '1' };
        const { status, stderr } = spawnSync(pythonCommand(), argv, {
          encoding: 'utf8',
          env,
          timeout,
        });
        t.equal(status, 0, stderr);
        t.comment(stderr.trim().split('\n').slice(-3).join(' '));
      },
    );
  }
}
