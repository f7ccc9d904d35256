/** `npm run bench -- ring`: the ring against the limit program and a Unix socket. Method: ../README.md. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PLACEMENTS, type Placement } from '../cpus.js';
import { root } from '../folder.js';
import { type Machine, machine, machineLine } from '../machine.js';
import { type Choice, type Report, writeReport } from './report.js';
import { runSweep } from './sweep.js';
import { runSystemCalls } from './system-calls.js';
import { runTargets } from './target-table.js';

export const RING_HELP = `Usage: npm run bench -- ring [PART] [WORDS] [--quick] [--cpus WHERE] [--results FOLDER]

Measures the ring (ours) against a C++ program over the same ring (L) and a Unix socket (U).

  PART              targets: what the ring must reach (default); sweep: which capacity a ring should have;
                    system-calls: how many a message costs
  WORDS             only the rows whose names hold all of them
  --quick           a fifth of the time, for a first look
  --cpus WHERE      split: each side on its own CPU; free: where the scheduler puts them; same: both on one
                    (default: all three, one after the other; sweep and system-calls: split)
  --results FOLDER  where figures and drawings go (default: bench/results; with --quick: build/bench)
`;

type Run = (choice: Choice) => Promise<Report>;

/** What each part runs, and where, unless told otherwise. */
const PARTS: Readonly<Record<string, { run: Run; placements: readonly Placement[] }>> = {
  targets: { run: runTargets, placements: ['split', 'free', 'same'] },
  sweep: { run: runSweep, placements: ['split'] },
  'system-calls': { run: runSystemCalls, placements: ['split'] },
};

/** Throws with what is wrong with the command line. */
export async function ringBench(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, cpus: { type: 'string' }, results: { type: 'string' } },
  });
  const { quick = false, cpus } = values;
  const name = positionals.find((word) => word in PARTS) ?? 'targets';
  const part = PARTS[name] as NonNullable<(typeof PARTS)[string]>;
  const placements = PLACEMENTS.filter((placement) => placement === cpus);
  if (cpus !== undefined && placements.length === 0)
    throw new Error(`--cpus takes ${PLACEMENTS.join(', ')}`);
  const folder =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  mkdirSync(folder, { recursive: true });
  const words = positionals.filter((word) => word !== name);
  const where: Machine = machine();
  console.log(`${machineLine(where)}\n`);
  for (const placement of placements.length === 0 ? part.placements : placements) {
    const report = await part.run({ placement, quick, words });
    console.log(`${report.text}\n`);
    const stem = `${where.date}-ring-${name}-${placement}`;
    writeReport(report, { folder, stem, header: { machine: where, placement, quick } });
  }
}
