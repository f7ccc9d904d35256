/** Explores the interleavings of the shipped rings and waiters; each sentence the program reports is a test here. */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';

const MINUTE_MS = 60_000;
const isLong = Boolean(process.env['RINGSNAKE_STRESS']);
const timeout = (isLong ? 60 : 5) * MINUTE_MS;
const OUTPUT_BYTES = 16 * 1024 * 1024;

/** What the short form owes: fewer means that a bound has shrunk or that states are told apart no longer. */
const INTERLEAVINGS = 1_000_000;
const PLANTED_DEFECTS = 20;

t.setTimeout(timeout + MINUTE_MS);

t.test('the interleavings of two sides', async (t) => {
  const { stdout, stderr, status, signal } = spawnSync(
    buildCoreProgram('core/interleaving_test.cc'),
    isLong ? ['long'] : [],
    {
      encoding: 'utf8',
      maxBuffer: OUTPUT_BYTES,
      timeout,
    },
  );
  let inAll: readonly string[] = [];
  for (const line of stdout.split('\n')) {
    const sentence = /^(not )?ok - (.*)$/.exec(line);
    if (sentence) t.ok(sentence[1] === undefined, sentence[2] ?? '');
    else if (line !== '') t.comment(line.replace(/^# /, ''));
    inAll = /^# (\d+) interleavings in all; (\d+) planted/.exec(line) ?? inAll;
  }
  t.ok(Number(inAll[1]) >= INTERLEAVINGS, 'a million interleavings or more were run');
  t.ok(Number(inAll[2]) >= PLANTED_DEFECTS, 'twenty planted defects or more were looked for');
  t.equal(status ?? signal, 0, 'the program ends well');
  t.equal(stderr, '', 'and complains of nothing');
});
