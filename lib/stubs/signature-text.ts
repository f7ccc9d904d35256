/** Ways to call something of Python, as TypeScript has them: by position, with the rest by name in a last `kwargs()`. */
import { memberName, parameterName } from './interface-names.js';
import type { Parameter, Signature } from './model.js';
import type { TypeTexts } from './type-text.js';

/** With more overloads than this nobody reads the ways to name what could be given by position. */
const MAX_OVERLOADS = 4;

/**
 * The parameter lists, in parentheses; the one without names first. Who names a parameter names all that follow.
 */
export function parameterLists(signature: Signature, types: TypeTexts, overloads = 1): string[] {
  const call = new CallParts(signature, types);
  if (call.namesAreRequired)
    return countsFrom(call.positionalOnly, call.positional.length).map((count) =>
      call.byName(count),
    );
  // All by name, and all but the first: who gives more by position gives all that are required so.
  const last = Math.min(call.required - 1, call.positionalOnly + 1);
  const counts = overloads > MAX_OVERLOADS ? [] : countsFrom(call.positionalOnly, last);
  return [call.byPosition(), ...counts.map((count) => call.byName(count))];
}

/** Downwards: what is given by position comes first. */
function countsFrom(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => last - index);
}

class CallParts {
  readonly positional: readonly Parameter[];
  /** How many of them must be given. */
  readonly required: number;
  readonly positionalOnly: number;
  readonly namesAreRequired: boolean;
  readonly #named: readonly Parameter[];
  readonly #variadic: Parameter | undefined;
  readonly #keywords: Parameter | undefined;
  readonly #types: TypeTexts;

  constructor({ parameters = [] }: Signature, types: TypeTexts) {
    this.#types = types;
    this.positional = parameters.filter(({ kind }) => kind === 'positional' || kind === 'either');
    this.required = this.positional.filter(({ optional }) => !optional).length;
    this.positionalOnly = this.positional.filter(
      ({ kind, optional }) => kind === 'positional' && !optional,
    ).length;
    this.#named = parameters.filter(({ kind }) => kind === 'keyword');
    this.namesAreRequired = this.#named.some(({ optional }) => !optional);
    this.#variadic = parameters.find(({ kind }) => kind === 'variadic');
    this.#keywords = parameters.find(({ kind }) => kind === 'keywords');
  }

  byPosition(): string {
    const used = new Set<string>();
    const parts = this.positional.map((each, index) => {
      const name = unique(parameterName(each.name), used);
      const type = this.#types.argument(each.type);
      if (!each.optional) return `${name}: ${type}`;
      const named = this.#kwargs(index);
      return `${name}?: ${named === undefined ? type : either(type, named)}`;
    });
    const named = this.#kwargs(this.positional.length);
    if (this.#variadic !== undefined) {
      const type = this.#types.argument(this.#variadic.type);
      const all = named === undefined ? type : either(type, named);
      parts.push(
        `...${unique(parameterName(this.#variadic.name), used)}: readonly ${/^\w+$/.test(all) ? all : `(${all})`}[]`,
      );
    } else if (named !== undefined) {
      parts.push(`${unique('kwargs', used)}?: ${named}`);
    }
    return `(${parts.join(', ')})`;
  }

  /** So many by position, and all others by name. */
  byName(count: number): string {
    const used = new Set<string>();
    const parts = this.positional
      .slice(0, count)
      .map(
        ({ name, type }) => `${unique(parameterName(name), used)}: ${this.#types.argument(type)}`,
      );
    return `(${[...parts, `${unique('kwargs', used)}: ${this.#kwargs(count) ?? 'never'}`].join(', ')})`;
  }

  /** What may be given by name when the first so many are given by position. */
  #kwargs(from: number): string | undefined {
    const named = this.positional.slice(from).filter(({ kind }) => kind === 'either');
    const parts = [...named, ...this.#named].map(
      ({ name, type, optional }) =>
        `${memberName(name)}${optional ? '?' : ''}: ${this.#types.argument(type)}`,
    );
    if (this.#keywords !== undefined) parts.push('[name: string]: unknown');
    return parts.length === 0 ? undefined : `Py.Kwargs<{ ${parts.join('; ')} }>`;
  }
}

function either(type: string, other: string): string {
  return type === 'unknown' ? type : `${type} | ${other}`;
}

function unique(name: string, used: Set<string>): string {
  let found = name;
  while (used.has(found)) found = `${found}_`;
  used.add(found);
  return found;
}
