/** What values look like, as generated code asks: without a look at their parts. */
import type { EnumType, LiteralType, RecordDefinition, Slot, Type } from '../../model.js';
import { literalsOf } from '../../tag.js';
import type { TypeScriptCodec } from './codec.js';
import type { TypeScriptNames } from './names.js';
import { literalText, memberText, quote } from './types.js';

/** What `kindOf` says of values of a type; the rest are objects. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'string',
  template: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  bigint: 'bigint',
  null: 'null',
  undefined: 'undefined',
  bytes: 'Uint8Array',
  arrayBuffer: 'ArrayBuffer',
  dataView: 'DataView',
  date: 'Date',
  url: 'URL',
  regexp: 'RegExp',
  array: 'array',
  tuple: 'array',
  set: 'Set',
  map: 'Map',
  ndarray: 'NdArray',
  function: 'function',
};

export class Looks {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  /** A look at what a value is, without its parts: tests of which all must hold. */
  tests(type: Type, operand: string): readonly string[] {
    const alternatives = this.#alternatives(this.plain(type), operand) ?? [];
    const [only, second] = alternatives;
    if (only === undefined || second === undefined) return only ?? [];
    const texts = alternatives.map((all) =>
      all.length > 1 ? `(${all.join(' && ')})` : all.join(),
    );
    return [`(${[...new Set(texts)].join(' || ')})`];
  }

  /** Of each what must hold; undefined: nothing must. */
  #alternatives(type: Type, operand: string): readonly (readonly string[])[] | undefined {
    switch (type.kind) {
      case 'unknown':
        return undefined;
      case 'alias':
        return this.#alternatives(this.plain(type), operand);
      case 'union': {
        if (type.open) return [[`${this.#names.runtime('kindOf')}(${operand}) === 'object'`]];
        const branches = type.branches.map((branch) => this.#alternatives(branch, operand));
        return branches.includes(undefined) ? undefined : branches.flatMap((each) => each ?? []);
      }
      case 'nullable':
      case 'undefinable': {
        const inner = this.#alternatives(type.inner, operand);
        const nothing = type.kind === 'nullable' ? 'null' : 'undefined';
        return inner && [[`${operand} === ${nothing}`], ...inner];
      }
      case 'literal':
      case 'enum':
        return type.open
          ? this.openTests(type, operand).map((test) => [test])
          : [[this.#isOneOf(type, operand)]];
      default: {
        const kindOf = this.#names.runtime('kindOf');
        const test = `${kindOf}(${operand}) === ${quote(this.kind(type))}`;
        return [[test, ...this.members(type, operand)]];
      }
    }
  }

  /** Of which one must hold. */
  openTests(type: LiteralType | EnumType, operand: string): readonly string[] {
    const kinds = this.#codec.openKinds(type).split(' or ');
    return kinds.map((kind) =>
      kind === 'integer'
        ? `Number.isSafeInteger(${operand})`
        : `typeof ${operand} === ${quote(kind)}`,
    );
  }

  #isOneOf(type: LiteralType | EnumType, operand: string): string {
    const [only, second] = this.literals(type) ?? [];
    if (only !== undefined && second === undefined) return `${operand} === ${literalText(only)}`;
    const label = type.kind === 'enum' ? type.name : type.label;
    return `${this.#codec.constant(type, label).members}.has(${operand})`;
  }

  /** What a record must have, and what says which record it is. */
  members(type: Type, operand: string): string[] {
    if (type.kind !== 'record') return [];
    const { name } = type;
    return required(this.#names.record(name)).map((field) => {
      const plain = this.plain(field.type);
      if ((plain.kind !== 'literal' && plain.kind !== 'enum') || plain.open)
        return `${quote(field.name)} in (${operand} as object)`;
      const record = `(${operand} as ${this.#names.type(name)})`;
      return this.#isOneOf(plain, memberText(record, field.name));
    });
  }

  plain(type: Type): Type {
    return type.kind === 'alias' ? this.plain(this.#names.aliased(type.name)) : type;
  }

  kind(type: Type): string {
    if (type.kind === 'typedArray') return type.packed === undefined ? type.name : 'array';
    return KINDS[type.kind] ?? 'object';
  }

  /** The values of a type that has few. */
  literals(type: Type): readonly (string | number | boolean)[] | undefined {
    return literalsOf(type, this.#names);
  }
}

function required({ fields }: RecordDefinition): readonly Slot<Type>[] {
  return fields.filter(({ optional, type }) => !optional && type.kind !== 'undefinable');
}
