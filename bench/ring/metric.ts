import { median } from '../quantile.js';
import type { Lineup } from './lineup.js';
import type { Order } from './order.js';
import type { Sample } from './sample.js';

/** One thing to measure: who, and what. */
export interface Measurement {
  readonly lineup: Lineup;
  readonly order: Order;
}

/** Of one measurement, one per round. */
export type Samples = readonly Sample[];

/** A unit and how a sample gives it. */
export const UNITS = {
  µs: { value: ({ p50 }: Sample): number => p50 ?? Number.NaN, digits: 2 },
  'M/s': { value: ({ rate }: Sample): number => (rate ?? Number.NaN) / 1e6, digits: 2 },
  'GB/s': {
    value: ({ rate }: Sample, { payloadBytes }: Order): number =>
      ((rate ?? Number.NaN) * payloadBytes) / 1e9,
    digits: 2,
  },
} as const;
export type Unit = keyof typeof UNITS;

/**
 * What a value must reach: so many times the limit's or the socket's in the same round, or so much by itself.
 * `least` or `most`, never both.
 */
export interface Bound {
  readonly of: 'limit' | 'socket' | 'itself';
  readonly least?: number;
  readonly most?: number;
}

/** One row of the table. */
export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  readonly ours: Measurement;
  /** The same in C++ over the same ring: `L`. */
  readonly limit?: Measurement;
  /** The same over a Unix socket: `U`. */
  readonly socket?: Measurement;
  readonly must?: readonly Bound[];
  readonly aim?: readonly Bound[];
}

/** The value of each round. */
export function values(measurement: Measurement, unit: Unit, samples: Samples): readonly number[] {
  return samples.map((sample) => UNITS[unit].value(sample, measurement.order));
}

/** The samples of a measurement; undefined when it was not made. */
export type Lookup = (measurement: Measurement) => Samples | undefined;

/** How one metric fared. Medians over the rounds; ratios are formed within each round. */
export interface Fare {
  readonly metric: Metric;
  readonly ours: readonly number[];
  readonly limit: readonly number[] | undefined;
  readonly socket: readonly number[] | undefined;
}

export function fareOf(metric: Metric, lookup: Lookup): Fare | undefined {
  const of = (measurement: Measurement | undefined): readonly number[] | undefined => {
    const samples = measurement && lookup(measurement);
    return measurement && samples && values(measurement, metric.unit, samples);
  };
  const ours = of(metric.ours);
  return ours && { metric, ours, limit: of(metric.limit), socket: of(metric.socket) };
}

/** Ours against the other in each round. */
export function ratios(fare: Fare, of: Bound['of']): readonly number[] {
  if (of === 'itself') return fare.ours;
  const others = fare[of];
  return fare.ours.map((value, round) => value / (others?.[round] ?? Number.NaN));
}

export type Verdict = 'aim' | 'must' | 'missed';

/** Undefined when the metric has no target. */
export function verdict(fare: Fare): Verdict | undefined {
  const { must, aim } = fare.metric;
  if (must === undefined) return undefined;
  const meets = (bounds: readonly Bound[]): boolean =>
    bounds.every(({ of, least = -Infinity, most = Infinity }) => {
      const reached = median(ratios(fare, of));
      return reached >= least && reached <= most;
    });
  if (!meets(must)) return 'missed';
  return aim !== undefined && meets(aim) ? 'aim' : 'must';
}
