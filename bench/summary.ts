import type { Slice } from './party.js';
import { quantile } from './quantile.js';

/** One row of the table. Times are in microseconds. */
export interface Row {
  readonly trial: string;
  readonly driver: string;
  readonly variant: string;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly callsPerSecond: number;
  /** Payload in MiB per second, each call's bytes counted once although they travel both ways. */
  readonly mebibytesPerSecond: number | null;
  /** How many times faster than the baseline's same figure in this run; null when the baseline did not run. */
  readonly times: number | null;
  /** p50 of each round, in order: how much the machine drifted. */
  readonly roundP50s: readonly (number | null)[];
  /** For each round, whether both sides were on one CPU at its end. */
  readonly roundsOnOneCpu: readonly boolean[];
}

const MEBIBYTE = 1024 * 1024;

export function summarise(
  identity: { trial: string; driver: string; variant: string; payloadBytes: number | undefined },
  slices: readonly Slice[],
): Row {
  const { payloadBytes, ...names } = identity;
  const times = joined(slices.map((slice) => slice.times)).sort();
  const calls = slices.reduce((sum, slice) => sum + slice.calls, 0);
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const callsPerSecond = calls / seconds;
  return {
    ...names,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    callsPerSecond,
    mebibytesPerSecond:
      payloadBytes === undefined ? null : (callsPerSecond * payloadBytes) / MEBIBYTE,
    times: null,
    roundP50s: slices.map((slice) => quantile(slice.times, 0.5)),
    roundsOnOneCpu: slices.map((slice) => slice.oneCpu),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/**
 * Fills `times`: p50 against the baseline's awaited p50, pipelined calls per second against the baseline's. A blocking
 * call is compared with an awaited one, since the baseline has no other.
 */
export function compare(rows: readonly Row[], baseline: string): Row[] {
  return rows.map((row) => {
    const pipelined = row.variant === 'pipelined';
    const base = rows.find(
      ({ trial, driver, variant }) =>
        trial === row.trial &&
        driver === baseline &&
        variant === (pipelined ? 'pipelined' : 'await'),
    );
    if (base === undefined) return row;
    const times = pipelined
      ? row.callsPerSecond / base.callsPerSecond
      : (base.p50 ?? 0) / (row.p50 ?? 1);
    return { ...row, times };
  });
}
