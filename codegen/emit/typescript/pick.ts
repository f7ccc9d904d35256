/** `type SessionData = Pick<Session, 'id'>;`: some of the members of a type. */
import { COLUMNS, wrapList } from '../text.js';

export function pick(open: string, items: readonly string[]): string[] {
  const lines = wrapList(open, items, { close: '>;', columns: COLUMNS, step: 2 });
  // No comma after the last of type arguments.
  return lines.map((line, index) => (index === lines.length - 2 ? line.replace(/,$/, '') : line));
}
