/**
 * What the generator knows about a TypeScript module once the compiler has been asked: plain readonly data, no
 * compiler types, no target language. `inspect/` makes it, `schema.ts` and `emit/` read it.
 */

/** Types without parts. `integer` is `Int`, `bytes` is `Uint8Array`, which is on the wire what `arrayBuffer` and `dataView` are; `unknown` is anything that describes itself. */
export type ScalarKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'bigint'
  | 'null'
  | 'undefined'
  | 'unknown'
  | 'date'
  | 'url'
  | 'regexp'
  | 'bytes'
  | 'arrayBuffer'
  | 'dataView';

export interface ScalarType {
  readonly kind: ScalarKind;
  /** Of `unknown`: the type parameter of a method that it was declared as. Only for signatures, never a part of a schema. */
  readonly variable?: string;
  /** Of `bytes`: Python looks at them where they lie, and has no copy of its own. */
  readonly view?: true;
}

/** The names of JavaScript's typed arrays; `Uint8Array` is `bytes`. */
export type TypedArrayName =
  | 'Int8Array'
  | 'Uint8ClampedArray'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigInt64Array'
  | 'BigUint64Array';

export interface TypedArrayType {
  readonly kind: 'typedArray';
  readonly name: TypedArrayName;
  /** Of a `Float64Array` that is an array of numbers in TypeScript: `number[]`, or a readonly one. */
  readonly packed?: 'array' | 'readonly';
}

/** An array of numbers of several dimensions. */
export interface NdArrayType {
  readonly kind: 'ndarray';
  /** As `NdArray` names it: `float32`. */
  readonly dtype: string;
  /** Items in each dimension, null for any; undefined: any number of dimensions. */
  readonly shape: readonly (number | null)[] | undefined;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly item: Type;
  /** `readonly T[]`: the same on the wire, a `Sequence` in Python. */
  readonly readonly: boolean;
}

export interface SetType {
  readonly kind: 'set';
  readonly item: Type;
  readonly readonly: boolean;
}

export interface MapType {
  readonly kind: 'map';
  readonly key: Type;
  readonly value: Type;
  readonly readonly: boolean;
}

/** `Record<string, T>`: an object whose keys are not known. */
export interface DictType {
  readonly kind: 'dict';
  /** Of numbers: in JavaScript they are written as strings. */
  readonly key: 'string' | 'number';
  readonly value: Type;
  readonly readonly: boolean;
  /** Declared as `object`, of which nothing is known. */
  readonly isObject?: true;
}

export interface TupleItem {
  readonly type: Type;
  /** Only at the end: the array may be shorter. One that may be `undefined`, too, is of such a type. */
  readonly optional: boolean;
  readonly label: string | undefined;
}

export interface TupleType {
  readonly kind: 'tuple';
  readonly items: readonly TupleItem[];
  /** Of `...T[]`, after the items. */
  readonly rest: Type | undefined;
  readonly readonly: boolean;
  /** PascalCase, for the constant that describes it; not unique. */
  readonly label: string;
}

/** A record of this module, by name: records may reach themselves. */
export interface RecordType {
  readonly kind: 'record';
  readonly name: string;
}

/** An enumeration of this module, by name. */
export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  /** Only some of its members, by their TypeScript names. */
  readonly members: readonly string[] | undefined;
  /** Other values of the same kinds are kept as they are; never of some of its members. */
  readonly open?: true;
}

/** An alias of this module, by name, that is more than a short form: a union, a brand, or a type that reaches itself. */
export interface AliasType {
  readonly kind: 'alias';
  readonly name: string;
}

/** An object by reference: one of this module's interfaces, by name. */
export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
  /** Declared as `this`: an object of the very type of who answers. Only of results. */
  readonly self?: true;
}

/** A function by reference. */
export interface FunctionType {
  readonly kind: 'function';
  /** PascalCase, for the constant that describes it; not unique. */
  readonly label: string;
  readonly parameters: readonly Slot[];
  readonly result: ResultType;
  /** Declared to return a promise; one that does not returns nothing. The same on the wire. */
  readonly promised: boolean;
}

export type LiteralValue = string | number | boolean;

/** One of a few known values. */
export interface LiteralType {
  readonly kind: 'literal';
  /** A PascalCase name for the constants that list the members; not unique. */
  readonly label: string;
  /** In the order they were written. */
  readonly members: readonly LiteralValue[];
  /** Other values of the same kinds are values of it, too. */
  readonly open?: true;
  /** The TypeScript type says so: `'a' | (string & {})`. */
  readonly wide?: true;
}

/** A string of a known form, such as `${number}px`. */
export interface TemplateType {
  readonly kind: 'template';
  /** As TypeScript writes it, in backticks. */
  readonly text: string;
  /** The same as a regular expression that the whole string matches, in the words that both languages know. */
  readonly pattern: string;
}

/** One of several types, of which no two are literals, and none is null. On the wire the number of the branch goes first. */
export interface UnionType {
  readonly kind: 'union';
  /** PascalCase, for the functions that read and write it; not unique. */
  readonly label: string;
  readonly branches: readonly Branch[];
  /** Of records that a tag tells apart: objects of other tags are kept as they are. */
  readonly open?: true;
}

export type Branch = Exclude<Type, NullableType | UndefinableType | UnionType>;

/** `T | undefined` where a value must be given. */
export interface UndefinableType {
  readonly kind: 'undefinable';
  readonly inner: Exclude<Type, UndefinableType>;
}

/** `T | null`; the inner type is neither nullable nor `null`. */
export interface NullableType {
  readonly kind: 'nullable';
  readonly inner: Exclude<Type, NullableType | UndefinableType>;
}

export type Type =
  | ScalarType
  | TypedArrayType
  | NdArrayType
  | ArrayType
  | SetType
  | MapType
  | DictType
  | TupleType
  | RecordType
  | EnumType
  | AliasType
  | LiteralType
  | TemplateType
  | UnionType
  | NullableType
  | UndefinableType
  | ObjectType
  | FunctionType;

/** Values that come one after the other. Only as a parameter or a result, never a part of another value. */
export interface StreamType {
  readonly kind: 'stream';
  readonly item: Type;
  /** Declared as a `ReadableStream`: the same on the wire and in Python. */
  readonly web: boolean;
  /** Where it arrives, not where it is given: it has another name there. */
  readonly received: boolean;
  /** Of a generator that returns a value or takes some. Of one that returns a value `item` is a step, as it crosses. */
  readonly generator?: GeneratorParts | undefined;
  /** What comes with each item that is asked for, as it crosses: no value or one. */
  readonly takes?: TupleType | undefined;
}

/** As they were declared. */
export interface GeneratorParts {
  readonly item: Type;
  readonly returns?: Type | undefined;
  readonly takes?: Type | undefined;
}

/** What a parameter may be. */
export type ParameterType = Type | StreamType;

/** What the promise of a method holds; a stream is returned without one. */
export type ResultType = ParameterType | { readonly kind: 'void' };

/** JSDoc, taken apart, and where what it is about was declared. Never part of a schema. */
export interface Documentation {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string;
  readonly throws: readonly string[];
  /** The text of `@deprecated`; undefined when the tag is absent. */
  readonly deprecated: string | undefined;
  /** Undefined for what nobody wrote. */
  readonly source?: Source;
}

export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A field of a record or a parameter of a method. */
export interface Slot<T extends ParameterType = ParameterType> {
  /** The TypeScript name. */
  readonly name: string;
  readonly pythonName: string;
  readonly type: T;
  readonly optional: boolean;
  /** Of a field that may be absent: `undefined` is one of its values, too. On the wire they are one. */
  readonly undefinable?: true;
  /** What it is where it is absent; the receiver puts it there. */
  readonly default?: LiteralValue | undefined;
  /** The last parameter, an array: `...rest: T[]`. Python's `*rest`. */
  readonly rest?: true;
  readonly documentation: Documentation;
}

/** Where generated TypeScript finds a type of the author: a source file, or a package; `reference` where it is inside of namespaces: `Protocol.DOM.Node`. */
export type Origin = ({ readonly file: string } | { readonly specifier: string }) & {
  readonly reference?: string;
};

/** What every definition has. */
interface Definition {
  readonly name: string;
  /** Of `@py`; otherwise Python's name is the same. */
  readonly pythonName?: string;
}

export interface RecordDefinition extends Definition {
  /** Undefined where nothing exports it: generated TypeScript then says what it looks like. */
  readonly origin: Origin | undefined;
  /** In declaration order: their positions on the wire. */
  readonly fields: readonly Slot<Type>[];
  /** Of the keys that are not known. */
  readonly extra: ExtraMembers | undefined;
  /** An optional member that is an `AbortSignal`, which does not cross: it stops the call that the record is an argument of. */
  readonly signal?: string | undefined;
  /** The record that it extends: all of whose fields are among its own, as they are. Of languages with classes; never part of a schema. */
  readonly base?: string | undefined;
  readonly documentation: Documentation;
}

/** A class that extends `Error`, named by `@throws {…}`: its public data are its fields, those of the classes above it included. */
export interface ErrorDefinition extends RecordDefinition {
  readonly origin: Origin;
  /** The nearest error above it. */
  readonly base: string | undefined;
}

/** Members of a record beside its fields: an index signature. */
export interface ExtraMembers {
  readonly value: Type;
  /** The attribute that holds them. */
  readonly pythonName: string;
}

/** An alias that generated code names, too. */
export interface AliasDefinition extends Definition {
  readonly origin: Origin | undefined;
  readonly type: Type;
  /** A primitive with a mark that only the compiler sees. */
  readonly brand: boolean;
  /** What the author's type has besides; `type` has not: it is said wherever the alias is used. */
  readonly besides?: 'null' | 'undefined' | 'both';
  readonly documentation: Documentation;
}

export interface EnumDefinition extends Definition {
  readonly origin: Origin | undefined;
  readonly members: readonly EnumMember[];
  /** Its values are those of members and others of their kinds. */
  readonly open?: true;
  readonly documentation: Documentation;
}

export interface EnumMember {
  readonly name: string;
  readonly pythonName: string;
  readonly value: string | number;
  readonly documentation: Documentation;
}

/** Where a method takes an `AbortSignal`: it does not cross, but what it says does. */
export interface SignalParameter {
  /** Its place among the arguments in TypeScript, or that of the record that has it. */
  readonly argument: number;
  readonly name: string;
  readonly optional: boolean;
  /** Of a record: the member. */
  readonly member: string | undefined;
}

export interface Method {
  /** On the wire, where no two methods share one: of overloads the second is `on$2`. */
  readonly name: string;
  /** What it is called in TypeScript: overloads share it. */
  readonly property: string;
  readonly pythonName: string;
  /** Type parameters that its signature uses at least twice; their values are `unknown` on the wire. */
  readonly variables: readonly string[];
  readonly parameters: readonly Slot[];
  readonly result: ResultType;
  /** What stops the call; not one of `parameters`. */
  readonly signal: SignalParameter | undefined;
  /** Names of errors, sorted. */
  readonly throws: readonly string[];
  readonly documentation: Documentation;
}

export interface Service extends Definition {
  readonly origin: Origin;
  /** In declaration order: a call names its method by this index. */
  readonly methods: readonly Method[];
  /** What its objects say of themselves when they are sent: only of those by reference. */
  readonly data: readonly Slot<Type>[];
  /** Whether it is the type of a value somewhere: its objects cross by reference. */
  readonly byReference: boolean;
  readonly documentation: Documentation;
}

/** One input file and everything its services reach. */
export interface Module {
  /** Absolute path of the TypeScript file. */
  readonly file: string;
  readonly services: readonly Service[];
  readonly records: readonly RecordDefinition[];
  readonly errors: readonly ErrorDefinition[];
  readonly enums: readonly EnumDefinition[];
  readonly aliases: readonly AliasDefinition[];
}
