/** What `git apply` and `patch` read. */
import type { Paint, Style } from './colors.js';
import { type LineEdit, lineEdits } from './line-edits.js';

const CONTEXT = 3;

/** From the text that is there, if any, to the text that should be, if any. Empty where they are the same. */
export function unifiedDiff(
  path: string,
  current: string | undefined,
  wanted: string | undefined,
): string {
  if (current === wanted) return '';
  const old = current === undefined ? '/dev/null' : `a/${path}`;
  const latest = wanted === undefined ? '/dev/null' : `b/${path}`;
  const lines = [`--- ${old}`, `+++ ${latest}`];
  for (const hunk of hunks(lineEdits(linesOf(current ?? ''), linesOf(wanted ?? '')))) {
    lines.push(`@@ -${range(hunk, '-')} +${range(hunk, '+')} @@`);
    for (const { sign, line } of hunk.edits) {
      lines.push(`${sign}${line.replace(/\n$/, '')}`);
      if (!line.endsWith('\n')) lines.push('\\ No newline at end of file');
    }
  }
  return `${lines.join('\n')}\n`;
}

/** With their line ends: a missing last one is a difference. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== '');
}

interface Hunk {
  /** Lines of each text before the hunk. */
  readonly skipped: Readonly<Record<'-' | '+', number>>;
  readonly edits: readonly LineEdit[];
}

function hunks(edits: readonly LineEdit[]): Hunk[] {
  const found: Hunk[] = [];
  const skipped = { '-': 0, '+': 0 };
  let counted = 0;
  const countTo = (end: number) => {
    for (const { sign } of edits.slice(counted, end)) {
      if (sign !== '+') skipped['-'] += 1;
      if (sign !== '-') skipped['+'] += 1;
    }
    counted = Math.max(counted, end);
  };
  for (let at = nextChange(edits, 0); at < edits.length; ) {
    const start = Math.max(0, at - CONTEXT);
    let end = at;
    // Changes closer than two contexts stand in one hunk.
    for (let next = at; next < edits.length && next - end <= 2 * CONTEXT; ) {
      end = next + 1;
      next = nextChange(edits, end);
    }
    countTo(start);
    found.push({ skipped: { ...skipped }, edits: edits.slice(start, end + CONTEXT) });
    at = nextChange(edits, end);
  }
  return found;
}

function nextChange(edits: readonly LineEdit[], from: number): number {
  let at = from;
  while (at < edits.length && edits[at]?.sign === ' ') at += 1;
  return at;
}

function range({ skipped, edits }: Hunk, side: '-' | '+'): string {
  const count = edits.filter(({ sign }) => sign === ' ' || sign === side).length;
  // An empty range is named by the line before it.
  const first = skipped[side] + (count === 0 ? 0 : 1);
  return count === 1 ? `${first}` : `${first},${count}`;
}

const STYLES: readonly (readonly [RegExp, Style])[] = [
  [/^(---|\+\+\+) /, 'bold'],
  [/^@@ /, 'blue'],
  [/^-/, 'red'],
  [/^\+/, 'green'],
];

export function colored(diff: string, paint: Paint): string {
  return diff.replace(/^.+$/gm, (line) => {
    const style = STYLES.find(([pattern]) => pattern.test(line))?.[1];
    return style === undefined ? line : paint(style, line);
  });
}
