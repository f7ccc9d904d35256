import type { Row } from './summary.js';

const WIDTHS = [30, 10, 10, 12, 10, 10];

/** The rows of one trial under its description. */
export function trialTable(description: string, rows: readonly Row[]): string {
  const head = line(['', 'p50 µs', 'p99 µs', 'calls/s', 'MiB/s', 'times']);
  const body = rows.map((row) =>
    line([
      `  ${row.driver}, ${row.variant}`,
      figure(row.p50, 1),
      figure(row.p99, 1),
      Math.round(row.callsPerSecond).toLocaleString('en'),
      figure(row.mebibytesPerSecond, 0),
      row.times === null ? '1' : `${row.times.toFixed(1)} ×`,
    ]),
  );
  return [description, head, ...body].join('\n');
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i] ?? 0) : cell.padStart(WIDTHS[i] ?? 0)))
    .join('')
    .trimEnd();
}

function figure(value: number | null, digits: number): string {
  return value === null ? '' : value.toFixed(digits);
}

/** What the first calls were to reach, as a share of the baseline's round trip. */
const TARGETS = [
  {
    trial: 'add',
    variant: 'sync',
    share: 10,
    text: 'synchronous add: at most 1/10 of a JSON-pipe round trip',
  },
  { trial: 'add', variant: 'await', share: 3, text: 'awaited add: at most 1/3' },
  { trial: 'bytes', variant: 'await', share: 10, text: '1 MiB echo: at most 1/10' },
] as const;

/** One line per target that this run measured. */
export function verdicts(rows: readonly Row[]): string[] {
  return TARGETS.flatMap(({ trial, variant, share, text }) => {
    const row = rows.find(
      (r) => r.driver === 'ringsnake' && r.trial === trial && r.variant === variant,
    );
    if (row === undefined || row.times === null) return [];
    const verdict = row.times >= share ? 'met' : 'not met';
    return [`${text}: ${verdict} (1/${row.times.toFixed(1)})`];
  });
}
