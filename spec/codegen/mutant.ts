// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are template types, in texts that are TypeScript.
/** Mutants of TypeScript files: words deleted, doubled, exchanged, or replaced by others of their kind. */
import { Chance } from './random/chance.js';

const TOKEN =
  /[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|=>|\.\.\.|\s+|[\s\S]/gu;
const TYPES = [
  ...[
    'string',
    'number',
    'boolean',
    'bigint',
    'symbol',
    'null',
    'undefined',
    'unknown',
    'any',
    'never',
  ],
  ...[
    'void',
    'object',
    'Date',
    'URL',
    'RegExp',
    'Uint8Array',
    'Float64Array',
    'Error',
    'Buffer',
    'this',
  ],
  ...[
    'Promise',
    'Map',
    'Set',
    'Array',
    'Record',
    'Partial',
    'Required',
    'Readonly',
    'Pick',
    'Omit',
  ],
  ...[
    'Exclude',
    'AsyncIterable',
    'ReadableStream',
    'Uppercase',
    'WeakMap',
    'ReadonlyArray',
    'Function',
  ],
];
const KEYWORDS = [
  ...[
    'interface',
    'type',
    'enum',
    'class',
    'namespace',
    'export',
    'default',
    'declare',
    'extends',
    'abstract',
  ],
  ...[
    'keyof',
    'typeof',
    'infer',
    'readonly',
    'in',
    'as',
    'is',
    'asserts',
    'unique',
    'new',
    'get',
    'set',
    'import',
  ],
];
const MARKS = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '|',
    '&',
    '?',
    ':',
    ';',
    ',',
    '.',
    '=',
    '=>',
    '...',
    '!',
    '-',
  ],
  ...[
    '`',
    '${',
    "'",
    '"',
    '#',
    '@',
    '*',
    '/*',
    '*/',
    '//',
    '\\',
    '\0',
    '\u2028',
    '0',
    '1',
    '-1',
    "'a'",
    '""',
  ],
];
const PIECES = [
  ...[
    '[]',
    '?',
    ' | null',
    ' | undefined',
    ' & { a: 1 }',
    '[]',
    'readonly ',
    'keyof ',
    'typeof ',
    ' extends string',
  ],
  ...[
    '<string>',
    '<T>',
    '<T extends string>',
    '[number]',
    "['a']",
    ' | never',
    ' | string',
    ' & string',
    '...',
  ],
  ...[
    '[key: string]: unknown;',
    '[key: number]: string;',
    '[Symbol.iterator]: string;',
    'm(): Promise<void>;',
  ],
  ...[
    'new (): Date;',
    '(): void;',
    'get x(): string;',
    '{}',
    '() => void',
    '(a: string) => Promise<void>',
    '`a${string}`',
  ],
];

/** The same for the same seed. */
export function mutant(sources: readonly string[], seed: number): string {
  const chance = new Chance(seed);
  let source = chance.one(sources);
  for (let left = 1 + chance.below(3); left > 0; left--) source = changed(source, chance, sources);
  return source;
}

function changed(source: string, chance: Chance, sources: readonly string[]): string {
  const tokens = source.match(TOKEN) ?? [];
  const at = chance.below(tokens.length);
  const other = chance.below(tokens.length);
  const names = tokens.filter((token) => /^[\p{L}_$]/u.test(token));
  switch (chance.below(9)) {
    case 0:
      tokens.splice(at, 1 + chance.below(3));
      break;
    case 1:
      tokens.splice(at, 0, ...tokens.slice(other, other + 1 + chance.below(8)));
      break;
    case 2:
      [tokens[at], tokens[other]] = [tokens[other] ?? '', tokens[at] ?? ''];
      break;
    case 3:
      tokens.splice(at, 0, chance.one(PIECES));
      break;
    case 4:
      tokens[at] = chance.one(chance.isOneIn(3) ? KEYWORDS : MARKS);
      break;
    case 5:
      tokens.splice(at, 0, slice(chance.one(sources), chance));
      break;
    default:
      replaceName(tokens, { chance, names });
  }
  return tokens.join('');
}

/** Some lines of another file. */
function slice(source: string, chance: Chance): string {
  const lines = source.split('\n');
  const start = chance.below(lines.length);
  return `\n${lines.slice(start, start + 1 + chance.below(6)).join('\n')}\n`;
}

/** Most of these are right to a compiler. */
function replaceName(
  tokens: string[],
  { chance, names }: { readonly chance: Chance; readonly names: readonly string[] },
): void {
  const places = [...tokens.keys()].filter((index) => /^[\p{L}_$]/u.test(tokens[index] ?? ''));
  const place = chance.one(places);
  if (place !== undefined) tokens[place] = chance.one(chance.isOneIn(2) ? names : TYPES) ?? '';
}
