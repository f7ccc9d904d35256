/** Measures in rounds: each measurement once in every round, so that a machine that drifts, drifts for all. */
import type { Placement } from '../cpus.js';
import { Histogram } from './histogram.js';
import { lineupName } from './lineup.js';
import type { Lookup, Measurement } from './metric.js';
import type { Span } from './order.js';
import { Party } from './party.js';
import { type Sample, sample } from './sample.js';

export interface Plan extends Span {
  readonly placement: Placement;
  readonly rounds: number;
}

/** Of one measurement. */
export interface Series {
  readonly measurement: Measurement;
  readonly samples: Sample[];
  readonly histogram: Histogram;
}

/** All that was measured, each once however many metrics want it. */
export class Results {
  readonly #series = new Map<string, Series>();

  constructor(measurements: readonly Measurement[]) {
    for (const measurement of measurements) {
      this.#series.set(key(measurement), {
        measurement,
        samples: [],
        histogram: new Histogram(),
      });
    }
  }

  get all(): readonly Series[] {
    return [...this.#series.values()];
  }

  of(measurement: Measurement): Series | undefined {
    return this.#series.get(key(measurement));
  }

  readonly lookup: Lookup = (measurement) => this.of(measurement)?.samples;
}

/** Runs every lineup at once, but only one is ever measured. The others sleep. */
export async function measureAll(
  measurements: readonly Measurement[],
  plan: Plan,
): Promise<Results> {
  const results = new Results(measurements);
  const parties = new Map<string, Party>();
  try {
    for (const { measurement } of results.all) {
      const name = lineupName(measurement.lineup);
      const party = parties.get(name) ?? new Party(measurement.lineup);
      if (parties.has(name)) continue;
      parties.set(name, party);
      await party.ready(plan.placement);
    }
    // The first round warms up.
    for (let round = -1; round < plan.rounds; round++) {
      for (const series of results.all) {
        const party = parties.get(lineupName(series.measurement.lineup)) as Party;
        await measure(series, party, { plan, counts: round >= 0 });
      }
    }
  } finally {
    await Promise.all([...parties.values()].map((party) => party.close()));
  }
  return results;
}

async function measure(
  { measurement: { order }, samples, histogram }: Series,
  party: Party,
  { plan, counts }: { plan: Plan; counts: boolean },
): Promise<void> {
  const numbers = await party.obey(order, plan);
  if (counts) samples.push(sample(order, numbers, { oneCpu: party.onOneCpu, histogram }));
}

function key({ lineup, order }: Measurement): string {
  return `${lineupName(lineup)} ${JSON.stringify(order)}`;
}
