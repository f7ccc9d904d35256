/** Nanoseconds of short work: the best of many rounds, since whatever disturbs a round makes it longer. */

const ROUND_NS = 2_000_000;
const MOST_RUNS = 1_000_000;

/** One thing to measure. */
export interface Work {
  readonly name: string;
  run(argument: unknown): unknown;
  readonly argument?: unknown;
}

/** Keeps results alive for the compiler. */
let sink: unknown;

export function kept(): unknown {
  return sink;
}

function time({ run, argument }: Work, times: number): number {
  const before = process.hrtime.bigint();
  for (let i = 0; i < times; i++) sink = run(argument);
  return Number(process.hrtime.bigint() - before);
}

/** Nanoseconds of each, by name. All take turns in every round. */
export function measure(works: readonly Work[], rounds: number): Record<string, number> {
  const times = new Map<Work, number>();
  for (const work of works) {
    // Until it takes long enough to be counted, and the compiler has had its time with it.
    let count = 1;
    while (count < MOST_RUNS && time(work, count) < 2 * ROUND_NS) count *= 2;
    const once = Math.max(time(work, count) / count, 1);
    times.set(work, Math.max(1, Math.round(ROUND_NS / once)));
  }
  const best: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      const count = times.get(work) as number;
      const each = time(work, count) / count;
      best[work.name] = Math.min(best[work.name] ?? Number.POSITIVE_INFINITY, each);
    }
  }
  return best;
}
