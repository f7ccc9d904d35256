/** `npm run bench -- bulk`: arrays in band and by reference, in each direction. Method: ../README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { release, spawn, type Worker } from 'ringsnake';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { QuayClient } from '../peers/quay.gen.js';
import { alignedTable } from '../ring/table.js';

export const BULK_HELP = `Usage: npm run bench -- bulk [--quick] [--results FOLDER]

Measures what an array adds to a blocking call in either direction: in the message, by reference with a copy into shared memory, and by reference
out of shared memory; against one copy of the same bytes in the same run.

  --quick           a fifth of the rounds, for a first look
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

const ROUNDS = 60;
const QUICK = 0.2;
const CALLS = 30;
/** Before them: after calls that took long the sides have to learn again that waiting for an answer pays. */
const WARM_UP = 10;
const KIB = 1024;
const SIZES = [32 * KIB, 256 * KIB, KIB * KIB];
const MEBIBYTE = KIB * KIB;
/** What a mebibyte may cost: copies in band, and microseconds by reference. */
const MOST_COPIES = 2.5;
const MOST_MICROSECONDS = 5;

/** Microseconds by what was done. */
type Times = Record<string, number>;

interface Row {
  readonly bytes: number;
  readonly times: Times;
}

/** Throws with what is wrong with the command line. */
export async function bulkBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { quick: { type: 'boolean' }, results: { type: 'string' } },
  });
  const { quick = false } = values;
  const folder =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const options = { module: join(peers, 'quay.py'), python: pythonCommand() };
  await using byReference = await spawn({ ...options, bulkThreshold: SIZES[0] as number });
  await using inBand = await spawn({ ...options, bulkThreshold: Number.POSITIVE_INFINITY });
  const rounds = Math.round(ROUNDS * (quick ? QUICK : 1));
  const rows: Row[] = [];
  for (const bytes of SIZES) rows.push(await measure({ byReference, inBand }, bytes, rounds));
  console.log(table(rows));
  const verdicts = judge(rows);
  for (const { text, met } of verdicts) console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${where.date}-bulk.json`),
    `${JSON.stringify({ machine: where, quick, rows, targets: verdicts }, null, 2)}\n`,
  );
}

/** The best of many short rounds, in which all take turns. */
async function measure(
  workers: { byReference: Worker; inBand: Worker },
  bytes: number,
  rounds: number,
): Promise<Row> {
  const length = bytes / Float64Array.BYTES_PER_ELEMENT;
  const tasks = tasksOf(workers, length);
  const best: Times = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      for (let i = 0; i < WARM_UP; i++) task();
      const begin = performance.now();
      for (let i = 0; i < CALLS; i++) task();
      const time = ((performance.now() - begin) * 1000) / CALLS;
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, time);
      // Memory that was released is let go of in a turn of the event loop.
      await nextTurn();
    }
  }
  return { bytes, times: best };
}

function tasksOf(
  { byReference, inBand }: { byReference: Worker; inBand: Worker },
  length: number,
): Record<string, () => void> {
  const { sync: lent } = byReference.client(QuayClient);
  const { sync: copied } = inBand.client(QuayClient);
  const samples = new Float64Array(length).fill(1);
  const target = new Float64Array(length);
  const one = new Float64Array(1);
  return {
    copy: () => target.set(samples),
    'to Python, call alone': () => void lent.count(one),
    'to Python, in band': () => void copied.count(samples),
    'to Python, by reference': () => void lent.count(samples),
    'to Python, allocated': () => void lent.count(byReference.allocate(Float64Array, length)),
    'from Python, call alone': () => void lent.own(1),
    'from Python, in band': () => void copied.own(length),
    'from Python, by reference': () => void release(lent.own(length)),
    'from Python, allocated': () => void release(lent.shared(length)),
  };
}

const DIRECTIONS = ['to Python', 'from Python'] as const;
const WAYS = ['in band', 'by reference', 'allocated'] as const;

/** Microseconds that an array adds to a call. */
function added({ times }: Row, direction: string, way: string): number {
  return (
    (times[`${direction}, ${way}`] ?? Number.NaN) -
    (times[`${direction}, call alone`] ?? Number.NaN)
  );
}

function copies(row: Row, microseconds: number): number {
  return microseconds / (row.times['copy'] ?? Number.NaN);
}

function table(rows: readonly Row[]): string {
  const lines = rows.flatMap((row) =>
    DIRECTIONS.map((direction) => [
      `${row.bytes / KIB} KiB ${direction}`,
      (row.times['copy'] ?? Number.NaN).toFixed(1),
      ...WAYS.map((way) => {
        const time = added(row, direction, way);
        return `${time.toFixed(1)} (${copies(row, time).toFixed(2)} copies)`;
      }),
    ]),
  );
  return alignedTable([['added to a call, µs', 'one copy', ...WAYS], ...lines]);
}

function judge(rows: readonly Row[]): { text: string; met: boolean }[] {
  const row = rows.find(({ bytes }) => bytes === MEBIBYTE) as Row;
  return DIRECTIONS.flatMap((direction) => {
    const inBand = copies(row, added(row, direction, 'in band'));
    const lent = added(row, direction, 'allocated');
    return [
      {
        text: `1 MiB ${direction}, in band: ${inBand.toFixed(2)} copies, at most ${MOST_COPIES}`,
        met: inBand <= MOST_COPIES,
      },
      {
        text: `1 MiB ${direction}, by reference: ${lent.toFixed(2)} µs, at most ${MOST_MICROSECONDS}`,
        met: lent <= MOST_MICROSECONDS,
      },
    ];
  });
}
