/** Colours, for terminals only. */
import type { CommandIo } from './io.js';

const CODES = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
} as const;

export type Style = keyof typeof CODES;

/** Puts a style on a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

const colored: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};

/** FORCE_COLOR decides, then NO_COLOR (https://no-color.org), then whether a terminal reads along. */
export function paintFor(io: CommandIo, stream: 'stdout' | 'stderr'): Paint {
  const { FORCE_COLOR, NO_COLOR, TERM } = io.env ?? {};
  if (FORCE_COLOR !== undefined) {
    return FORCE_COLOR === '0' || FORCE_COLOR === 'false' ? plain : colored;
  }
  if (NO_COLOR !== undefined && NO_COLOR !== '') return plain;
  return io[stream].isTTY === true && TERM !== 'dumb' ? colored : plain;
}
