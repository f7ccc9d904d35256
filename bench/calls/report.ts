/** Rows as text, JSON and a drawing. */
import { alignedTable } from '../ring/table.js';
import { OURS } from './lineup.js';
import { type Absence, bestPeer, CANNOT, type Row, times } from './row.js';
import type { Trial } from './trials.js';
import { figure } from './verdicts.js';

/** One trial: who did it, best first, and who did not. */
export function trialTable(
  trial: Trial,
  rows: readonly Row[],
  absences: readonly Absence[],
): string {
  const ours = rows.find(({ party }) => party === OURS);
  const best = bestPeer(rows);
  const head = ['', trial.unit, 'p99', 'median', 'rounds', 'to ours', 'to best peer', 'one CPU'];
  const lines = inOrder(rows).map((row) => [
    row.party,
    figure(row.p50),
    trial.unit === '/s' ? '' : figure(row.p99),
    figure(row.median),
    `${figure(Math.min(...row.rounds))} to ${figure(Math.max(...row.rounds))}`,
    ours === undefined ? '' : ratio(times(row, ours)),
    best === undefined ? '' : ratio(times(row, best)),
    `${row.roundsOnOneCpu}/${row.rounds.length}`,
  ]);
  const unable = absences.filter(({ reason }) => reason === CANNOT).map(({ party }) => party);
  const failed = absences.filter(({ reason }) => reason !== CANNOT);
  const missing = [
    ...(unable.length === 0 ? [] : [`cannot: ${unable.join(', ')}`]),
    ...failed.map(({ party, reason }) => `${party} failed: ${reason}`),
  ];
  const title = `${trial.name}: ${trial.description}`;
  return [title, alignedTable([head, ...lines]), ...missing].join('\n');
}

/** Above 1 is better. */
function ratio(value: number): string {
  return value >= 1 ? `${value.toFixed(2)} ×` : `1/${(1 / value).toFixed(2)}`;
}

function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) => times(other, one) - 1);
}

const WIDTH = 900;
const LEFT = 170;
const BAR = 14;
const GAP = 34;
const TOP = 60;
const LONGEST = WIDTH - LEFT - 130;
const OUR_COLOUR = '#1b7f5c';
const COLOUR = '#a9b6c6';

/** SVG: each trial on a logarithmic scale of its own, best first; the shortest bar is the best, the longest the worst. */
export function draw(title: string, trials: readonly Trial[], rows: readonly Row[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const trial of trials) {
    const own = inOrder(rows.filter((row) => row.trial === trial.name));
    const first = own[0];
    const last = own.at(-1);
    if (first === undefined || last === undefined) continue;
    parts.push(text(16, y, `${trial.description} (${trial.unit})`, 'bold'));
    const whole = Math.log10(10 * times(first, last));
    own.forEach((row, i) => {
      const top = y + 6 + i * BAR;
      const length = LONGEST * (Math.log10(10 * times(first, row)) / whole);
      const colour = row.party === OURS ? OUR_COLOUR : COLOUR;
      parts.push(
        text(16, top + BAR - 3, row.party),
        `<rect x="${LEFT}" y="${top + 2}" width="${length.toFixed(1)}" height="${BAR - 3}" fill="${colour}"/>`,
        text(LEFT + length + 5, top + BAR - 3, figure(row.p50)),
      );
    });
    y += own.length * BAR + GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="white"/>`,
    `<text x="16" y="24" font-size="16">Calls from Node to Python: shorter is better, logarithmic</text>`,
    text(16, 40, title),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, weight = 'normal'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
