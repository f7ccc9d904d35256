/** Python laid out as its formatters would. */
import { indent } from '../text.js';

/** On one line; else the items on a line of their own; else an item a line. */
export function enclosed(
  open: string,
  items: readonly string[],
  { close, columns }: { close: string; columns: number },
): string[] {
  const list = items.join(', ');
  const flat = open + list + close;
  if (flat.length <= columns || items.length === 0) return [flat];
  if (list.length + 4 <= columns) return [open, `    ${list}`, close];
  return [open, ...indent(items.map((item) => `${item},`), 4), close];
}

/** `target expression`, in parentheses where the line is too long; a conditional is broken at its words. */
export function assigned(target: string, expression: string, columns: number): string[] {
  const flat = `${target} ${expression}`;
  if (flat.length <= columns) return [flat];
  if (expression.length + 4 <= columns) return [`${target} (`, `    ${expression}`, ')'];
  const parts = expression.split(/ (?=if |else )/);
  return [`${target} (`, ...indent(parts, 4), ')'];
}

/** `try: … except: raise within(…)` around lines that keep `at` up to date. */
export function located(
  lines: readonly string[],
  { within, exception }: { within: string; exception: string },
): string[] {
  return [
    'at = ""',
    'try:',
    ...indent(lines, 4),
    `except ${exception} as error:`,
    `    raise ${within}(error, at)`,
  ];
}
