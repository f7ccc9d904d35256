import { median } from '../quantile.js';
import { EMBEDDED, OURS } from './lineup.js';
import type { Slice } from './party.js';
import type { Trial, Unit } from './trials.js';

/** One party in one trial, in the trial's unit. */
export interface Row {
  readonly trial: string;
  readonly party: string;
  readonly unit: Unit;
  /** Of the best round. */
  readonly p50: number;
  readonly p99: number;
  /** Of the rounds' p50. */
  readonly median: number;
  readonly rounds: readonly number[];
  readonly roundsOnOneCpu: number;
}

/** A party that has no figure, and why. */
export interface Absence {
  readonly trial: string;
  readonly party: string;
  readonly reason: string;
}

/** The reason of a party that has no such call. */
export const CANNOT = 'cannot';

export function summarise({ name, unit }: Trial, party: string, slices: readonly Slice[]): Row {
  const best = slices.reduce((one, other) => (isBetter(unit, other.p50, one.p50) ? other : one));
  const rounds = slices.map(({ p50 }) => p50);
  return {
    trial: name,
    party,
    unit,
    p50: best.p50,
    p99: best.p99,
    median: median(rounds),
    rounds,
    roundsOnOneCpu: slices.filter(({ oneCpu }) => oneCpu === true).length,
  };
}

/** How many times as good as `other` this is, by the best rounds. */
export function times(row: Row, other: Row): number {
  return row.unit === '/s' ? row.p50 / other.p50 : other.p50 / row.p50;
}

/** The best of a trial's rows but ours; undefined where we are alone. */
export function bestPeer(rows: readonly Row[]): Row | undefined {
  return rows
    .filter(({ party }) => party !== OURS && party !== EMBEDDED && party !== BARE)
    .reduce<Row | undefined>(
      (best, row) => (best === undefined || times(row, best) > 1 ? row : best),
      undefined,
    );
}

/** No party: what starting Python costs anybody. */
export const BARE = 'python alone';

function isBetter(unit: Unit, one: number, other: number): boolean {
  return unit === '/s' ? one > other : one < other;
}
