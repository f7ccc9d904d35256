/** The source line a diagnostic is about, with a marker below the place. */
import type { Position } from '../diagnostics.js';
import { type Paint, plain } from './colors.js';

/** What stays of a long line. */
const SHOWN_COLUMNS = 100;
/** How much of that stands before the place. */
const SHOWN_BEFORE = 40;
const TAB = '    ';

/** As the compiler counts lines; it also strips a byte order mark. */
export function sourceLines(source: string): string[] {
  return source.replace(/^\uFEFF/, '').split(/\r\n|[\n\r\u2028\u2029]/);
}

/** Two lines, without indentation; none where the source has no such line. */
export function codeFrame(
  source: readonly string[],
  position: Position,
  paint: Paint = plain,
): string[] {
  const line = source[position.line - 1];
  if (line === undefined) return [];
  const at = Math.min(position.column - 1, line.length);
  const width = Math.max(1, Math.min(position.width ?? 1, line.length - at));
  const from = line.length <= SHOWN_COLUMNS ? 0 : Math.max(0, at - SHOWN_BEFORE);
  const to = Math.min(line.length, from + SHOWN_COLUMNS);
  const before = `${from === 0 ? '' : '…'}${line.slice(from, at)}`;
  const shown = `${before}${line.slice(at, to)}${to < line.length ? '…' : ''}`;
  const marked = line.slice(at, Math.min(to, at + width));
  const number = String(position.line);
  const gutter = ' '.repeat(number.length);
  const marker = '^'.repeat(Math.max(1, columnsOf(marked)));
  return [
    `${paint('blue', `${number} |`)} ${visible(shown)}`.trimEnd(),
    `${paint('blue', `${gutter} |`)} ${' '.repeat(columnsOf(before))}${paint('red', marker)}`,
  ];
}

/** A terminal must not be steered by a source file. */
export function visible(text: string): string {
  return text.replaceAll('\t', TAB).replace(/\p{Cc}/gu, '\uFFFD');
}

/** How many columns of a terminal a text takes. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of visible(text)) {
    if (/\p{M}/u.test(character)) continue;
    columns += WIDE.test(character) ? 2 : 1;
  }
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
