/** Buckets for each doubling of the time: one is 9 % wide, about as fine as the clock. */
export const BUCKETS_PER_DOUBLING = 8;

/** How often calls took how long. */
export class Histogram {
  readonly #counts: number[] = [];

  add(nanoseconds: number): void {
    const bucket = Math.round(Math.log2(Math.max(nanoseconds, 1)) * BUCKETS_PER_DOUBLING);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  /** Middle of each bucket that is not empty, in nanoseconds, and its count; in order. */
  get buckets(): readonly (readonly [nanoseconds: number, count: number])[] {
    // forEach passes over the holes that a sparse array has.
    const found: [number, number][] = [];
    this.#counts.forEach((count, bucket) => {
      found.push([Math.round(2 ** (bucket / BUCKETS_PER_DOUBLING)), count]);
    });
    return found;
  }
}
