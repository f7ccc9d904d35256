/** Edits of a line by chance, as somebody makes them in declarations: most of them are right. */
import type { Chance } from './chance.js';

const FIELD = /^\s+\w+\??: .*;$/;
const MEMBER = /^\s+\w+ = '.*',$/;
const TYPES = [
  'string',
  'number',
  'boolean[]',
  'string | null',
  "'a' | 'b'",
  'Record<string, number>',
  '[number, string]',
  'unknown',
];

/** A field or a member of an enumeration is changed, taken away or moved, or becomes of another type. */
export function withEditedLine(source: string, chance: Chance): string {
  const lines = source.split('\n');
  const names = [...source.matchAll(/(?:interface|type|enum) (\w+)/g)].map(
    ([, name]) => name ?? '',
  );
  const like = (pattern: RegExp) => lines.flatMap((line, at) => (pattern.test(line) ? [at] : []));
  const at = chance.one(like(FIELD));
  const member = chance.one(like(MEMBER));
  const change = (line: number, pattern: RegExp, to: string) => {
    lines[line] = (lines[line] ?? '').replace(pattern, to);
  };
  const edits: readonly (() => void)[] = [
    () => change(at, /(\w+)(\??):/, `$1${chance.below(9)}$2:`),
    () => change(at, /: .*;/, `: ${chance.one(TYPES)};`),
    () => change(at, /: .*;/, `: ${chance.one(names)};`),
    () => change(at, /: .*;/, `: Partial<${chance.one(names)}>;`),
    () => change(at, /: (.*);/, ': $1[];'),
    () => change(at, /: (.*);/, ': $1 | null;'),
    () => change(at, /: (.*);/, ': { inner: $1 };'),
    () => change(at, /(\w+)\??:/, '$1?:'),
    () => change(member, /(\w+) = '/, `$1 = 'x${chance.below(5)}`),
    () => lines.splice(at, 0, '/**', ' * Added.', ' */'),
    () => lines.splice(at, 0, '', '// Nothing.'),
    () => lines.splice(at, 0, 'method(): void;'),
    () => lines.splice(at, 0, ...lines.splice(at + 1, 1)),
    () => lines.splice(at, 1),
    () => lines.splice(member, 1),
  ];
  chance.one(edits)();
  return lines.join('\n');
}
