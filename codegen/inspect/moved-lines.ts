/** Where declarations stand after an edit above them. */
import type { OutlinedDeclaration } from './outline.js';

/** Lines of a file before the edit → lines after it. */
export type MovedLines = ReadonlyMap<number, number>;

/**
 * Of the declarations that are as they were. Empty where nothing has moved; undefined where two of them share a line and
 * have not moved together.
 */
export function movedLines(
  before: readonly OutlinedDeclaration[],
  after: readonly OutlinedDeclaration[],
): MovedLines | undefined {
  const moved = new Map<number, number>();
  let isMoved = false;
  for (const [index, { text, lines }] of before.entries()) {
    const now = after[index];
    if (now === undefined || now.text !== text) continue;
    const distance = now.lines[0] - lines[0];
    if (distance !== 0) isMoved = true;
    for (let line = lines[0]; line <= lines[1]; line++) {
      if ((moved.get(line) ?? line + distance) !== line + distance) return undefined;
      moved.set(line, line + distance);
    }
  }
  return isMoved ? moved : new Map();
}

/** The same data with its sources in this file where they are now; what has not moved is not copied. */
export function withMovedLines<T>(data: T, file: string, moved: MovedLines): T {
  if (moved.size === 0 || typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    const items = data.map((item: unknown) => withMovedLines(item, file, moved));
    return (items.every((item, index) => item === data[index]) ? data : items) as T;
  }
  if ('line' in data && 'file' in data && data.file === file) {
    const line = moved.get(data.line as number) ?? data.line;
    return line === data.line ? data : { ...data, line };
  }
  let copy: T | undefined;
  for (const [key, value] of Object.entries(data)) {
    const now: unknown = withMovedLines(value as unknown, file, moved);
    if (now !== value) copy = { ...(copy ?? data), [key]: now };
  }
  return copy ?? data;
}
