import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

t.test('the main job: TypeScript trains and queries a scikit-learn classifier', async (t) => {
  const output = execFileSync(
    process.execPath,
    [join(root, 'dist', 'spec', 'examples', 'digits', 'main.js')],
    {
      encoding: 'utf8',
      env: { ...process.env, PYTHON: pythonCommand() },
    },
  );
  t.match(
    output,
    /epoch 30\/30 █{30} loss 0\.\d+ {2}accuracy \d\d\.\d %/,
    'progress reported by Python',
  );
  const [, accuracy] = /: (\d+\.\d) % of those read correctly/.exec(output) ?? [];
  t.ok(Number(accuracy) >= 95, `it reads digits: ${accuracy} %`);
  const rows = output.split('\n').filter((line) => /^ {8}\d( +[\d·]+){10}$/.test(line));
  t.equal(rows.length, 10, 'a confusion matrix');
  const counts = rows
    .flatMap((row) => row.trim().split(/ +/).slice(1))
    .filter((cell) => cell !== '·');
  t.equal(
    counts.map(Number).reduce((sum, count) => sum + count),
    450,
    'of all test images',
  );
  t.match(output, /[█▓▒░ ]{16} {3}/, 'digits drawn as text');
  t.equal(
    output.match(/JSON lines, await|ringsnake, await|ringsnake, synchronous/g)?.length,
    9,
    'a table of costs',
  );
});
