/** `npm run bench`: every driver in every trial, interleaved in time, as a table and as JSON. Method: README.md. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BULK_HELP, bulkBench } from './bulk/run.js';
import { CALLS_HELP, callsBench } from './calls/run.js';
import { baseline, drivers, trials, type Variant, variantsOf } from './contest.js';
import { Contestant } from './contestant.js';
import { PLACEMENTS, type Placement } from './cpus.js';
import type { Driver } from './drivers/driver.js';
import { GENERATION_HELP, generationBench } from './generation/run.js';
import { machine, machineLine } from './machine.js';
import { POOL_HELP, poolBench } from './pool/run.js';
import { PROXIES_HELP, proxiesBench } from './proxies/run.js';
import { RING_HELP, ringBench } from './ring/run.js';
import { STREAMS_HELP, streamsBench } from './streams/run.js';
import { compare, type Row, summarise } from './summary.js';
import { trialTable } from './table.js';
import { judge, verdictLine } from './targets.js';
import type { Trial } from './trials/trial.js';
import { VALIDATION_HELP, validationBench } from './validation/run.js';
import { VALUES_HELP, valuesBench } from './values/run.js';

const HELP = `Usage: npm run bench -- [WORDS] [--quick] [--cpus WHERE] [--json FILE]

Measures calls from Node to Python, one after the other and pipelined, against JSON over a pipe and over a Unix socket.

  WORDS         only these trials (${trials.map(({ name }) => name).join(', ')})
                and drivers (${drivers.map(({ name }) => name).join(', ')})
  --quick       a fifth of the time, for a first look
  --cpus WHERE  free: where the scheduler puts the two sides (default)
                same: both on one CPU; split: each on its own (needs \`taskset\`)
  --json FILE   also write the figures, with machine and versions

\`npm run bench -- ring\` measures what is below: records and wake-ups. See \`npm run bench -- ring --help\`.
\`npm run bench -- values\` measures the codec alone.
\`npm run bench -- validation\` measures reading and checking values of declared types.
\`npm run bench -- bulk\` measures large arrays, in the message and by reference.
\`npm run bench -- pool\` measures computing in Python through a pool.
\`npm run bench -- streams\` measures small items a second.
\`npm run bench -- generation\` measures the generator.
\`npm run bench -- calls\` measures against what else one can install.
\`npm run bench -- proxies\` measures Python without an interface.
`;

const HELPS: Readonly<Record<string, string>> = {
  ring: RING_HELP,
  values: VALUES_HELP,
  validation: VALIDATION_HELP,
  bulk: BULK_HELP,
  pool: POOL_HELP,
  streams: STREAMS_HELP,
  calls: CALLS_HELP,
  generation: GENERATION_HELP,
  proxies: PROXIES_HELP,
};

const ROUNDS = 7;
const SLICE_MS = 300;
const WARM_UP_MS = 500;
const QUICK = 0.2;

/** What the command line asks for. */
interface Choice {
  readonly trials: readonly Trial[];
  readonly drivers: readonly Driver[];
  readonly placement: Placement;
  readonly quick: boolean;
  readonly json: string | undefined;
}

async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv;
  if (argv.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(HELPS[first ?? ''] ?? HELP);
    return 0;
  }
  if (first === 'ring') {
    await ringBench(rest);
    return 0;
  }
  if (first === 'values') {
    valuesBench(rest);
    return 0;
  }
  if (first === 'validation') {
    validationBench(rest);
    return 0;
  }
  if (first === 'bulk') {
    await bulkBench(rest);
    return 0;
  }
  if (first === 'pool') {
    await poolBench(rest);
    return 0;
  }
  if (first === 'streams') {
    await streamsBench(rest);
    return 0;
  }
  if (first === 'calls') {
    await callsBench(rest);
    return 0;
  }
  if (first === 'proxies') {
    await proxiesBench(rest);
    return 0;
  }
  if (first === 'generation') {
    await generationBench(rest);
    return 0;
  }
  let choice: Choice;
  try {
    choice = choose(argv);
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const rows: Row[] = [];
  for (const trial of choice.trials) {
    const measured = compare(await contest(trial, choice), baseline);
    console.log(`${trialTable(trial.description, measured)}\n`);
    rows.push(...measured);
  }
  const verdicts = judge(rows, baseline);
  for (const verdict of verdicts) console.log(verdictLine(verdict));
  if (choice.json !== undefined) {
    const { placement, quick } = choice;
    const figures = { machine: where, placement, quick, baseline, rows, targets: verdicts };
    writeFileSync(choice.json, `${JSON.stringify(figures, null, 2)}\n`);
  }
  return 0;
}

/** Throws with what is wrong with the command line. */
function choose(argv: readonly string[]): Choice {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, cpus: { type: 'string' }, json: { type: 'string' } },
  });
  const unknown = positionals.find(
    (word) => ![...trials, ...drivers].some(({ name }) => name === word),
  );
  if (unknown !== undefined) throw new Error(`there is no trial or driver \`${unknown}\``);
  const placement = PLACEMENTS.find((name) => name === (values.cpus ?? 'free'));
  if (placement === undefined) throw new Error(`--cpus takes ${PLACEMENTS.join(', ')}`);
  /** All of a kind that no word names. */
  const among = <T extends { name: string }>(all: readonly T[]): readonly T[] => {
    const named = all.filter(({ name }) => positionals.includes(name));
    return named.length === 0 ? all : named;
  };
  // Asked before a minute is spent on figures that could not be written.
  if (values.json !== undefined) accessSync(dirname(resolve(values.json)), constants.W_OK);
  return {
    trials: among(trials),
    drivers: among(drivers),
    placement,
    quick: values.quick ?? false,
    json: values.json,
  };
}

/** One trial: all drivers run at once, but only one is ever measured. */
async function contest(trial: Trial, { drivers, placement, quick }: Choice): Promise<Row[]> {
  const scale = quick ? QUICK : 1;
  const contestants: Contestant[] = [];
  try {
    for (const driver of drivers) {
      const contestant = new Contestant(trial, driver, placement);
      contestants.push(contestant);
      await contestant.ready();
    }
    await eachVariant(contestants, (contestant, variant) =>
      contestant.warmUp({ variant, milliseconds: WARM_UP_MS * scale }),
    );
    for (let round = 0; round < ROUNDS; round++) {
      await eachVariant(contestants, (contestant, variant) =>
        contestant.measure({ variant, milliseconds: SLICE_MS * scale }),
      );
    }
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.close()));
  }
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
  action: (contestant: Contestant, variant: Variant) => Promise<void>,
): Promise<void> {
  for (const contestant of contestants) {
    for (const variant of variantsOf(contestant.driver)) await action(contestant, variant);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
