/** Aliases, below the classes that they name: what they stand for is there at run time, too, for `get_type_hints`. */
import type { AliasDefinition, Module, ResultType } from '../../model.js';
import { partsOf } from '../../parts.js';
import { COLUMNS, indent } from '../text.js';
import { docstring } from './docstring.js';
import { assigned, splitTopLevel } from './layout.js';
import type { PythonFileNames } from './names.js';
import { quote, typeText } from './types.js';

/** Each behind those that it is made of. What is not there yet is quoted: where an alias leads back to itself, and clients. */
export function aliasLines(
  module: Module,
  names: PythonFileNames,
): { readonly lines: readonly string[]; readonly quoted: readonly string[] } {
  const left = new Map(module.aliases.map((alias) => [alias.name, alias]));
  const late = new Set(module.services.map(({ name }) => names.clientName(name)));
  const lines: string[] = [];
  const quoted = new Set<string>();
  const emit = (alias: AliasDefinition | undefined): void => {
    if (alias === undefined || !left.delete(alias.name)) return;
    late.add(names.type(alias.name));
    for (const name of aliasesIn(alias.type)) emit(left.get(name));
    const made = oneAlias(alias, names, late);
    lines.push(...made.lines);
    for (const name of made.quoted) quoted.add(name);
    late.delete(names.type(alias.name));
  };
  for (const alias of module.aliases) emit(alias);
  return { lines, quoted: [...quoted] };
}

function oneAlias(
  { name, type, brand, documentation }: AliasDefinition,
  names: PythonFileNames,
  late: ReadonlySet<string>,
): { readonly lines: readonly string[]; readonly quoted: readonly string[] } {
  const python = names.type(name);
  const text = typeText(type, names);
  if (brand) {
    const made = `${names.typing('NewType')}(${quote(python)}, ${text})`;
    return { lines: [`${python} = ${made}`, ...docstring(documentation)], quoted: [] };
  }
  const target = `${python}: ${names.typing('TypeAlias')} =`;
  const quotes = new Quotes(late);
  const lines = definition(target, quotes.in(text));
  return { lines: [...lines, ...docstring(documentation)], quoted: quotes.names };
}

/** A union that is too long has a line for each of its types. */
function definition(target: string, text: string): string[] {
  const parts = splitTopLevel(text, / (?=\| )/y);
  const isLong = parts.length > 1 && text.length + 4 > COLUMNS;
  return isLong ? [`${target} (`, ...indent(parts, 4), ')'] : assigned(target, text, COLUMNS);
}

/** Around what is not defined where it is named. */
class Quotes {
  readonly #late: ReadonlySet<string>;
  readonly #names = new Set<string>();

  constructor(late: ReadonlySet<string>) {
    this.#late = late;
  }

  /** All that stand in quotes. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** `list[Json | None]` → `list["Json | None"]`. No operand of `|` may be a string: then all is one. */
  in(text: string): string {
    const parts = splitTopLevel(text, / \| /y);
    if (parts.some((part) => this.#late.has(part))) return this.#around(text);
    return parts.map((part) => this.#inside(part)).join(' | ');
  }

  #inside(text: string): string {
    if (!wordsOf(text).some((word) => this.#late.has(word))) return text;
    const open = text.indexOf('[');
    const items = splitTopLevel(text.slice(open + 1, -1), /, /y).map((item) => {
      if (item.startsWith('[') || item.startsWith('*')) return this.#inside(item);
      return wordsOf(item).some((word) => this.#late.has(word)) ? this.#around(item) : item;
    });
    return `${text.slice(0, open)}[${items.join(', ')}]`;
  }

  #around(text: string): string {
    for (const word of wordsOf(text)) if (/^\p{ID_Start}/u.test(word)) this.#names.add(word);
    return quote(text);
  }
}

/** Its identifiers; what stands in quotes are none. */
function wordsOf(text: string): readonly string[] {
  return text.replace(/(["'])(?:\\.|(?!\1).)*\1/g, '').match(/[\p{ID_Continue}_]+/gu) ?? [];
}

function aliasesIn(type: ResultType): readonly string[] {
  if (type.kind === 'alias') return [type.name];
  if (type.kind !== 'function') return partsOf(type).flatMap(aliasesIn);
  return [...type.parameters.map((slot) => slot.type), type.result].flatMap(aliasesIn);
}
