import type { Row } from './summary.js';

/** What the first calls were to reach: at most this share of the baseline's awaited round trip. */
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

/** How one target fared. Ratios say how many times faster than the baseline. */
export interface Verdict {
  readonly text: string;
  readonly met: boolean;
  /** Of the medians over all rounds: what decides. */
  readonly ratio: number;
  /** Of the medians of each round. Where they lie far apart, one more run may decide otherwise. */
  readonly roundRatios: readonly number[];
  readonly roundsMet: number;
}

/** One verdict per target that this run measured. */
export function judge(rows: readonly Row[], baseline: string): Verdict[] {
  return TARGETS.flatMap(({ trial, variant, share, text }) => {
    const find = (driver: string, how: string): Row | undefined =>
      rows.find((row) => row.trial === trial && row.driver === driver && row.variant === how);
    const row = find('ringsnake', variant);
    const base = find(baseline, 'await');
    if (row === undefined || base === undefined || row.times === null) return [];
    const roundRatios = row.roundP50s.map(
      (p50, round) => (base.roundP50s[round] ?? Number.NaN) / (p50 ?? Number.NaN),
    );
    const roundsMet = roundRatios.filter((ratio) => ratio >= share).length;
    return [{ text, met: row.times >= share, ratio: row.times, roundRatios, roundsMet }];
  });
}

export function verdictLine({ text, met, ratio, roundRatios, roundsMet }: Verdict): string {
  const share = (times: number): string => `1/${times.toFixed(1)}`;
  const range = `${share(Math.min(...roundRatios))} to ${share(Math.max(...roundRatios))}`;
  const rounds = `met in ${roundsMet} of ${roundRatios.length} rounds, ${range}`;
  return `${text}: ${met ? 'met' : 'not met'} (${share(ratio)}; ${rounds})`;
}
