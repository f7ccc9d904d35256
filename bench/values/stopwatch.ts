/** Nanoseconds of short work: the best of many rounds, since whatever disturbs a round makes it longer. */

const ROUND_NS = 2_000_000;

/** One thing to measure. */
export interface Work {
  readonly name: string;
  run(): unknown;
}

/** Keeps results alive for the compiler. */
let sink: unknown;

export function kept(): unknown {
  return sink;
}

function time(run: () => unknown, times: number): number {
  const before = process.hrtime.bigint();
  for (let i = 0; i < times; i++) sink = run();
  return Number(process.hrtime.bigint() - before);
}

/** Nanoseconds of each, by name. All take turns in every round. */
export function measure(works: readonly Work[], rounds: number): Record<string, number> {
  const times = new Map<Work, number>();
  for (const work of works) {
    time(work.run, 3);
    const once = Math.max(time(work.run, 3) / 3, 1);
    times.set(work, Math.max(1, Math.round(ROUND_NS / once)));
  }
  const best: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      const count = times.get(work) as number;
      const each = time(work.run, count) / count;
      best[work.name] = Math.min(best[work.name] ?? Number.POSITIVE_INFINITY, each);
    }
  }
  return best;
}
