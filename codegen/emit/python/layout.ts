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
  const lines = items.flatMap((item) => brokenUnion(`${item},`, columns - 4));
  return [open, ...indent(lines, 4), close];
}

function brokenUnion(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  // A bar inside of a string is found together with all of that.
  const bars = [...text.matchAll(/(["'])(?:\\.|(?!\1).)*\1| \| /g)];
  const at = bars.findLast(([found]) => found === ' | ')?.index;
  return at === undefined ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** `target expression`; where the line is too long, a conditional is broken at its words, a call inside its parentheses. */
export function assigned(target: string, expression: string, columns: number): string[] {
  const flat = `${target} ${expression}`;
  if (flat.length <= columns) return [flat];
  const parts = splitTopLevel(expression, / (?=if |else )/y);
  if (parts.length === 1 && expression.endsWith(')')) return brokenCall(flat, columns);
  if (expression.length + 4 <= columns) return [`${target} (`, `    ${expression}`, ')'];
  const lines = parts.flatMap((part) => brokenCall(part, columns - 4));
  return [`${target} (`, ...indent(lines, 4), ')'];
}

/** A call with its arguments on lines of their own, if it is too long for one. */
function brokenCall(text: string, columns: number): string[] {
  const open = text.indexOf('(') + 1;
  if (text.length <= columns || open === 0 || !text.endsWith(')')) return [text];
  const items = splitTopLevel(text.slice(open, -1), /, /y);
  return enclosed(text.slice(0, open), items, { close: ')', columns });
}

/** Splits where the sticky pattern matches outside brackets, quotes and lambdas. */
export function splitTopLevel(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const string = /(["'])(?:\\.|(?!\1).)*\1/y;
    string.lastIndex = at;
    separator.lastIndex = at;
    const separated = depth === 0 ? separator.exec(text) : null;
    const quoted = string.exec(text);
    if (text.startsWith('lambda ', at) && depth === 0) {
      // Generated lambdas are always the last argument.
      at = text.length;
    } else if (separated !== null) {
      parts.push(text.slice(start, at));
      at += separated[0].length;
      start = at;
    } else if (quoted !== null) at += quoted[0].length;
    else {
      if ('([{'.includes(text[at] ?? '')) depth++;
      if (')]}'.includes(text[at] ?? '')) depth--;
      at++;
    }
  }
  return [...parts, text.slice(start)];
}
