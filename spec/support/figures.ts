/** What many trials showed, in the unit of the values. */
export interface Figures {
  readonly trials: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** Percentiles by nearest rank, rounded to thousandths. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN) * 1000) / 1000;
  return { trials: sorted.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}
