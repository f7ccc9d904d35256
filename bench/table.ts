import type { Row } from './summary.js';

const WIDTHS = [30, 10, 10, 12, 10, 10, 10];

/** The rows of one trial under its description. */
export function trialTable(description: string, rows: readonly Row[]): string {
  const head = line(['', 'p50 µs', 'p99 µs', 'calls/s', 'MiB/s', 'times', 'one CPU']);
  const body = rows.map((row) =>
    line([
      `  ${row.driver}, ${row.variant}`,
      figure(row.p50, 1),
      figure(row.p99, 1),
      Math.round(row.callsPerSecond).toLocaleString('en'),
      figure(row.mebibytesPerSecond, 0),
      row.times === null ? '' : `${row.times.toFixed(1)} ×`,
      `${row.roundsOnOneCpu.filter(Boolean).length}/${row.roundsOnOneCpu.length}`,
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
