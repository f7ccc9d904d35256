/**
 * An object of an open union between its two forms: as its branch says, fields in their places, and as whoever does not know the branch
 * keeps it, with its keys. Twin: python/ringsnake/_schema/named_form.py. Normative: spec/wire/schema.md §4.
 */
import { kindOf } from '../wire/declared/kinds.js';
import {
  type Literal,
  type RecordDefinition,
  resolve,
  type Schema,
  type Shape,
  slotType,
  type Type,
} from './model.js';
import { tagOfUnion } from './tag.js';
import { typesIn } from './walk.js';

type Convert = (type: Type, tree: unknown) => unknown;

/** The tree of a value of that type, as an untyped one: with names instead of places, and without the numbers of branches. */
export function withNames(type: Type, tree: unknown, schema: Schema): unknown {
  const inner: Convert = (part, held) => withNames(part, held, schema);
  const { type: shape } = resolve(type, schema);
  if (shape?.kind === 'record') return fieldsByName(shape, tree, inner);
  if (shape?.kind !== 'union') return changed(shape, tree, inner);
  if (!Array.isArray(tree) || tree.length !== 2) return tree;
  const branch = shape.branches[tree[0] as number];
  // Nil: its keys are there.
  return branch === undefined ? tree[1] : inner(branch, tree[1]);
}

/** The other way round. What is of no such type stays as it is, for the reader to refuse. */
export function withPlaces(type: Type, tree: unknown, schema: Schema): unknown {
  const inner: Convert = (part, held) => withPlaces(part, held, schema);
  const { type: shape } = resolve(type, schema);
  if (shape?.kind === 'record') return fieldsByPlace(shape, tree, inner);
  if (shape?.kind !== 'union') return changed(shape, tree, inner);
  if (tree === null || tree === undefined) return tree;
  const place = branchOf(shape, tree, schema);
  const branch = shape.branches[place];
  if (branch !== undefined) return [place, inner(branch, tree)];
  return shape.isOpen ? [null, tree] : tree;
}

/** The branch of an open union that an object with keys is of; -1: none. */
export function branchByTag(branches: readonly Type[], tree: unknown, schema: Schema): number {
  const tag = tagOfUnion(branches, schema);
  if (tag === undefined || !isObject(tree)) return -1;
  const value = tree[tag.name] as Literal;
  return tag.members.findIndex((members) => members.includes(value));
}

/** Why values of a type have no such form; undefined: they have. */
export function namelessPart(type: Type, schema: Schema): string | undefined {
  const types = new Set<Type>([type]);
  // A set is iterated to its end, also over what is added meanwhile.
  for (const each of types) {
    for (const part of typesIn(each)) {
      const reason = namelessReason(part, schema);
      if (reason !== undefined) return reason;
      for (const held of part.kind === 'named' ? heldBy(part.name, schema) : []) types.add(held);
    }
  }
  return undefined;
}

function namelessReason(type: Type, schema: Schema): string | undefined {
  switch (type.kind) {
    case 'function':
    case 'stream':
      return `a ${type.kind}`;
    case 'set':
    case 'map':
      return isScalar(type.kind === 'set' ? type.item : type.key, schema)
        ? undefined
        : 'items of a Set or keys of a Map that are no scalars';
    case 'named':
      return schema.definitions.get(type.name)?.kind === 'interface'
        ? `the object \`${type.name}\``
        : undefined;
    default:
      return undefined;
  }
}

/** The same objects each time: they are known by that. */
function heldBy(name: string, { definitions }: Schema): readonly Type[] {
  const found = definitions.get(name);
  if (found?.kind === 'type') return [found.type];
  if (found?.kind !== 'record') return [];
  const { fields, extra } = found;
  return [...fields.map((field) => field.type), ...(extra === undefined ? [] : [extra])];
}

function isScalar(type: Type, schema: Schema): boolean {
  const { type: shape } = resolve(type, schema);
  return shape === undefined || ['plain', 'literals', 'template'].includes(shape.kind);
}

function fieldsByName(record: RecordDefinition, tree: unknown, inner: Convert): unknown {
  const { fields, extra } = record;
  const size = fields.length + (extra === undefined ? 0 : 1);
  if (!Array.isArray(tree) || tree.length !== size) return tree;
  const own = fields.flatMap((field, place): [string, unknown][] => {
    const value: unknown = tree[place];
    return value === undefined ? [] : [[field.name, inner(field.type, value)]];
  });
  if (extra === undefined) return Object.fromEntries(own);
  const more: unknown = tree[size - 1];
  const others = isObject(more) ? Object.entries(more) : [];
  return Object.fromEntries([...own, ...others.map(([key, held]) => [key, inner(extra, held)])]);
}

function fieldsByPlace(
  { fields, extra }: RecordDefinition,
  tree: unknown,
  inner: Convert,
): unknown {
  if (!isObject(tree)) return tree;
  const held = new Map(Object.entries(tree));
  const places = fields.map((field) => {
    const value = held.get(field.name);
    held.delete(field.name);
    return value === undefined ? value : inner(slotType(field), value);
  });
  if (extra === undefined) return places;
  return [...places, Object.fromEntries([...held].map(([key, each]) => [key, inner(extra, each)]))];
}

/** What has the same form with other parts. */
function changed(shape: Shape | undefined, tree: unknown, inner: Convert): unknown {
  switch (shape?.kind) {
    case 'array':
      return Array.isArray(tree) ? tree.map((item) => inner(shape.item, item)) : tree;
    case 'tuple':
      return Array.isArray(tree)
        ? tree.map((item, place) => {
            const type = shape.items[place]?.type ?? shape.rest;
            return type === undefined || item === undefined ? item : inner(type, item);
          })
        : tree;
    case 'dict':
      return isObject(tree)
        ? Object.fromEntries(
            Object.entries(tree).map(([key, held]) => [key, inner(shape.value, held)]),
          )
        : tree;
    case 'map':
      return tree instanceof Map
        ? new Map([...tree].map(([key, held]) => [key, inner(shape.value, held)]))
        : tree;
    default:
      return tree;
  }
}

type Union = Extract<Shape, { readonly kind: 'union' }>;

/** By the tag, else the first that it looks like. */
function branchOf({ branches }: Union, tree: unknown, schema: Schema): number {
  const tagged = branchByTag(branches, tree, schema);
  if (tagged >= 0 || tagOfUnion(branches, schema) !== undefined) return tagged;
  return branches.findIndex((branch) => looks(branch, tree, schema));
}

/** Whether it may be of that type, without a look at its parts. */
function looks(type: Type, tree: unknown, schema: Schema): boolean {
  const { type: shape } = resolve(type, schema);
  const kind = kindOf(tree);
  switch (shape?.kind) {
    case 'plain':
      return shape.name === 'unknown' || kind === (KINDS[shape.name] ?? shape.name);
    case 'literals':
      return shape.isOpen
        ? kind === typeof shape.members[0]
        : shape.members.includes(tree as Literal);
    case 'template':
      return kind === 'string';
    case 'array':
    case 'tuple':
      return kind === 'array';
    case 'set':
      return kind === 'Set';
    case 'map':
      return kind === 'Map';
    case 'record':
      return isObject(tree) && shape.fields.every((field) => field.optional || field.name in tree);
    case 'dict':
      return isObject(tree);
    case 'union':
      return shape.branches.some((branch) => looks(branch, tree, schema));
    default:
      return false;
  }
}

/** What `kindOf` says of them. */
const KINDS: Readonly<Record<string, string>> = {
  Int: 'number',
  ArrayBuffer: 'Uint8Array',
  DataView: 'Uint8Array',
  RegExp: 'array',
};

function isObject(tree: unknown): tree is Readonly<Record<string, unknown>> {
  return kindOf(tree) === 'object';
}
