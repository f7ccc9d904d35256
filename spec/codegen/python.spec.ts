import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { mismatch } from 'ringsnake/generated';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { abi3Package } from '../support/python-builds.js';
import { root } from '../support/root.js';

const environment = pythonEnvironment();
const env = withGolden(environment.PYTHONPATH);
const builds = {
  'the build for this CPython': env,
  'the build for all': withGolden(abi3Package()),
};

function withGolden(path: string | undefined): NodeJS.ProcessEnv {
  return {
    ...environment,
    PYTHONPATH: `${path}:${join(root, 'spec/fixtures/codegen/golden')}`,
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

for (const [build, env] of Object.entries(builds)) {
  for (const name of [
    'test_validation.py',
    'test_generated.py',
    'test_records.py',
    'test_type_hints.py',
  ]) {
    t.test(`${name} passes with ${build}`, async (t) => {
      const script = join(root, 'spec/codegen', name);
      const { status, stderr } = spawnSync(pythonCommand(), [script], { encoding: 'utf8', env });
      t.equal(status, 0, stderr);
    });
  }
}

/** Values that JSON carries, and so both sides can describe. */
const described: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  12345,
  -7,
  1.5,
  0.1,
  1e21,
  1.5e300,
  1e-7,
  0.00001,
  0.000001234,
  9007199254740992,
  '',
  'a',
  'with "quotes" and \\',
  'line\nbreak',
  'é',
  'x'.repeat(38),
  'x'.repeat(39),
  'x'.repeat(41),
  '"'.repeat(30),
  '😀',
  '😀'.repeat(18),
  '😀'.repeat(19),
  `x${'😀'.repeat(19)}`,
  '\u007f\u0001',
  '\ud800',
  [],
  [1],
  {},
  { a: 1 },
];

t.test('both languages describe a wrong value in the same words', async (t) => {
  const program = `
import json, sys
from ringsnake._wire.validation import mismatch
values = json.load(sys.stdin)
json.dump([mismatch("x", value).actual for value in values], sys.stdout)
`;
  const output = execFileSync(pythonCommand(), ['-c', program], {
    input: JSON.stringify(described),
    encoding: 'utf8',
    env,
  });
  const python = JSON.parse(output) as string[];
  for (const [index, value] of described.entries()) {
    t.equal(python[index], mismatch('x', value).actual);
  }
});
