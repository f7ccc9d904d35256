/** Literals, enumerations and unions of objects that are open: besides the known values they have others of the same kinds. */
import { ValidationError } from '../../errors.js';
import { describe, memberSegment, mismatch, within } from '../validation.js';
import type { ValueReader } from '../value-reader.js';
import type { ValueWriter } from '../value-writer.js';
import { kindOf } from './kinds.js';

/** Of the values that one with these members has, in the words of errors: `string`, `string or integer`. */
export function openKinds(members: readonly unknown[]): string {
  const numbers = members.filter((member) => typeof member === 'number');
  const areWhole = numbers.every(Number.isSafeInteger);
  return [
    ...(members.some((member) => typeof member === 'string') ? ['string'] : []),
    ...(numbers.length > 0 && areWhole ? ['integer'] : []),
    ...(areWhole ? [] : ['number']),
    ...(members.some((member) => typeof member === 'boolean') ? ['boolean'] : []),
  ].join(' or ');
}

/** Whether a value is of one of these. */
export function isOfKinds(value: unknown, kinds: string): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return kinds.includes(typeof value);
    case 'number':
      return kinds.includes('number') || (kinds.includes('integer') && Number.isSafeInteger(value));
    default:
      return false;
  }
}

/** The member that says which branch of a union an object is of. */
export interface OpenTag {
  readonly name: string;
  /** Of its values. */
  readonly kinds: string;
  /** Those of the branches. */
  readonly known: readonly unknown[];
}

/** No branch: nil, and the object with its keys, which are all that whoever does not know it has. */
export function writeOther(
  writer: ValueWriter,
  value: unknown,
  { name, kinds }: Omit<OpenTag, 'known'>,
): void {
  const tag = (value as Readonly<Record<string, unknown>>)[name];
  if (!isOfKinds(tag, kinds)) throw within(mismatch(kinds, tag), memberSegment(name));
  writer.writeArrayHead(2);
  writer.writeNil();
  writer.writeValue(value);
}

/** What follows the nil. An object of a known tag stands in its branch, where all of it is checked. */
export function readOther(reader: ValueReader, { name, kinds, known }: OpenTag): unknown {
  const value = reader.readValue();
  if (kindOf(value) !== 'object') throw mismatch('object', value);
  if (reader.validation === 'off') return value;
  const tag = Object.hasOwn(value as object, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
  if (!isOfKinds(tag, kinds)) throw within(mismatch(kinds, tag), memberSegment(name));
  if (!known.includes(tag)) return value;
  throw within(
    new ValidationError(`${kinds} that is of no branch`, describe(tag)),
    memberSegment(name),
  );
}
