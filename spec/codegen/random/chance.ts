/** Choices that a seed decides: the same in each run. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 2_654_435_761) >>> 0;
  }

  /** At least 0, less than 1. */
  fraction(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** At least 0, less than `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  isOneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  one<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** So many of them, in their order. */
  some<T>(items: readonly T[], count: number): T[] {
    const left = [...items.keys()];
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, items.length)) {
      const [index] = left.splice(this.below(left.length), 1);
      if (index !== undefined) chosen.add(index);
    }
    return items.filter((_, index) => chosen.has(index));
  }

  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.fraction() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}
