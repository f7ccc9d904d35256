/** Times as a drawing: for each payload the codecs as bars, each as long as its share of the slowest. No dependency. */
import type { Kind, Row } from './targets.js';

const WIDTH = 980;
const LEFT = 190;
const BAR = 13;
const GAP = 18;
const TOP = 52;
const HALF = (WIDTH - LEFT - 20) / 2;
const LABEL = 90;
const COLOURS = [
  '#1b7f5c',
  '#3fae84',
  '#8a9bb0',
  '#a9b6c6',
  '#b8a9c6',
  '#c6b8a9',
  '#c9c9c9',
  '#d8b0b0',
  '#b0d8d0',
  '#d8d3b0',
];

/** SVG text. Encoding to the left, decoding to the right; each payload and kind has a scale of its own. */
export function drawBars(title: string, rows: readonly Row[]): string {
  const parts: string[] = [];
  let y = TOP;
  for (const row of rows) {
    const codecs = Object.keys(row.encode);
    parts.push(`<text x="16" y="${y + BAR}" font-weight="bold">${escaped(row.payload)}</text>`);
    parts.push(
      ...drawHalf(row, 'encode', { x: LEFT, y }),
      ...drawHalf(row, 'decode', { x: LEFT + HALF, y }),
    );
    y += codecs.length * BAR + GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="11">`,
    `<title>Values in ${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="white"/>`,
    `<text x="16" y="24" font-size="16">Values in ${escaped(title)}: shorter is faster</text>`,
    `<text x="${LEFT}" y="42" fill="#444">encode</text><text x="${LEFT + HALF}" y="42" fill="#444">decode</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawHalf(row: Row, kind: Kind, at: { x: number; y: number }): string[] {
  const times = Object.entries(row[kind]);
  const slowest = Math.max(...times.map(([, time]) => time));
  return times.flatMap(([codec, time], i) => {
    const y = at.y + i * BAR;
    const length = Math.max(1, (time / slowest) * (HALF - LABEL - 110));
    const label = `${escaped(codec)} ${time < 10_000 ? `${Math.round(time)} ns` : `${Math.round(time / 1000)} µs`}`;
    return [
      `<rect x="${at.x}" y="${y + 2}" width="${length.toFixed(1)}" height="${BAR - 3}" fill="${COLOURS[i % COLOURS.length]}"/>`,
      `<text x="${(at.x + length + 4).toFixed(1)}" y="${y + BAR - 2}" fill="#444">${label}</text>`,
    ];
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
