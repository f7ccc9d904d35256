import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { Placement } from '../cpus.js';
import { peers, pythonCommand, root } from '../folder.js';
import { Contestant } from './contestant.js';
import type { Equipment } from './equipment.js';
import type { Party } from './lineup.js';
import type { Slice } from './party.js';
import { type Absence, BARE, CANNOT, type Row, summarise } from './row.js';
import type { Start, Trial } from './trials.js';

/** A party that has what it needs. */
export interface Entrant {
  readonly party: Party;
  readonly equipment: Equipment;
}

export interface Pace {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly warmUp: number;
  readonly placement: Placement;
}

export interface Result {
  readonly rows: readonly Row[];
  readonly absences: readonly Absence[];
}

/** One party's part in a trial. */
interface Part {
  readonly name: string;
  readonly slices: Slice[];
  measure(milliseconds: number): Promise<Slice>;
  close(): Promise<void>;
}

/** One trial: all parties are started, then measured in turn, a slice each round. Whoever fails is out, and said to be. */
export async function contest(
  trial: Trial,
  entrants: readonly Entrant[],
  pace: Pace,
): Promise<Result> {
  const absences: Absence[] = [];
  let parts: Part[] = [];
  const leave = async (part: Part, error: unknown): Promise<void> => {
    absences.push({ trial: trial.name, party: part.name, reason: (error as Error).message });
    parts = parts.filter((other) => other !== part);
    await part.close();
  };
  const inTurn = async (action: (part: Part) => Promise<void>): Promise<void> => {
    for (const part of parts) await action(part).catch((error: unknown) => leave(part, error));
  };
  try {
    if (trial.start)
      parts = [barePython(trial.start), ...entrants.map((one) => starting(trial, one, pace))];
    else {
      for (const entrant of entrants) {
        const part = calling(trial, entrant, pace);
        parts.push(part);
        const able = await part.open().catch((error: unknown) => leave(part, error));
        if (able === false) await leave(part, new Error(CANNOT));
      }
    }
    await inTurn(async (part) => void (await part.measure(pace.warmUp)));
    for (let round = 0; round < pace.rounds; round++) {
      await inTurn(async (part) => void part.slices.push(await part.measure(pace.milliseconds)));
    }
  } finally {
    await Promise.all(parts.map((part) => part.close()));
  }
  const rows = parts.map(({ name, slices }) => summarise(trial, name, slices));
  return { rows, absences };
}

function calling(
  trial: Trial,
  { party, equipment }: Entrant,
  { placement }: Pace,
): Part & { open(): Promise<boolean> } {
  const brief = { trial: trial.name, party: party.name, equipment, placement };
  const contestant = new Contestant(brief);
  return {
    name: party.name,
    slices: [],
    open: async () => (await contestant.open()).able,
    measure: (milliseconds) => contestant.measure(milliseconds),
    close: () => contestant.close(),
  };
}

/** Anew in every round. */
function starting(trial: Trial, { party, equipment }: Entrant, { placement }: Pace): Part {
  const brief = { trial: trial.name, party: party.name, equipment, placement };
  return {
    name: party.name,
    slices: [],
    async measure() {
      const contestant = new Contestant(brief);
      try {
        const opening = await contestant.open();
        if (!opening.able) throw new Error(CANNOT);
        return once(opening.startMilliseconds);
      } finally {
        await contestant.close();
      }
    },
    close: async () => {},
  };
}

function barePython({ python }: Start): Part {
  return {
    name: BARE,
    slices: [],
    async measure() {
      const begin = performance.now();
      const path = [join(root, 'python'), peers].join(delimiter);
      const env = { ...process.env, PYTHONPATH: path };
      const { status } = spawnSync(pythonCommand(), ['-c', python], { env });
      if (status !== 0) throw new Error(`python -c '${python}' ended with ${status}`);
      return once(performance.now() - begin);
    },
    close: async () => {},
  };
}

function once(value: number): Slice {
  return { p50: value, p99: value, samples: 1, oneCpu: undefined };
}
