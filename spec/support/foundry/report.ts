/** What came of a load: Python's as JSON. */
export interface LoadReport {
  readonly right: number;
  /** Pieces by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** What was wrong with the others. */
  readonly wrong: readonly string[];
}

/** Several as one. */
export function merged(reports: readonly LoadReport[]): LoadReport {
  const kinds: Record<string, number> = {};
  for (const report of reports)
    for (const [kind, count] of Object.entries(report.kinds))
      kinds[kind] = (kinds[kind] ?? 0) + count;
  return {
    right: reports.reduce((sum, { right }) => sum + right, 0),
    kinds,
    wrong: reports.flatMap(({ wrong }) => wrong),
  };
}
