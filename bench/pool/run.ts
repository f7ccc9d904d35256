/** `npm run bench -- pool`: what a second process brings, and what the pool itself costs. Method: ../README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pool, spawn } from 'ringsnake';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { MillClient } from '../peers/mill.gen.js';
import { median } from '../quantile.js';
import { alignedTable } from '../ring/table.js';

export const POOL_HELP = `Usage: npm run bench -- pool [--quick] [--results FOLDER]

Measures computing in Python through a pool of two workers against one worker, and what a pool adds to a call that does nothing.

  --quick           a fifth of the time, for a first look
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

const ROUNDS = 9;
const SLICE_MS = 500;
const WARM_UP_MS = 300;
const QUICK = 0.2;
const WORKERS = 2;
/** Open calls: enough that no worker ever waits for the next one. */
const IN_FLIGHT = 8;
/** A millisecond or two of pure Python. */
const GRIND = 20_000;
/** What two workers must do, in those of one. */
const LEAST_SPEED_UP = 1.8;

/** Calls in a second, a figure for each round. */
type Rates = readonly number[];

interface Row {
  readonly name: string;
  readonly rates: Rates;
}

/** Throws with what is wrong with the command line. */
export async function poolBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { quick: { type: 'boolean' }, results: { type: 'string' } },
  });
  const { quick = false } = values;
  const folder =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const rows = await measure(quick ? QUICK : 1);
  console.log(table(rows));
  const verdicts = judge(rows);
  for (const { text, met } of verdicts) console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${where.date}-pool.json`),
    `${JSON.stringify({ machine: where, quick, rows, targets: verdicts }, null, 2)}\n`,
  );
}

const ONE = 'computing, one worker';
const TWO = 'computing, a pool of two';
const BARE = 'nothing, one worker';
const POOLED = 'nothing, a pool of one';

/** All take turns in each round, so that a machine that drifts, drifts for all. */
async function measure(scale: number): Promise<Row[]> {
  const options = { module: join(peers, 'mill.py'), python: pythonCommand() };
  await using one = await spawn(options);
  await using two = await pool({ ...options, workers: WORKERS });
  await using pooled = await pool({ ...options, workers: 1 });
  const [single, double, behind] = [one, two, pooled].map((each) => each.client(MillClient)) as [
    MillClient,
    MillClient,
    MillClient,
  ];
  const parties: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    [ONE, IN_FLIGHT, () => single.grind(GRIND)],
    [TWO, IN_FLIGHT, () => double.grind(GRIND)],
    [BARE, 1, () => single.rest()],
    [POOLED, 1, () => behind.rest()],
  ];
  for (const [, inFlight, call] of parties) await rateOf(call, inFlight, WARM_UP_MS * scale);
  const rates = new Map<string, number[]>(parties.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, inFlight, call] of parties)
      rates.get(name)?.push(await rateOf(call, inFlight, SLICE_MS * scale));
  }
  return [...rates].map(([name, each]) => ({ name, rates: each }));
}

/** Calls in a second, with so many open at any time. */
async function rateOf(
  call: () => Promise<unknown>,
  inFlight: number,
  milliseconds: number,
): Promise<number> {
  const begin = performance.now();
  let calls = 0;
  const callers = Array.from({ length: inFlight }, async () => {
    while (performance.now() - begin < milliseconds) {
      await call();
      calls++;
    }
  });
  await Promise.all(callers);
  return (calls * 1000) / (performance.now() - begin);
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, rates }) => [
    name,
    Math.round(median(rates)).toLocaleString('en'),
    (1e6 / median(rates)).toFixed(1),
  ]);
  return alignedTable([['', 'calls/s', 'µs a call'], ...lines]);
}

function judge(rows: readonly Row[]): { text: string; met: boolean }[] {
  const ratesOf = (name: string): Rates => rows.find((row) => row.name === name)?.rates ?? [];
  const one = ratesOf(ONE);
  const ratios = ratesOf(TWO).map((rate, i) => rate / (one[i] ?? Number.NaN));
  const rounds = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
  return [
    {
      text: `two workers compute ${median(ratios).toFixed(2)} times as much as one, at least ${LEAST_SPEED_UP} (rounds: ${rounds})`,
      met: median(ratios) >= LEAST_SPEED_UP,
    },
  ];
}
