/**
 * What the generator knows about a TypeScript module once the compiler has been asked: plain readonly data, no
 * compiler types, no target language. `inspect/` makes it, `schema.ts` and `emit/` read it.
 */

/** Types without parts. `integer` is `Int`, `bytes` is `Uint8Array`. */
export type ScalarKind =
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'bigint'
  | 'null'
  | 'bytes'
  | 'float64Array';

export interface ScalarType {
  readonly kind: ScalarKind;
}

export interface ArrayType {
  readonly kind: 'array';
  readonly item: Type;
  /** `readonly T[]`: the same on the wire, a `Sequence` in Python. */
  readonly readonly: boolean;
}

/** A record of this module, by name: records may reach themselves. */
export interface RecordType {
  readonly kind: 'record';
  readonly name: string;
}

/** An object by reference: one of this module's interfaces, by name. */
export interface ObjectType {
  readonly kind: 'object';
  readonly name: string;
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
  /** The exported alias, where the author gave the union a name. */
  readonly alias: string | undefined;
  /** A PascalCase name for the constants that list the members; not unique. */
  readonly label: string;
  /** In the order they were written. */
  readonly members: readonly LiteralValue[];
}

/** `T | null`; the inner type is neither nullable nor `null`. */
export interface NullableType {
  readonly kind: 'nullable';
  readonly inner: Exclude<Type, NullableType>;
}

export type Type =
  | ScalarType
  | ArrayType
  | RecordType
  | LiteralType
  | NullableType
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
}

/** What a parameter may be. */
export type ParameterType = Type | StreamType;

/** What the promise of a method holds; a stream is returned without one. */
export type ResultType = ParameterType | { readonly kind: 'void' };

/** JSDoc, taken apart. Never part of a schema. */
export interface Documentation {
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  readonly returns: string;
  readonly throws: readonly string[];
  /** The text of `@deprecated`; undefined when the tag is absent. */
  readonly deprecated: string | undefined;
}

/** A field of a record or a parameter of a method. */
export interface Slot<T extends ParameterType = ParameterType> {
  /** The TypeScript name. */
  readonly name: string;
  readonly pythonName: string;
  readonly type: T;
  readonly optional: boolean;
  readonly documentation: Documentation;
}

/** Where generated TypeScript finds a type of the author: a source file, or a package. */
export type Origin = { readonly file: string } | { readonly specifier: string };

export interface RecordDefinition {
  readonly name: string;
  readonly origin: Origin;
  /** In declaration order: their positions on the wire. */
  readonly fields: readonly Slot<Type>[];
  readonly documentation: Documentation;
}

/** A class that extends `Error`, named by `@throws {…}`: its public data are its fields, those of the classes above it included. */
export interface ErrorDefinition extends RecordDefinition {
  /** The nearest error above it. */
  readonly base: string | undefined;
}

/** An exported alias of a literal union. */
export interface LiteralAlias {
  readonly name: string;
  readonly origin: Origin;
  readonly type: LiteralType;
  readonly documentation: Documentation;
}

export interface Method {
  readonly name: string;
  readonly pythonName: string;
  readonly parameters: readonly Slot[];
  readonly result: ResultType;
  /** Names of errors, sorted. */
  readonly throws: readonly string[];
  readonly documentation: Documentation;
}

export interface Service {
  readonly name: string;
  readonly origin: Origin;
  /** In declaration order: a call names its method by this index. */
  readonly methods: readonly Method[];
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
  readonly aliases: readonly LiteralAlias[];
}
