/** What a schema text says, as data. Twin: python/ringsnake/_schema/model.py. Grammar: spec/wire/schema.md. */

export type Type =
  | { readonly kind: 'named'; readonly name: string }
  /** `string`, `Int`, `Date`, `Float64Array`, `void`, `null`, … and `NDArray<…>`: what is itself or another. */
  | { readonly kind: 'plain'; readonly name: string }
  | { readonly kind: 'array'; readonly item: Type }
  | { readonly kind: 'set'; readonly item: Type }
  | { readonly kind: 'stream'; readonly item: Type; readonly takes?: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'dict'; readonly key: 'string' | 'number'; readonly value: Type }
  | { readonly kind: 'tuple'; readonly items: readonly Slot[]; readonly rest: Type | undefined }
  | {
      readonly kind: 'literals';
      readonly members: readonly Literal[];
      /** Others of the same kinds are values, too; only of what `resolve` gives. */
      readonly isOpen?: true;
    }
  /** Literals, an enum, or a union of tagged records, of which not all are known. */
  | { readonly kind: 'open'; readonly inner: Type }
  /** Some members of an enum. */
  | { readonly kind: 'members'; readonly name: string; readonly members: readonly string[] }
  | { readonly kind: 'template'; readonly text: string }
  | FunctionType
  | {
      readonly kind: 'union';
      readonly branches: readonly Type[];
      /** As of literals: objects of other tags are values, too. */
      readonly isOpen?: true;
    }
  | WithNothing;

/** Null, or undefined, besides another type. */
export interface WithNothing {
  readonly kind: 'nullable' | 'undefinable';
  readonly inner: Type;
}

export type Literal = string | number | boolean | bigint;

/** A field, a parameter, an item of a tuple; the last may have no name. */
export interface Slot {
  readonly name: string;
  readonly optional: boolean;
  readonly type: Type;
  /** The last parameter, an array of the rest of the arguments. */
  readonly rest?: true;
}

export interface FunctionType {
  readonly kind: 'function';
  readonly parameters: readonly Slot[];
  readonly result: Type;
}

export interface Method extends Omit<FunctionType, 'kind'> {
  readonly name: string;
  readonly throws: readonly string[];
}

export type Definition =
  | InterfaceDefinition
  | RecordDefinition
  | {
      readonly kind: 'enum';
      readonly name: string;
      readonly members: readonly { readonly name: string; readonly value: Literal }[];
    }
  | { readonly kind: 'type'; readonly name: string; readonly type: Type };

export interface InterfaceDefinition {
  readonly kind: 'interface';
  readonly name: string;
  readonly methods: readonly Method[];
  /** What its objects say of themselves when they are sent. */
  readonly data: readonly Slot[];
}

export interface RecordDefinition {
  readonly kind: 'record' | 'error';
  readonly name: string;
  readonly fields: readonly Slot[];
  /** Of the index signature. */
  readonly extra: Type | undefined;
}

/** An interface and every type that it reaches. */
export interface Schema {
  /** Of the interface that is described. */
  readonly name: string;
  readonly definitions: ReadonlyMap<string, Definition>;
}

export type DefinitionOf<K extends Definition['kind']> = Extract<Definition, { readonly kind: K }>;

/** What has a form of its own on the wire. */
export type Shape =
  | Exclude<Type, { readonly kind: 'named' | 'members' | 'open' } | WithNothing>
  | DefinitionOf<'interface'>
  | RecordDefinition;

/** What one type is behind its name, and whether null and undefined are values of it. */
export interface Resolved {
  /** Undefined: nothing but null or undefined. */
  readonly type: Shape | undefined;
  readonly isNullable: boolean;
  readonly isUndefinable: boolean;
}

/** What objects of an interface say of themselves, as the record that it is on the wire. */
export function dataOf({ name, data }: InterfaceDefinition): RecordDefinition {
  return { kind: 'record', name: `${name}.data`, fields: data, extra: undefined };
}

/** Behind aliases, null and undefined. Enums are their values. */
export function resolve(type: Type, schema: Schema): Resolved {
  let isNullable = false;
  let isUndefinable = false;
  let isOpen = false;
  let at: Type = type;
  // Reading refuses aliases that lead back to themselves.
  for (;;) {
    if (isWithNothing(at)) {
      if (at.kind === 'nullable') isNullable = true;
      else isUndefinable = true;
      at = at.inner;
    } else if (at.kind === 'plain' && (at.name === 'null' || at.name === 'undefined')) {
      if (at.name === 'null') isNullable = true;
      else isUndefinable = true;
      return { type: undefined, isNullable, isUndefinable };
    } else if (at.kind === 'open') {
      isOpen = true;
      at = at.inner;
    } else if (at.kind === 'named' || at.kind === 'members') {
      const found = schema.definitions.get(at.name) as Definition;
      if (found.kind !== 'type')
        return { type: opened(shapeOf(found, at), isOpen), isNullable, isUndefinable };
      at = found.type;
    } else return { type: opened(at, isOpen), isNullable, isUndefinable };
  }
}

export function isWithNothing(type: Type): type is WithNothing {
  return type.kind === 'nullable' || type.kind === 'undefinable';
}

/** The stream that a parameter or a result is, which may be nothing instead. */
export function streamIn(type: Type): Extract<Type, { readonly kind: 'stream' }> | undefined {
  if (isWithNothing(type)) return streamIn(type.inner);
  return type.kind === 'stream' ? type : undefined;
}

/** The type of a field or parameter: undefined stands for what is absent. */
export function slotType({ type, optional }: Slot): Type {
  return optional ? { kind: 'undefinable', inner: type } : type;
}

function opened(shape: Shape, isOpen: boolean): Shape {
  const isOpenable = shape.kind === 'literals' || shape.kind === 'union';
  return isOpen && isOpenable ? { ...shape, isOpen } : shape;
}

function shapeOf(found: Exclude<Definition, { readonly kind: 'type' }>, type: Type): Shape {
  if (found.kind !== 'enum') return found;
  const isMeant = (name: string): boolean => type.kind !== 'members' || type.members.includes(name);
  const members = found.members.filter(({ name }) => isMeant(name)).map(({ value }) => value);
  return { kind: 'literals', members };
}
