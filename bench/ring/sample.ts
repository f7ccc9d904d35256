/** What one slice says, in few numbers. */
import { quantile } from '../quantile.js';
import type { Histogram } from './histogram.js';
import { givesTimes, type Order } from './order.js';

export interface Sample {
  /** Microseconds of one call; null for a stream. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Records per second of a stream in its good windows; null for calls. */
  readonly rate: number | null;
  /** Whether both sides were on one CPU at the end. They seldom move within a slice. */
  readonly oneCpu: boolean;
}

// One window of ten is better than this one: good, but not luck.
const GOOD = 0.9;

/** Also adds the times of calls to `histogram`. */
export function sample(
  order: Order,
  numbers: Uint32Array,
  { oneCpu, histogram }: { oneCpu: boolean; histogram: Histogram },
): Sample {
  if (!givesTimes(order)) {
    return { p50: null, p99: null, rate: quantile(rates(numbers), GOOD), oneCpu };
  }
  for (const nanoseconds of numbers) histogram.add(nanoseconds);
  const sorted = numbers.sort();
  const microseconds = (share: number): number => (quantile(sorted, share) ?? Number.NaN) / 1000;
  return { p50: microseconds(0.5), p99: microseconds(0.99), rate: null, oneCpu };
}

/** Records per second of each window, in order of size. */
function rates(numbers: Uint32Array): Float64Array {
  const sorted = new Float64Array(numbers.length / 2);
  for (let i = 0; i < sorted.length; i++) {
    sorted[i] = ((numbers[2 * i] ?? 0) * 1e9) / (numbers[2 * i + 1] ?? 1);
  }
  return sorted.sort();
}
