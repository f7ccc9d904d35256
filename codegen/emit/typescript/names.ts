/** The names of one generated TypeScript module: the author's, the runtime's, and those made here. */
import type {
  AliasDefinition,
  EnumDefinition,
  FunctionType,
  LiteralValue,
  Module,
  ObjectType,
  Origin,
  RecordDefinition,
  Service,
  TemplateType,
  TupleType,
  Type,
  UnionType,
} from '../../model.js';
import { camelCase, Scope, upperSnakeCase } from '../../names.js';
import { partsOf } from '../../parts.js';
import { functionText, typeText as schemaText } from '../../schema.js';

const RESERVED_WORDS =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
  'finally for function if implements import in instanceof interface let new null package private protected public ' +
  'return static super switch this throw true try typeof undefined var void while with yield';

const GLOBALS =
  'AbortSignal ArrayBuffer AsyncGenerator BigInt64Array BigUint64Array DataView Date Error Float32Array Float64Array Generator Int Int16Array Int32Array Int8Array Iterable ' +
  'IterableIterator Map NonNullable Object Promise ReadableStream Readonly ReadonlyArray ReadonlyMap ReadonlySet Record RegExp Set ' +
  'URL Uint16Array Uint32Array Uint8Array Uint8ClampedArray';

/** What the generated code takes from `ringsnake/generated`; the value says whether it is only a type. */
const RUNTIME = {
  abortable: false,
  BranchShape: true,
  Caller: true,
  CallOptions: true,
  ErrorDefinition: true,
  Implementation: true,
  InterfaceDefinition: true,
  NdArray: true,
  Pipelined: true,
  RemoteGenerator: false,
  RemoteStream: true,
  StreamSource: true,
  SyncGenerator: false,
  steps: false,
  ValueReader: true,
  ValueWriter: true,
  branchOf: false,
  kindOf: false,
  makeCodec: false,
  mismatch: false,
  noForm: false,
  tellsData: false,
  within: false,
} as const;

export type RuntimeName = keyof typeof RUNTIME;

export interface LiteralConstant {
  readonly members: string;
  readonly expected: string;
  readonly values: readonly LiteralValue[];
}

export interface PatternConstant {
  readonly name: string;
  readonly type: TemplateType;
}

export interface KeysConstant {
  readonly name: string;
  readonly record: RecordDefinition;
}

/** What a branch of a union looks like: of each field the text of what its values are. */
export interface Shape {
  readonly branch: number;
  readonly fields: readonly { readonly name: string; readonly look: string }[];
}

export interface ShapesConstant {
  readonly name: string;
  readonly shapes: readonly Shape[];
}

/** The functions that write and read a value of some type. */
export interface CodecNames {
  readonly write: string;
  readonly read: string;
}

/** A union or a tuple, which has functions of its own. */
export type CompoundType = UnionType | TupleType;

/** What is made for a declared error. */
interface ErrorNames {
  /** The type of its fields. */
  readonly fields: string;
  /** The constant that describes it. */
  readonly definition: string;
}

export interface FunctionConstant {
  readonly name: string;
  readonly type: FunctionType;
}

export class TypeScriptNames {
  /** The constant that says where things were declared. */
  readonly sources: string;
  readonly #authors: ReadonlySet<string>;
  readonly #scope: Scope;
  readonly #runtime = new Map<RuntimeName, string>();
  readonly #errors = new Map<string, ErrorNames>();
  /** Of interfaces: the type of what their objects say of themselves. */
  readonly #data = new Map<string, string>();
  readonly #codecs = new Map<string, CodecNames>();
  readonly #compounds = new Map<string, { codec: CodecNames; type: CompoundType }>();
  readonly #patterns = new Map<string, PatternConstant>();
  readonly #keys = new Map<string, KeysConstant>();
  readonly #used = new Set<string>();
  readonly #shapes: ShapesConstant[] = [];
  readonly #records: ReadonlyMap<string, RecordDefinition>;
  readonly #enums: ReadonlyMap<string, EnumDefinition>;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #aliases: ReadonlyMap<string, AliasDefinition>;
  readonly #references: ReadonlyMap<string, string>;
  readonly #functions = new Map<string, FunctionConstant>();
  readonly #constants = new Map<string, LiteralConstant>();
  #usesInt = false;

  constructor(module: Module) {
    this.#records = byName(module.records);
    this.#enums = byName(module.enums);
    this.#services = byName(module.services);
    this.#aliases = byName(module.aliases);
    const named = namedTypes(module);
    const types = named.map(({ name }) => name);
    this.#references = new Map(named.map(({ name, origin }) => [name, origin?.reference ?? name]));
    // What is inside of namespaces is reached through the outermost.
    const roots = named.map(({ name, origin }) => origin?.reference?.split('.')[0] ?? name);
    this.#authors = new Set([...types, ...roots]);
    const classes = module.services.flatMap(({ name }) => [
      `${name}Client`,
      `${name}SyncClient`,
      `${name}Server`,
      definitionName(name),
    ]);
    this.#scope = new Scope([
      ...types,
      ...roots,
      ...classes,
      ...RESERVED_WORDS.split(' '),
      ...GLOBALS.split(' '),
      ...Object.keys(RUNTIME),
    ]);
    this.sources = this.#scope.claim('SOURCES');
    for (const { name } of module.errors) {
      const fields = this.#scope.claim(`${name}Fields`);
      const definition = this.#scope.claim(`${camelCase(name)}Definition`);
      this.#errors.set(name, { fields, definition });
    }
    for (const { name, data } of module.services)
      if (data.length > 0) this.#data.set(name, this.#scope.claim(`${name}Data`));
    const fields = [
      ...[...this.#errors.values()].map((error) => ({ name: error.fields })),
      ...[...this.#data.values()].map((name) => ({ name })),
    ];
    for (const { name } of [...module.records, ...fields])
      this.#codecs.set(name, this.#claimCodec(name));
    for (const { name, type } of module.aliases) {
      if (isCompound(type) || isContainer(type)) this.#codecs.set(name, this.#claimCodec(name));
      if (type.kind === 'literal' && !type.open) this.literals(type.members, name);
    }
  }

  #claimCodec(name: string): CodecNames {
    return { write: this.#scope.claim(`write${name}`), read: this.#scope.claim(`read${name}`) };
  }

  /** Whether the text of a type that is imported was asked for. */
  isUsed(name: string): boolean {
    return this.#used.has(name);
  }

  /** How generated TypeScript calls a type of the module; noted as used. */
  type(name: string): string {
    this.#used.add(name);
    return this.#references.get(name) ?? name;
  }

  /** What an alias stands for. */
  aliased(name: string): Type {
    const alias = this.#aliases.get(name);
    if (alias === undefined) throw new Error(`no alias ${name} in this module`);
    return alias.type;
  }

  isBrand(name: string): boolean {
    return this.#aliases.get(name)?.brand === true;
  }

  enumOf(name: string): EnumDefinition {
    const found = this.#enums.get(name);
    if (found === undefined) throw new Error(`no enum ${name} in this module`);
    return found;
  }

  record(name: string): RecordDefinition {
    const found = this.#records.get(name);
    if (found === undefined) throw new Error(`no record ${name} in this module`);
    return found;
  }

  /** The functions of a union or tuple without a name; one pair for equal ones. */
  compound(type: CompoundType): CodecNames {
    const readonly = type.kind === 'tuple' && type.readonly ? ' readonly' : '';
    const key = schemaText(type) + readonly + (isWide(type) ? ' wide' : '');
    const known = this.#compounds.get(key);
    if (known !== undefined) return known.codec;
    const codec = this.#claimCodec(type.label);
    this.#compounds.set(key, { codec, type });
    return codec;
  }

  /** Those asked for so far. */
  compounds(): readonly { codec: CodecNames; type: CompoundType }[] {
    return [...this.#compounds.values()];
  }

  /** The regular expression of a template type. */
  pattern(type: TemplateType): string {
    const known = this.#patterns.get(type.pattern);
    if (known !== undefined) return known.name;
    const name = this.#scope.claim(`PATTERN_${this.#patterns.size + 1}`);
    this.#patterns.set(type.pattern, { name, type });
    return name;
  }

  patterns(): readonly PatternConstant[] {
    return [...this.#patterns.values()];
  }

  /** The constant that says what the branches of a union look like; `writer` is the function that asks it. */
  shapes(writer: string, shapes: readonly Shape[]): string {
    const name = this.#scope.claim(`${upperSnakeCase(writer.replace(/^write/, ''))}_BRANCHES`);
    this.#shapes.push({ name, shapes });
    return name;
  }

  shapeConstants(): readonly ShapesConstant[] {
    return this.#shapes;
  }

  /** The known keys of a record that may have others. */
  keys(record: RecordDefinition): string {
    const known = this.#keys.get(record.name);
    if (known !== undefined) return known.name;
    const name = this.#scope.claim(`${upperSnakeCase(record.name)}_KEYS`);
    this.#keys.set(record.name, { name, record });
    return name;
  }

  keyConstants(): readonly KeysConstant[] {
    return [...this.#keys.values()];
  }

  /** The local name of an import from the runtime; noted as used. */
  runtime(name: RuntimeName): string {
    const local = this.#authors.has(name) ? `Ringsnake${name}` : name;
    this.#runtime.set(name, local);
    return local;
  }

  /** The specifiers of that import, sorted, with `type` where it is one. */
  runtimeImports(): { text: string; type: boolean }[] {
    return [...this.#runtime]
      .sort(([, a], [, b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .map(([name, local]) => ({
        text: name === local ? name : `${name} as ${local}`,
        type: RUNTIME[name],
      }));
  }

  /** `Int`, noted as used. */
  int(): string {
    this.#usesInt = true;
    return this.#authors.has('Int') ? 'RingsnakeInt' : 'Int';
  }

  intImport(): string | undefined {
    if (!this.#usesInt) return undefined;
    return this.int() === 'Int' ? 'Int' : 'Int as RingsnakeInt';
  }

  /** Whether an alias has functions of its own. */
  hasCodec(alias: string): boolean {
    return this.#codecs.has(alias);
  }

  /** Of a record, or of an alias that has one. */
  codec(name: string): CodecNames {
    const codec = this.#codecs.get(name);
    if (codec === undefined) throw new Error(`no codec of ${name} in this module`);
    return codec;
  }

  error(name: string): ErrorNames {
    const names = this.#errors.get(name);
    if (names === undefined) throw new Error(`no error ${name} in this module`);
    return names;
  }

  /** The type of what objects of an interface say of themselves. */
  data(service: string): string {
    const name = this.#data.get(service);
    if (name === undefined) throw new Error(`no data of ${service} in this module`);
    return name;
  }

  dataNames(service: string): readonly string[] {
    return (this.#services.get(service)?.data ?? []).map(({ name }) => name);
  }

  /** The constant that says what an interface or a function looks like on the wire; one for equal functions. */
  definition(type: ObjectType | FunctionType): string {
    if (type.kind === 'object') return definitionName(type.name);
    const key = functionText(type);
    const known = this.#functions.get(key);
    if (known !== undefined) return known.name;
    const name = this.#scope.claim(`${camelCase(type.label)}Function`);
    this.#functions.set(key, { name, type });
    return name;
  }

  /** Those asked for so far. */
  functions(): readonly FunctionConstant[] {
    return [...this.#functions.values()];
  }

  /** The constants that hold the members of a literal union or an enumeration; one pair for equal ones. */
  literals(values: readonly LiteralValue[], label: string): LiteralConstant {
    const key = JSON.stringify(values);
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const base = upperSnakeCase(label);
    const constant = {
      members: this.#scope.claim(base),
      expected: this.#scope.claim(`${base}_EXPECTED`),
      values,
    };
    this.#constants.set(key, constant);
    return constant;
  }

  constants(): readonly LiteralConstant[] {
    return [...this.#constants.values()];
  }

  /** A scope for the locals of one function. */
  locals(...reserved: readonly string[]): Scope {
    return this.#scope.inner(reserved);
  }
}

/** Types of the author by name. */
export function namedTypes(
  module: Module,
): readonly { readonly name: string; readonly origin: Origin | undefined }[] {
  return [
    ...module.services,
    ...module.records,
    ...module.errors,
    ...module.enums,
    ...module.aliases,
  ];
}

function byName<T extends { readonly name: string }>(
  definitions: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(definitions.map((each) => [each.name, each]));
}

function isCompound(type: Type): type is CompoundType {
  return type.kind === 'union' || type.kind === 'tuple';
}

/** Whether it names values that its author has left open in TypeScript, too. */
function isWide(type: Type): boolean {
  return (type.kind === 'literal' && type.wide === true) || partsOf(type).some(isWide);
}

/** What may lead back to itself. */
function isContainer({ kind }: Type): boolean {
  return (
    kind === 'array' || kind === 'dict' || kind === 'set' || kind === 'map' || kind === 'nullable'
  );
}

export function definitionName(service: string): string {
  return `${camelCase(service)}Definition`;
}
