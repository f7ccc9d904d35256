/**
 * Which branch of a reader's union a writer's type is read as. Both sides must say the same, whatever else they compare, so this
 * looks at little: names, and kinds. Twin: python/ringsnake/_schema/match.py.
 */
import { isOfKinds, openKinds } from '../wire/declared/open.js';
import { type Literal, resolve, type Schema, type Shape, type Type } from './model.js';
import { recordOf, tagOfUnion, tagValues } from './tag.js';
import { typeText } from './text.js';

const BYTES: readonly string[] = ['Uint8Array', 'ArrayBuffer', 'DataView'];

/** What plain types may be read as, besides themselves. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  Int: ['number'],
  // On the wire these are one.
  Uint8Array: BYTES,
  ArrayBuffer: BYTES,
  DataView: BYTES,
};

/** The index of the branch; -1: there is none. */
export function matchingBranch(
  written: { readonly type: Type; readonly schema: Schema },
  read: { readonly branches: readonly Type[]; readonly schema: Schema },
): number {
  const { branches } = read;
  const text = typeText(written.type);
  const same = branches.findIndex((branch) => typeText(branch) === text);
  if (same >= 0) return same;
  const shape = resolve(written.type, written.schema).type;
  const shapes = branches.map((branch) => resolve(branch, read.schema).type);
  for (const suits of [isAsLong, suitsExactly, suitsWider]) {
    const found = shapes.findIndex(
      (candidate) => shape !== undefined && candidate !== undefined && suits(shape, candidate),
    );
    if (found >= 0) return found;
  }
  return -1;
}

/** Of tuples, which have no names: one of as many items. */
function isAsLong(written: Shape, read: Shape): boolean {
  if (written.kind !== 'tuple' || read.kind !== 'tuple') return false;
  return written.items.length === read.items.length;
}

/** Whether an open union takes a branch that it does not have: a record whose tag is of none of its own. */
export function isOther(
  { type, schema }: { readonly type: Type; readonly schema: Schema },
  { branches, isOpen }: Unions,
  reader: Schema,
): boolean {
  const tag = isOpen && tagOfUnion(branches, reader);
  const record = recordOf(type, schema);
  if (!tag || record === undefined) return false;
  const known = tag.members.flat();
  const kinds = openKinds(known);
  const values = tagValues(record, tag.name, schema) ?? [];
  return (
    values.length > 0 && values.every((value) => isOfKinds(value, kinds) && !known.includes(value))
  );
}

function suitsExactly(written: Shape, read: Shape): boolean {
  if (written.kind === 'literals' && read.kind === 'literals') return isWithin(written, read);
  if (written.kind !== read.kind) return false;
  // What has a name is known by it.
  if ('name' in written && 'name' in read) return written.name === read.name;
  return written.kind !== 'template' && written.kind !== 'literals';
}

function suitsWider(written: Shape, read: Shape): boolean {
  if (written.kind === 'literals')
    return read.kind === 'plain' && written.members.every((member) => isOf(member, read.name));
  if (read.kind === 'literals') return isTakenByOpen(written, read);
  if (written.kind === 'template') return read.kind === 'plain' && read.name === 'string';
  if (written.kind === 'plain' && read.kind === 'plain')
    return isWiderPlain(written.name, read.name);
  return written.kind === 'tuple' && read.kind === 'array';
}

type Unions = Extract<Shape, { readonly kind: 'union' }>;
type Literals = Extract<Shape, { readonly kind: 'literals' }>;

/** Whether whoever knows these literals takes those: what is open takes any of the same kinds. */
export function isWithin(written: Literals, read: Literals): boolean {
  if (!read.isOpen)
    return !written.isOpen && written.members.every((member) => read.members.includes(member));
  const kinds = openKinds(read.members);
  return written.members.every((member) => isOfKinds(member, kinds));
}

/** Whether all values of a type without literals are of the kinds that open ones have. */
export function isTakenByOpen(written: Shape, { members, isOpen }: Literals): boolean {
  if (!isOpen) return false;
  const kinds = openKinds(members).split(' or ');
  if (written.kind === 'template') return kinds.includes('string');
  if (written.kind !== 'plain') return false;
  if (written.name === 'Int') return kinds.includes('integer') || kinds.includes('number');
  return kinds.includes(written.name);
}

export function isWiderPlain(written: string, read: string): boolean {
  return WIDER[written]?.includes(read) ?? false;
}

/** Whether the literal is a value of that plain type. */
export function isOf(literal: Literal, plain: string): boolean {
  if (plain === 'Int') return Number.isSafeInteger(literal);
  return typeof literal === plain;
}
