/**
 * The JavaScript reader of a message to which others write; Python's: test_changing.py. Where V8 is given such memory as UTF-8, two of
 * three runs end with a segmentation fault.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1' || process.env['RINGSNAKE_STRESS'] === '1';
if (isLong) t.setTimeout(300_000);

function read(...argv: string[]) {
  const program = join(root, 'dist', 'spec', 'values', 'changing-reader.js');
  return spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });
}

t.test('a message that changes while it is read is a value, or an error of ours', async (t) => {
  const { status, signal, stdout, stderr } = read(isLong ? '120000' : '3000');
  t.equal(status ?? signal, 0, stderr);
  t.comment(stdout.trim());
  const [, values, refused] = /^(\d+) values, (\d+) refused/.exec(stdout) ?? [];
  t.ok(Number(values) > 0 && Number(refused) > 0, 'and it did change');
});
