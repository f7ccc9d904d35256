/** `npm run bench`: every driver in every trial, interleaved in time, as a table and as JSON. Method: README.md. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { baseline, drivers, trials, type Variant, variantsOf } from './contest.js';
import type { Driver } from './drivers/driver.js';
import { root } from './folder.js';
import { machine } from './machine.js';
import type { Order, Slice } from './party.js';
import { compare, type Row, summarise } from './summary.js';
import { trialTable, verdicts } from './table.js';
import type { Trial } from './trials/trial.js';

const HELP = `Usage: npm run bench -- [WORDS] [--quick] [--json FILE]

Measures calls from Node to Python, one after the other and pipelined, against JSON over a pipe and over a Unix socket.

  WORDS        only these trials (${trials.map(({ name }) => name).join(', ')})
               and drivers (${drivers.map(({ name }) => name).join(', ')})
  --quick      a tenth of the time, for a first look
  --json FILE  also write the figures, with machine and versions
`;

const ROUNDS = 7;
const SLICE_MS = 300;
const WARM_UP_MS = 500;
const QUICK = 0.2;

interface Contestant {
  readonly driver: Driver;
  readonly child: ChildProcess;
  readonly slices: Map<Variant, Slice[]>;
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const chosen = choose(positionals);
  if (typeof chosen === 'string') {
    process.stderr.write(`bench: there is no trial or driver \`${chosen}\`\n\n${HELP}`);
    return 2;
  }
  const where = machine();
  console.log(
    `${where.processor}, ${where.cores} cores, Linux ${where.kernel}; Node ${where.node}, CPython ${where.python}, ringsnake ${where.ringsnake}; ${where.date}\n`,
  );
  const rows: Row[] = [];
  for (const trial of chosen.trials) {
    const measured = compare(
      await contest(trial, chosen.drivers, values.quick ? QUICK : 1),
      baseline,
    );
    console.log(`${trialTable(trial.description, measured)}\n`);
    rows.push(...measured);
  }
  for (const verdict of verdicts(rows)) console.log(verdict);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ machine: where, baseline, rows }, null, 2)}\n`);
  }
  return 0;
}

/** The trials and drivers that the words name, all of a kind that no word names; or the first word that names nothing. */
function choose(
  words: readonly string[],
): { trials: readonly Trial[]; drivers: readonly Driver[] } | string {
  const unknown = words.find((word) => ![...trials, ...drivers].some(({ name }) => name === word));
  if (unknown !== undefined) return unknown;
  const among = <T extends { name: string }>(all: readonly T[]): readonly T[] => {
    const named = all.filter(({ name }) => words.includes(name));
    return named.length === 0 ? all : named;
  };
  return { trials: among(trials), drivers: among(drivers) };
}

/** One trial: all drivers run at once, but only one is ever measured. */
async function contest(trial: Trial, drivers: readonly Driver[], scale: number): Promise<Row[]> {
  const contestants: Contestant[] = [];
  for (const driver of drivers) {
    const child = fork(join(root, 'dist', 'bench', 'party.js'), [trial.name, driver.name]);
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (message !== 'ready') throw new Error(`${driver.name} did not start in ${trial.name}`);
    contestants.push({ driver, child, slices: new Map() });
  }
  await eachVariant(contestants, (contestant, variant) =>
    measure(contestant, variant, WARM_UP_MS * scale),
  );
  for (let round = 0; round < ROUNDS; round++) {
    await eachVariant(contestants, async (contestant, variant) => {
      const slices = contestant.slices.get(variant) ?? [];
      slices.push(await measure(contestant, variant, SLICE_MS * scale));
      contestant.slices.set(variant, slices);
    });
  }
  for (const { child } of contestants) child.disconnect();
  return contestants.flatMap(({ driver, slices }) =>
    [...slices].map(([variant, measured]) =>
      summarise(
        { trial: trial.name, driver: driver.name, variant, payloadBytes: trial.payloadBytes },
        measured,
      ),
    ),
  );
}

async function eachVariant(
  contestants: readonly Contestant[],
  action: (contestant: Contestant, variant: Variant) => Promise<unknown>,
): Promise<void> {
  for (const contestant of contestants) {
    for (const variant of variantsOf(contestant.driver)) await action(contestant, variant);
  }
}

async function measure(
  { child }: Contestant,
  variant: Variant,
  milliseconds: number,
): Promise<Slice> {
  const order: Order = { variant, milliseconds };
  child.send(order);
  const [slice] = await once(child, 'message');
  return slice as Slice;
}

process.exitCode = await main(process.argv.slice(2));
