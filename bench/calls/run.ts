/** `npm run bench -- calls`: every way to call Python from Node that one can install, against ours. Method: ../README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PLACEMENTS, type Placement } from '../cpus.js';
import { root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { contest, type Entrant, type Pace } from './contest.js';
import { EquipmentError, equip } from './equipment.js';
import { type Party, parties } from './lineup.js';
import { draw, trialTable } from './report.js';
import type { Absence, Row } from './row.js';
import { type Trial, trials } from './trials.js';
import { judge, type Verdict } from './verdicts.js';

export const CALLS_HELP = `Usage: npm run bench -- calls [WORDS] [--quick] [--cpus WHERE] [--results FOLDER]

Measures calls from Node to Python: ringsnake against what npm and PyPI have. Installs the others under build/peers, once.

  WORDS             only these trials (${trials.map(({ name }) => name).join(', ')})
                    and parties (${parties.map(({ name }) => name).join(', ')})
  --quick           a fifth of the time, for a first look
  --cpus WHERE      free (default), same or split: where the two sides run
  --results FOLDER  where figures go (default: bench/results; with --quick, or of some only: build/bench)
`;

const ROUNDS = 7;
const QUICK_ROUNDS = 3;
const SLICE_MS = 300;
const QUICK_SLICE_MS = 120;

interface Choice {
  readonly trials: readonly Trial[];
  readonly parties: readonly Party[];
  readonly placement: Placement;
  readonly quick: boolean;
  readonly folder: string;
}

/** Throws with what is wrong with the command line. */
export async function callsBench(argv: readonly string[]): Promise<void> {
  const choice = choose(argv);
  const { placement, quick, folder } = choice;
  const where = machine();
  const missing: Absence[] = [];
  const entrants = await equipAll(choice.parties, missing);
  console.log(`${machineLine(where)}\n`);
  const pace: Pace = {
    rounds: quick ? QUICK_ROUNDS : ROUNDS,
    milliseconds: quick ? QUICK_SLICE_MS : SLICE_MS,
    warmUp: quick ? QUICK_SLICE_MS : SLICE_MS,
    placement,
  };
  const rows: Row[] = [];
  const absences: Absence[] = [...missing];
  const verdicts: Verdict[] = [];
  for (const trial of choice.trials) {
    const result = await contest(trial, entrants, pace);
    console.log(`${trialTable(trial, result.rows, result.absences)}\n`);
    rows.push(...result.rows);
    absences.push(...result.absences);
    verdicts.push(...judge(trial, result.rows));
  }
  for (const { text, met } of verdicts) console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
  const versions = choice.parties.map(({ name, npm = [], pip = [] }) => ({ name, npm, pip }));
  const figures = { machine: where, quick, placement, versions, rows, absences, targets: verdicts };
  mkdirSync(folder, { recursive: true });
  const name = `${where.date}-calls${placement === 'free' ? '' : `-${placement}`}`;
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  writeFileSync(join(folder, `${name}.svg`), draw(machineLine(where), choice.trials, rows));
}

async function equipAll(chosen: readonly Party[], missing: Absence[]): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const party of chosen) {
    try {
      entrants.push({ party, equipment: await equip(party) });
    } catch (error) {
      if (!(error instanceof EquipmentError)) throw error;
      console.log(`${party.name} takes no part: ${error.message}`);
      missing.push({ trial: 'all', party: party.name, reason: error.message });
    }
  }
  return entrants;
}

function choose(argv: readonly string[]): Choice {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      cpus: { type: 'string' },
      results: { type: 'string' },
    },
  });
  const unknown = positionals.find(
    (word) => ![...trials, ...parties].some(({ name }) => name === word),
  );
  if (unknown !== undefined) throw new Error(`there is no trial or party \`${unknown}\``);
  const placement = PLACEMENTS.find((name) => name === (values.cpus ?? 'free'));
  if (placement === undefined) throw new Error(`--cpus takes ${PLACEMENTS.join(', ')}`);
  /** All of a kind that no word names. */
  const among = <T extends { name: string }>(all: readonly T[]): readonly T[] => {
    const named = all.filter(({ name }) => positionals.includes(name));
    return named.length === 0 ? all : named;
  };
  const quick = values.quick ?? false;
  const partly = quick || positionals.length > 0;
  const folder = join(root, ...(partly ? ['build', 'bench'] : ['bench', 'results']));
  return {
    trials: among(trials),
    parties: among(parties),
    placement,
    quick,
    folder: values.results ?? folder,
  };
}
