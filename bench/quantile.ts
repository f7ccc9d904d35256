/** Of sorted numbers; null when there are none. */
export function quantile(sorted: ArrayLike<number>, share: number): number | null {
  return sorted.length === 0 ? null : (sorted[Math.floor(share * (sorted.length - 1))] ?? null);
}

/** Of numbers in any order; NaN when there are none. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5) ?? Number.NaN;
}
