/** The programs of spec/examples/explore, as anybody would run them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { root } from '../support/root.js';

const folder = mkdtempSync(join(tmpdir(), 'ringsnake-explore-'));
t.teardown(() => rmSync(folder, { recursive: true }));

/** What a program prints. */
async function outputOf(name: string, ...args: string[]): Promise<string> {
  const program = join(root, 'dist', 'spec', 'examples', 'explore', `${name}.js`);
  const env = { ...process.env, VIRTUAL_ENV: join(root, '.venv'), MPLCONFIGDIR: folder };
  const cwd = join(root, 'spec', 'examples', 'explore');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env, cwd });
  return stdout;
}

t.test('numpy', async (t) => {
  t.equal(
    await outputOf('numpy'),
    `2.5
array([[ 0.,  1.,  2.,  3.],
       [ 4.,  5.,  6.,  7.],
       [ 8.,  9., 10., 11.]])
4
Float64Array(3) [ 1, 5, 9 ]
Float64Array(3) [ 14, 126, 366 ]
4500000
5
`,
  );
});

t.test('pandas', async (t) => {
  t.equal(
    await outputOf('pandas'),
    `{'Oslo': 20, 'Rome': 30}
[ 'Rome', 'Oslo' ]
[ 10, 30, 10 ]
Oslo 12
Rome 30
`,
  );
});

t.test('scikit-learn', async (t) => {
  const [accuracy = '', first, ...rest] = (await outputOf('scikit-learn')).trim().split('\n');
  t.match(accuracy, /^accuracy (0\.9\d|1\.00)$/);
  t.equal(first, 'the first flower is setosa');
  t.match(rest.join('\n'), /^ValueError: X has 2 features, but LogisticRegression is expecting 4/);
});

t.test('npm packages, files, promises and callbacks, in Python', async (t) => {
  const [good, bad] = [join(folder, 'good.json'), join(folder, 'bad.json')];
  writeFileSync(good, '{ "name": "here", "port": 8080 }');
  writeFileSync(bad, '{ "port": 80800 }');
  t.equal(
    await outputOf('settings', good, bad),
    `[]
[
  "settings must have required property 'name'",
  'settings/port must be <= 65535'
]
ports [8080]
`,
  );
});

t.test('matplotlib', async (t) => {
  const path = join(folder, 'plot.png');
  t.equal(await outputOf('matplotlib', path), 'a PNG of some kilobytes\n');
  const png = readFileSync(path);
  t.equal(png.toString('latin1', 1, 4), 'PNG');
  t.same([png.readUInt32BE(16), png.readUInt32BE(20)], [400, 300], 'of that width and height');
});
