/** Types as codes, and the table that the codes refer to: what `TypeTable` takes. Form: ARCHITECTURE.md, "Schema programs". */

import { dataRecords } from '../../data-record.js';
import type {
  AliasDefinition,
  EnumDefinition,
  EnumType,
  FunctionType,
  LiteralType,
  LiteralValue,
  Module,
  ParameterType,
  ResultType,
  Slot,
  StreamType,
  TupleType,
  Type,
  TypedArrayName,
  UnionType,
} from '../../model.js';
import { openKinds } from '../../open.js';
import { functionText, typeText as schemaText } from '../../schema.js';
import { sourcesOf } from '../../sources.js';
import { literalsOf, type Named, tagOf } from '../../tag.js';
import { COLUMNS, expectedText, fieldSegment, indent } from '../text.js';
import { importStatement } from './imports.js';
import { enclosed } from './layout.js';
import { byImportOrder, type PythonFileNames } from './names.js';
import { admitsNull, literalText, quote } from './types.js';

const SCALARS = {
  string: 's',
  number: 'f',
  integer: 'i',
  boolean: 'b',
  bigint: 'n',
  null: '0',
  bytes: 'y',
  arrayBuffer: 'B',
  dataView: 'V',
  void: 'v',
  undefined: 'z',
  unknown: 'x',
  date: 't',
  url: 'w',
  regexp: 'e',
} as const;

const BYTES_VIEW = 'Y';

/** As Python's `array` and `memoryview` call the items. */
const TYPED_ARRAYS: Readonly<Record<TypedArrayName, string>> = {
  Int8Array: 'b',
  Uint8ClampedArray: 'C',
  Int16Array: 'h',
  Uint16Array: 'H',
  Int32Array: 'i',
  Uint32Array: 'I',
  Float32Array: 'f',
  Float64Array: 'd',
  BigInt64Array: 'q',
  BigUint64Array: 'Q',
};

export class PythonCodec {
  readonly #names: PythonFileNames;
  readonly #records: ReadonlyMap<string, number>;
  readonly #objects: readonly string[];
  readonly #enums: ReadonlyMap<string, EnumDefinition>;
  readonly #aliases: ReadonlyMap<string, AliasDefinition>;
  /** Of unions that have several names the first. */
  readonly #unionNames: ReadonlyMap<Type, string>;
  /** Equal functions once: their entries in the table. */
  readonly #functions = new Entries<string[]>();
  /** Equal unions of literals once. */
  readonly #literals = new Entries<LiteralType>();
  /** Types of several parts: of each section of the table the entries, by what they are. */
  readonly #entries = new Map<string, Entries<string[]>>();
  readonly #module: Module;
  readonly #named: Named;
  /** Aliases around the type at hand, none of which has an entry in the table. */
  readonly #open = new Set<string>();

  constructor(names: PythonFileNames, module: Module) {
    const { records, services, enums, aliases } = module;
    this.#module = module;
    this.#enums = new Map(enums.map((each) => [each.name, each]));
    this.#aliases = new Map(aliases.map((each) => [each.name, each]));
    this.#unionNames = new Map(aliases.toReversed().map(({ name, type }) => [type, name]));
    this.#named = {
      enumOf: (name) => this.#enums.get(name),
      aliased: (name) => this.#aliases.get(name)?.type,
    };
    this.#names = names;
    this.#objects = services.filter(({ byReference }) => byReference).map(({ name }) => name);
    this.#records = new Map(records.map(({ name }, index) => [name, index]));
  }

  /** Prefixes outside in: `[|r0` is an array of records or null. */
  code(type: ResultType): string {
    switch (type.kind) {
      case 'nullable':
        return `|${this.code(type.inner)}`;
      case 'undefinable':
        return `~${this.code(type.inner)}`;
      case 'array':
        return `[${this.code(type.item)}`;
      case 'set':
        return `${type.readonly ? '(' : '{'}${this.code(type.item)}`;
      case 'dict':
        return `${type.key === 'string' ? 'D' : 'I'}${this.code(type.value)}`;
      case 'stream':
        if (type.generator === undefined) return `*${this.code(type.item)}`;
        return `*G${this.#entry('generators', 'GeneratorType', () => this.#generator(type), type)}`;
      case 'record':
        return `r${this.#records.get(type.name)}`;
      case 'literal':
        return `l${this.#literal(type)}`;
      case 'object':
        return `o${this.#objects.indexOf(type.name)}`;
      case 'function':
        return `c${this.#function(type)}`;
      case 'typedArray':
        return type.name === 'Float64Array' ? 'd' : `a${TYPED_ARRAYS[type.name]}`;
      case 'ndarray': {
        const shape = type.shape?.map((count) => count ?? 'None');
        const items = [
          quote(type.dtype),
          shape === undefined ? 'None' : tupleOf(shape.map(String)),
        ];
        return `N${this.#entry('arrays', 'ArrayType', () => items, type)}`;
      }
      case 'map':
        return `m${this.#entry('maps', 'MapType', () => [type.key, type.value].map((part) => quote(this.code(part))), type)}`;
      case 'tuple':
        return `p${this.#entry('tuples', 'TupleType', () => this.#tuple(type), type)}`;
      case 'union':
        return `u${this.#entry('unions', 'UnionType', () => this.#union(type), type)}`;
      case 'enum':
        return `E${this.#entry('enums', 'EnumType', () => this.#enum(type), type)}`;
      case 'template':
        return `P${this.#entry('patterns', 'PatternType', () => [quote(type.pattern), quote(type.text)], type)}`;
      case 'alias':
        return this.#alias(type.name);
      default:
        return 'view' in type && type.view ? BYTES_VIEW : SCALARS[type.kind];
    }
  }

  /** What it stands for; only one that reaches itself without an entry of the table between has one of its own. */
  #alias(name: string): string {
    const alias = this.#aliases.get(name);
    if (alias === undefined) throw new Error(`no alias ${name} in this module`);
    const type = { kind: 'alias', name } as const;
    if (this.#open.has(name))
      return `g${this.#entry('aliases', 'AliasType', () => [quote(this.code(alias.type))], type)}`;
    this.#open.add(name);
    const code = this.code(alias.type);
    this.#open.delete(name);
    return code;
  }

  #tuple({ items, rest, ...tuple }: TupleType): string[] {
    const codes = items.map(({ type, optional }) =>
      quote((optional && type.kind !== 'undefinable' ? '~' : '') + this.code(type)),
    );
    const least = items.filter(({ optional }) => !optional).length;
    const expected = quote(schemaText({ items, rest, ...tuple }));
    const more = [
      `least=${least}`,
      ...(rest === undefined ? [] : [`rest=${quote(this.code(rest))}`]),
    ];
    return [tupleOf(codes), expected, ...(least < items.length || rest !== undefined ? more : [])];
  }

  #generator({ item, takes, generator }: StreamType): string[] {
    return [
      quote(this.code(item)),
      ...(takes === undefined ? [] : [`takes=${quote(this.code(takes))}`]),
      ...(generator?.returns === undefined ? ['returns=False'] : []),
    ];
  }

  #union(type: UnionType): string[] {
    const codes = type.branches.map((branch) => quote(this.code(branch)));
    const items = [tupleOf(codes), quote(this.#unionNames.get(type) ?? schemaText(type))];
    return type.open ? [...items, ...this.#openTag(type)] : items;
  }

  /** How an object of another tag is known: the member, the codes of its values, and those that are of branches. */
  #openTag({ branches }: UnionType): string[] {
    const records = branches.flatMap((branch) =>
      this.#module.records.filter(({ name }) => branch.kind === 'record' && branch.name === name),
    );
    const tag = tagOf(records, (type) => literalsOf(type, this.#named));
    // That was reported, and nothing is written to files.
    if (tag === undefined) return [];
    const codes = openKinds(tag.values).map((kind) => SCALARS[kind]);
    return [
      `tag=${quote(tag.name)}`,
      `others=${quote(codes.join(''))}`,
      `known=${tupleOf(tag.values.map(literalText))}`,
    ];
  }

  #enum({ name, members, open }: EnumType): string[] {
    const definition = this.#enums.get(name);
    const chosen = (definition?.members ?? []).filter(
      (member) => members === undefined || members.includes(member.name),
    );
    const values = [...new Set(chosen.map(({ value }) => value))];
    if (open) return [this.#names.type(name), ...openItems(values)];
    const expected = quote(expectedText(values));
    const texts = chosen.map((member) => `${this.#names.type(name)}.${member.pythonName}`);
    return [this.#names.type(name), expected, ...(members === undefined ? [] : [tupleOf(texts)])];
  }

  /** The number of an entry of the table, made when it is first asked for; equal ones once. */
  #entry(section: string, type: string, items: () => string[], of: ParameterType): number {
    const entries = this.#entries.get(section) ?? new Entries<string[]>();
    this.#entries.set(section, entries);
    const key = JSON.stringify(of, withoutDocumentation);
    if (!entries.has(key)) {
      // Before its parts, which may lead back to it.
      entries.set(key, []);
      const around = [...this.#open];
      this.#open.clear();
      const parts = items();
      for (const name of around) this.#open.add(name);
      const open = `${this.#names.runtime(type)}(`;
      entries.set(key, enclosed(open, parts, { close: '),', columns: COLUMNS - 8 }));
    }
    return entries.numberOf(key);
  }

  /** With a prefix for what may be absent: `None` in Python, or `UNSET` where `None` is null. */
  /** Of a field: what it is where it is absent, its class says. */
  fieldCode(slot: Slot<Type>): string {
    return slot.default === undefined ? this.slotCode(slot) : `=${this.code(slot.type)}`;
  }

  /** Of an argument: what it is where it is absent, its method says. */
  argumentCode(slot: Slot): string {
    return slot.default === undefined ? this.slotCode(slot) : `~${this.code(slot.type)}`;
  }

  slotCode({ type, optional }: Slot): string {
    const prefix = optional ? (admitsNull(type) ? '~' : '?') : '';
    return prefix + this.code(type);
  }

  /** Looks the clients up when the first of them is needed: they import the module that this stands in. */
  clients(): string[] {
    if (this.#objects.length === 0) return [];
    const clients = this.#objects.map((name) => this.#names.clientName(name));
    const type = this.#names.runtime('ClientType');
    const columns = COLUMNS - 4;
    const items = clients.length === 1 ? [`${clients.join()},`] : clients;
    const body = [
      ...importStatement({ module: '._client', names: [...clients].sort(byImportOrder) }, 84),
      '',
      ...enclosed('return (', items, { close: ')', columns }),
    ];
    const result = `${this.#names.builtin('tuple')}[${type}, ...]`;
    return [`def ${this.#names.clientList}() -> ${result}:`, ...indent(body, 4)];
  }

  /** The table. After every code has been asked for. */
  table(name: string, { records }: Module): string[] {
    const fields = records.map((record) => record.fields.map((field) => this.#field(field)));
    const extras = records.map(({ extra }) =>
      extra === undefined
        ? []
        : [`extra=(${quote(extra.pythonName)}, ${quote(this.code(extra.value))}),`],
    );
    const recordLines = records.flatMap((record, index) =>
      this.#record(
        [quote(record.name), this.#names.type(record.name)],
        fields[index] ?? [],
        extras[index] ?? [],
      ),
    );
    const literalLines = this.#literals.values().flatMap((type) => {
      const { members } = type;
      const texts = members.map(literalText);
      const tuple = texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
      const open = `${this.#names.runtime('LiteralType')}(`;
      const items = type.open
        ? [tuple, ...openItems(members)]
        : [tuple, quote(expectedText(members))];
      return enclosed(open, items, { close: '),', columns: COLUMNS - 8 });
    });
    const data = this.#data();
    const parts = [
      ...section('records', recordLines),
      ...section('literals', literalLines),
      ...(this.#objects.length === 0 ? [] : [`objects=${this.#names.clientList},`]),
      ...data,
      ...section('functions', this.#functions.values().flat()),
      ...SECTIONS.flatMap((each) =>
        section(each, (this.#entries.get(each)?.values() ?? []).flat()),
      ),
    ];
    const open = `${name}: ${this.#names.typing('Final')} = ${this.#names.runtime('TypeTable')}(`;
    const sources = ['    sources="""\\', ...sourcesOf(this.#module).trimEnd().split('\n'), '""",'];
    return [open, ...indent(parts, 4), ...sources, ')'];
  }

  #field(field: Slot<Type>): string {
    const parts = [fieldSegment(field.name), field.pythonName, this.fieldCode(field)];
    return `(${parts.map(quote).join(', ')})`;
  }

  /** What objects by reference say of themselves, by the numbers of these. */
  #data(): string[] {
    const lines = dataRecords(this.#module).flatMap(({ name, fields }) => {
      const place = this.#objects.findIndex((object) => name === `${object}.data`);
      if (place < 0) return [];
      const head = [quote(name), this.#names.use('types', 'SimpleNamespace')];
      const [first = '', ...rest] = this.#record(
        head,
        fields.map((each) => this.#field(each)),
        [],
      );
      return [`${place}: ${first}`, ...rest];
    });
    return lines.length === 0 ? [] : ['data={', ...indent(lines, 4), '},'];
  }

  #record(head: readonly string[], fields: readonly string[], extra: readonly string[]): string[] {
    const name = this.#names.runtime('RecordType');
    if (fields.length + extra.length === 0) return [`${name}(${head.join(', ')}),`];
    const listed =
      fields.length === 0 ? ['(),'] : ['(', ...fields.map((item) => `    ${item},`), '),'];
    return [
      `${name}(`,
      ...indent([...head.map((item) => `${item},`), ...listed, ...extra], 4),
      '),',
    ];
  }

  #function(type: FunctionType): number {
    const key = functionText(type);
    if (!this.#functions.has(key)) {
      // Before what it is given, which may be a function, too.
      this.#functions.set(key, []);
      const parameters = type.parameters.map(
        (slot) => `(${quote(parameterName(slot))}, ${quote(this.slotCode(slot))})`,
      );
      const tuple =
        parameters.length === 1 ? `(${parameters.join()},)` : `(${parameters.join(', ')})`;
      const items = [quote(key), tuple, quote(this.code(type.result))];
      const open = `${this.#names.runtime('FunctionType')}(`;
      this.#functions.set(key, enclosed(open, items, { close: '),', columns: COLUMNS - 8 }));
    }
    return this.#functions.numberOf(key);
  }

  #literal(type: LiteralType): number {
    const key = JSON.stringify([type.members, type.open]);
    if (!this.#literals.has(key)) this.#literals.set(key, type);
    return this.#literals.numberOf(key);
  }
}

/** What the codes of one kind refer to, by what it is, in the order in which it was met. */
class Entries<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];

  has(key: string): boolean {
    return this.#numbers.has(key);
  }

  set(key: string, value: T): void {
    const number = this.#numbers.get(key) ?? this.#values.length;
    this.#numbers.set(key, number);
    this.#values[number] = value;
  }

  numberOf(key: string): number {
    return this.#numbers.get(key) ?? -1;
  }

  values(): readonly T[] {
    return this.#values;
  }
}

/** How an error calls what is open, and the codes of what it takes. */
function openItems(values: readonly LiteralValue[]): string[] {
  const kinds = openKinds(values);
  const codes = kinds.map((kind) => SCALARS[kind]).join('');
  return [quote(kinds.join(' or ')), `others=${quote(codes)}`];
}

/** Two of one type are one, wherever they were written. */
function withoutDocumentation(key: string, value: unknown): unknown {
  return key === 'documentation' ? undefined : value;
}

/** As the table calls it: what it takes the rest of the arguments for begins with dots. */
export function parameterName({ name, rest }: Slot): string {
  return `${rest ? '...' : ''}${name}`;
}

const SECTIONS = [
  'aliases',
  'arrays',
  'enums',
  'generators',
  'maps',
  'patterns',
  'tuples',
  'unions',
] as const;

function tupleOf(items: readonly string[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}=(`, ...indent(lines, 4), '),'];
}
