import { EMBEDDED, OURS } from './lineup.js';
import { BARE, bestPeer, type Row, times } from './row.js';
import type { Trial } from './trials.js';

/** Whether a target was met, by the best round. */
export interface Verdict {
  readonly text: string;
  readonly met: boolean;
}

const START_TIMES = 1.5;
const START_MORE_MS = 25;
/** Named rival of blocking calls: its calls do not leave the process. */
const IN_PROCESS = 'node-calls-python';

export function judge(trial: Trial, rows: readonly Row[]): Verdict[] {
  return [...judgeEmbedded(trial, rows), ...judgeOurs(trial, rows)];
}

function judgeEmbedded(
  { name, unit, embedded, embeddedTimes }: Trial,
  rows: readonly Row[],
): Verdict[] {
  const ours = rows.find(({ party }) => party === EMBEDDED);
  const bare = rows.find(({ party }) => party === BARE);
  if (ours !== undefined && bare !== undefined && embeddedTimes !== undefined) {
    const most = bare.p50 * embeddedTimes;
    const text = `${name}, embedded: ${figure(ours.p50)} ${unit}, must ≤ ${embeddedTimes} × ${BARE} = ${figure(most)}`;
    return [{ text, met: ours.p50 <= most }];
  }
  if (ours === undefined || embedded === undefined) return [];
  const { must, aim } = embedded;
  const aimed =
    aim === undefined ? '' : `, aim ${figure(aim)}: ${ours.p50 <= aim ? 'met' : 'not yet'}`;
  const text = `${name}, embedded: ${figure(ours.p50)} ${unit}, must ≤ ${figure(must)}${aimed}`;
  return [{ text, met: ours.p50 <= must }];
}

function judgeOurs(trial: Trial, rows: readonly Row[]): Verdict[] {
  const ours = rows.find(({ party }) => party === OURS);
  if (ours === undefined) return [];
  const verdicts: Verdict[] = [];
  const { unit, must, aim } = trial;
  const reaches = (bound: number) => (unit === '/s' ? ours.p50 >= bound : ours.p50 <= bound);
  const sign = unit === '/s' ? '≥' : '≤';
  const said = `${trial.name}: ${figure(ours.p50)} ${unit}`;
  if (must !== undefined) {
    const aimed =
      aim === undefined ? '' : `, aim ${figure(aim)}: ${reaches(aim) ? 'met' : 'not yet'}`;
    verdicts.push({ text: `${said}, must ${sign} ${figure(must)}${aimed}`, met: reaches(must) });
  }
  const bare = rows.find(({ party }) => party === BARE);
  if (trial.start?.isLoaded === false && bare !== undefined) {
    const most = bare.p50 * START_TIMES + START_MORE_MS;
    const text = `${said}, must ≤ ${START_TIMES} × ${BARE} + ${START_MORE_MS} = ${figure(most)}`;
    verdicts.push({ text, met: ours.p50 <= most });
  }
  const rival = rows.find(({ party }) => party === IN_PROCESS);
  if (trial.name === 'add-sync' && rival !== undefined) {
    const text = `${said}, must be faster than in-process ${IN_PROCESS}: ${figure(rival.p50)}`;
    verdicts.push({ text, met: times(ours, rival) > 1 });
  }
  const best = bestPeer(rows);
  if (best !== undefined) {
    const text = `${said}, ${times(ours, best).toFixed(2)} × the best peer, ${best.party}`;
    verdicts.push({ text, met: times(ours, best) > 1 });
  }
  return verdicts;
}

/** Three digits that matter. */
export function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
