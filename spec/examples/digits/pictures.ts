/** Text drawings for the terminal. */
import type { Epoch, LabelledImage, Prediction, TrainingReport } from './digits.js';

const SHADES = ' ░▒▓█';
const DARKEST = 16;
const SIDE = 8;
const BAR = 30;

/** One line: how far training has got. */
export function progressBar({ number, of, loss, accuracy }: Epoch): string {
  const filled = Math.round((BAR * number) / of);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  return `epoch ${String(number).padStart(2)}/${of} ${bar} loss ${loss.toFixed(3)}  accuracy ${percent(accuracy)}`;
}

/** A table: rows are what the digits are, columns what they were taken for. */
export function confusionMatrix({ confusion }: TrainingReport): string {
  const cell = (value: number | string): string => String(value).padStart(4);
  const head = `  is \\ as${confusion.map((_, digit) => cell(digit)).join('')}`;
  const rows = confusion.map(
    (row, digit) =>
      `${cell(digit).padStart(9)}${row.map((count) => cell(count === 0 ? '·' : count)).join('')}`,
  );
  return [head, ...rows].join('\n');
}

/** Images side by side, each over what it is and what it was taken for. */
export function gallery(
  images: readonly LabelledImage[],
  predictions: readonly Prediction[],
): string {
  const inRow = (cells: readonly string[]): string =>
    `  ${cells.map((cell) => cell.padEnd(2 * SIDE)).join('   ')}`.trimEnd();
  const lines: string[] = [];
  for (let row = 0; row < SIDE; row++)
    lines.push(inRow(images.map(({ pixels }) => pixelRow(pixels, row))));
  const verdicts = images.map(({ digit }, i) => {
    const taken = predictions[i]?.digit;
    return taken === digit ? `${digit}` : `${digit}, taken for ${taken}`;
  });
  const shares = predictions.map(({ probability }) => percent(probability));
  return [...lines, inRow(verdicts), inRow(shares)].join('\n');
}

function pixelRow(pixels: Float64Array, row: number): string {
  const shades = Array.from(pixels.subarray(row * SIDE, (row + 1) * SIDE), (value) => {
    const shade = SHADES[Math.round((value / DARKEST) * (SHADES.length - 1))] ?? ' ';
    return shade + shade;
  });
  return shades.join('');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
