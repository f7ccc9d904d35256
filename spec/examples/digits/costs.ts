/** What a call costs: times calls one after the other. */

/** Microseconds, and calls per second. */
export interface Cost {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** Calls are made for this long before the clock runs: both runtimes compile what is hot. */
const WARM_UP_MS = 300;

/** Times `count` calls. `call` may return a promise or, for a synchronous call, the answer. */
export async function measure(
  name: string,
  count: number,
  call: (i: number) => unknown,
): Promise<Cost> {
  const warm = performance.now() + WARM_UP_MS;
  for (let i = 0; performance.now() < warm; i++) await call(i);
  const times = new Float64Array(count);
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    const before = performance.now();
    const answer = call(i);
    if (answer instanceof Promise) await answer;
    times[i] = (performance.now() - before) * 1000;
  }
  const seconds = (performance.now() - started) / 1000;
  times.sort();
  const at = (share: number): number => times[Math.floor(share * (count - 1))] ?? 0;
  return { name, p50: at(0.5), p99: at(0.99), perSecond: count / seconds };
}

/** The costs of one call made in several ways; the first is what the others are compared with. */
export interface Comparison {
  readonly call: string;
  readonly costs: readonly Cost[];
}

/** All of it as a table. */
export function costTable(comparisons: readonly Comparison[]): string {
  const row = (cells: readonly string[]): string => {
    const [name = '', ...figures] = cells;
    return `  ${name.padEnd(36)}${figures.map((figure) => figure.padStart(11)).join('')}`;
  };
  const lines = [row(['', 'p50 µs', 'p99 µs', 'calls/s', 'times'])];
  for (const { call, costs } of comparisons) {
    const base = costs[0]?.p50 ?? Number.NaN;
    lines.push(`  ${call}`);
    for (const { name, p50, p99, perSecond } of costs) {
      const rate = Math.round(perSecond).toLocaleString('en');
      lines.push(
        row([`  ${name}`, p50.toFixed(1), p99.toFixed(1), rate, `${(base / p50).toFixed(1)} ×`]),
      );
    }
  }
  return lines.join('\n');
}
