/** Decoder bombs: each is read or refused, in memory that its length bounds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { decode } from '../../lib/values.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';
import { BOMBS } from './bombs.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1' || process.env['RINGSNAKE_STRESS'] === '1';
const LARGE = isLong ? 2 ** 22 : 2 ** 16;
const SMALL = LARGE / 4;
/** A hang is found out by this alone. */
const TIMEOUT = isLong ? 900_000 : 240_000;
t.setTimeout(4 * TIMEOUT);

/** What a byte of a message may cost. The densest are what has one byte or two on the wire and is an object of its own. */
const MOST = { JavaScript: { made: 256, kept: 104 }, Python: { made: 96, kept: 96 } } as const;
/** What V8 would make with room to spare: 184 bytes for `[value]`, 56 for each object of up to four members. */
const TIGHT: Readonly<Record<string, number>> = {
  'arrays nested as deep as can be': 64,
  'empty maps': 40,
  'maps of one key': 13,
};
/** What a message may cost whatever its length: buffers that grow, caches, and what V8 compiles meanwhile. */
const ALWAYS = 2 ** 21;

const NIL = Buffer.of(0xc0);

interface Cost {
  readonly name: string;
  readonly size: number;
  /** Bytes that were there at most (Python), or made in all (JavaScript). */
  readonly made: number;
  /** Bytes of the value that was read. */
  readonly kept: number;
  readonly error: string | null;
}

type Language = keyof typeof MOST;

function costsOf(folder: string, language: Language): Cost[] {
  const [program, argv] = COMMANDS[language];
  const { status, signal, stdout, stderr } = spawnSync(program, [...argv, folder], {
    encoding: 'utf8',
    env: pythonEnvironment(),
    timeout: TIMEOUT,
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${language} ended with ${status ?? signal}: ${stderr}`);
  const costs: Cost[] = stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return costs.map((cost) => ({ ...cost, name: names[Number(cost.name)] ?? '' }));
}

/** All is young until it is measured: what was made is what the heap has grown by. */
const YOUNG = isLong ? 1024 : 64;
const NO_COLLECTION = [
  `--min-semi-space-size=${YOUNG}`,
  `--max-semi-space-size=${YOUNG}`,
  '--expose-gc',
];
const here = join(root, 'spec', 'values');
const COMMANDS: Readonly<Record<Language, readonly [string, readonly string[]]>> = {
  JavaScript: [
    process.execPath,
    [...NO_COLLECTION, join(root, 'dist', 'spec', 'values', 'bomb-runner.js')],
  ],
  Python: [pythonCommand(), [join(here, 'bomb_runner.py')]],
};

const names = [...BOMBS.keys()];
const folders = [SMALL, LARGE].map((size) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-bombs-'));
  for (const [i, { bomb }] of [...BOMBS.values()].entries())
    writeFileSync(join(folder, `${i}`.padStart(3, '0')), bomb(size));
  return folder;
});
t.teardown(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** What is beyond its bounds; a small message tells what a large one may cost. */
function violations(language: Language, small: readonly Cost[], large: readonly Cost[]): unknown[] {
  const most = MOST[language];
  return large.flatMap((cost, i) => {
    const { size, made, kept } = cost;
    const quarter = small[i];
    const isDear = made > most.made * size + ALWAYS || kept > most.kept * size + ALWAYS;
    const isKept = cost.error !== null && kept > ALWAYS;
    const grows = quarter === undefined || made > 6 * quarter.made + ALWAYS;
    return isDear || isKept || grows ? [{ ...cost, isDear, isKept, grows }] : [];
  });
}

/** What is kept with room to spare. */
function tooWide(costs: readonly Cost[]): Cost[] {
  return costs.filter(
    ({ name, size, kept }) => kept > (TIGHT[name] ?? Number.POSITIVE_INFINITY) * size,
  );
}

t.ok(names.length >= 60, `${names.length} shapes`);

t.test('the bounds would tell', async (t) => {
  const cost = { name: 'a', size: LARGE, made: 50 * LARGE, kept: 50 * LARGE, error: null };
  const quarter = { ...cost, size: SMALL, made: 50 * SMALL };
  t.strictSame(violations('Python', [quarter], [cost]), []);
  for (const wrong of [
    { ...cost, made: 200 * LARGE },
    { ...cost, kept: 200 * LARGE },
    { ...cost, error: 'refused' },
  ])
    t.equal(violations('Python', [quarter], [wrong]).length, 1);
  t.equal(violations('Python', [{ ...quarter, made: SMALL }], [cost]).length, 1);
  t.equal(tooWide([{ ...cost, name: 'empty maps' }]).length, 1);
});

t.test(
  'the first key that a program reads is refused if it is the byte that is never used',
  async (t) => {
    for (const size of [1, 2, 31])
      t.throws(() => decode(Buffer.concat([Buffer.of(0x81), Buffer.alloc(size, 0xc1), NIL])), {
        message: 'byte 1: a map key is not a string',
      });
  },
);

const answers = new Map<Language, readonly Cost[]>();
for (const language of ['JavaScript', 'Python'] as const) {
  t.test(`${language} reads or refuses every bomb in memory that its length bounds`, async (t) => {
    const [small = [], large = []] = folders.map((folder) => costsOf(folder, language));
    t.equal(large.length, names.length);
    t.strictSame(violations(language, small, large), []);
    answers.set(language, large);
    if (language === 'JavaScript') t.strictSame(tooWide(large), []);
    const dearest = large
      .filter(({ size }) => size > 2 ** 10)
      .toSorted((a, b) => b.kept / b.size - a.kept / a.size)
      .slice(0, 8);
    for (const { name, size, made, kept } of dearest)
      t.comment(
        `${name}: ${(kept / size).toFixed(1)} times its length; made ${(made / size).toFixed(1)}`,
      );
  });

  t.test(`${language} refuses exactly what it has to`, async (t) => {
    const refused = (answers.get(language) ?? [])
      .filter(({ error }) => error !== null)
      .map(({ name }) => name);
    const wanted = names.filter((name) => {
      const verdict = BOMBS.get(name)?.verdict;
      return verdict === 'refused' || verdict === `refused by ${language}`;
    });
    t.strictSame(refused, wanted);
  });
}

t.test('both say the same about what both refuse', async (t) => {
  const [ours = [], theirs = []] = [...answers.values()];
  const unalike = ours.filter(({ error }, i) => {
    const other = theirs[i]?.error ?? null;
    return error !== null && other !== null && other !== error;
  });
  t.strictSame(unalike, []);
});
