/** What is known of how long something took. Milliseconds; exact to 1/8, but for count, mean and maximum. */
export interface LatencyStatistics {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Upper ends of the ranges into which times fell, and how many fell into each. */
  readonly buckets: readonly (readonly [upTo: number, count: number])[];
}

/** The finest time told apart, in milliseconds: 64 ns. */
const UNIT_MS = 64e-6;
/** Ranges for each doubling: 2^3. */
const FINE_BITS = 3;
const FINE = 1 << FINE_BITS;
/** Times are counted in 32 bits: up to 274 s. All that is longer falls into the last range. */
const LONGEST = 0xffff_ffff;
const BUCKETS = (32 - FINE_BITS + 1) << FINE_BITS;

/** Times in ranges that grow with them: a fixed 1 KiB, whatever is recorded. Twin: python/ringsnake/_session/latency_histogram.py. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Milliseconds. */
  record(duration: number): void {
    const units = Math.min(LONGEST, Math.max(0, Math.floor(duration / UNIT_MS)));
    (this.#counts[bucketOf(units)] as number)++;
    this.#count++;
    this.#sum += duration;
    if (duration > this.#max) this.#max = duration;
  }

  statistics(): LatencyStatistics {
    const buckets: (readonly [number, number])[] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([endOf(bucket) * UNIT_MS, count]);
    });
    const quantile = (part: number): number => {
      let left = this.#count * part;
      const found = buckets.find(([, count]) => {
        left -= count;
        return left <= 0;
      });
      return Math.min(found?.[0] ?? 0, this.#max);
    };
    return {
      count: this.#count,
      mean: this.#count === 0 ? 0 : this.#sum / this.#count,
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      max: this.#max,
      buckets,
    };
  }
}

function bucketOf(units: number): number {
  if (units < FINE) return units;
  const shift = 31 - Math.clz32(units) - FINE_BITS;
  return ((shift + 1) << FINE_BITS) + ((units >>> shift) & (FINE - 1));
}

/** The first time, in units, that is too long for it. */
function endOf(bucket: number): number {
  if (bucket < FINE) return bucket + 1;
  const shift = (bucket >>> FINE_BITS) - 1;
  return (FINE + (bucket & (FINE - 1)) + 1) * 2 ** shift;
}
