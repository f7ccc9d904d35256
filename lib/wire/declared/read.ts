/** Declared types that are extensions, or are made of several values, from the wire. Normative: spec/wire/value.md §1. */
import { ValidationError } from '../../errors.js';
import { KEYS } from '../key-cache.js';
import * as mp from '../msgpack.js';
import { plainObject } from '../plain-object.js';
import { defineMember } from '../shapes/object-maker.js';
import { memberSegment, mismatch, within } from '../validation.js';
import type { ValueReader } from '../value-reader.js';
import { DTYPES, type DtypeName, type NdData } from '../values/dtype.js';
import { NdArray } from '../values/nd-array.js';
import { reachesDate, Timestamp } from '../values/timestamp.js';
import { kindOf, typedArrayName } from './kinds.js';

export type Read<T> = (reader: ValueReader) => T;

/** What comes with more than milliseconds is cut. */
export function readDate(reader: ValueReader): Date {
  const value = reader.readValue();
  if (value instanceof Timestamp && reachesDate(value)) return value.toDate();
  return kindOf(value) === 'Date' ? (value as Date) : reader.unfit('Date', value);
}

export function readUrl(reader: ValueReader): URL {
  const value = reader.readValue();
  return kindOf(value) === 'URL' ? (value as URL) : reader.unfit('URL', value);
}

/** An array of its source and its flags. */
export function readRegExp(reader: ValueReader): RegExp {
  reader.readRecordHead('RegExp', 2);
  const source = reader.readString();
  const flags = reader.readString();
  try {
    return new RegExp(source, flags);
  } catch {
    throw mismatch('RegExp', `/${source}/${flags}`);
  }
}

export function readUndefined(reader: ValueReader): undefined {
  return reader.skipUndefined() ? undefined : reader.unfit('undefined', reader.readValue());
}

export function readMatching(reader: ValueReader, pattern: RegExp, expected: string): string {
  const text = reader.readString();
  return pattern.test(text) ? text : reader.unfit(expected, text, { isOfKind: true });
}

/** A copy; or a view of the peer's memory, if it came by reference. */
export function readTypedArray(reader: ValueReader, name: string): ArrayBufferView {
  const value = reader.readValue();
  const fits = ArrayBuffer.isView(value) && typedArrayName(value) === name;
  return fits ? value : reader.unfit(name, value);
}

export function readNdArray(
  reader: ValueReader,
  dtype: string,
  shape: readonly (number | null)[] | undefined,
): NdArray {
  const value = reader.readValue();
  const array = value instanceof NdArray ? value : ofOneDimension(value);
  const expected = `NDArray of ${dtype}`;
  if (array === undefined || array.dtype !== dtype) return reader.unfit(expected, value);
  const fits =
    shape === undefined ||
    (shape.length === array.shape.length &&
      shape.every((count, index) => count === null || count === array.shape[index]));
  if (fits || reader.validation !== 'full') return array;
  const wanted = `[${shape.map((count) => count ?? 'n').join(', ')}]`;
  throw new ValidationError(`shape ${wanted}`, `[${array.shape.join(', ')}]`);
}

/** What travels as a typed array, because that is all that it is. */
function ofOneDimension(value: unknown): NdArray | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const name = typedArrayName(value);
  const dtype = (Object.keys(DTYPES) as DtypeName[]).find(
    (each) => DTYPES[each].array.name === name && !NOT_PLAIN.has(each),
  );
  if (dtype === undefined) return undefined;
  const data = value as NdData;
  return new NdArray({ dtype, shape: [data.length], data });
}

/** Those that are written as an array of another dtype. */
const NOT_PLAIN: ReadonlySet<DtypeName> = new Set(['float16', 'bool', 'complex64', 'complex128']);

export function readSet<T>(reader: ValueReader, readItem: Read<T>): Set<T> {
  if (reader.nextExtension() !== mp.EXT_SET) throw mismatch('Set', reader.readValue());
  return reader.readExtension((_, at) => {
    const flag = reader.byte();
    if (flag === undefined || flag > 1) throw reader.malformed(mp.EXT_SET, at);
    const count = reader.openArray();
    if (count < 0) throw reader.malformed(mp.EXT_SET, at);
    const items = new Set<T>();
    let i = 0;
    try {
      for (; i < count; i++) items.add(readItem(reader));
    } catch (error) {
      throw within(error, `.values()[${i}]`);
    }
    reader.close();
    if (items.size !== count) throw reader.problem('two equal items of a set', at);
    return items;
  }) as Set<T>;
}

export function readMap<K, V>(reader: ValueReader, readKey: Read<K>, readItem: Read<V>): Map<K, V> {
  if (reader.nextExtension() !== mp.EXT_MAP) throw mismatch('Map', reader.readValue());
  return reader.readExtension((_, at) => {
    const count = reader.openMap();
    if (count < 0) throw reader.malformed(mp.EXT_MAP, at);
    const map = new Map<K, V>();
    let i = 0;
    let part = 'keys';
    try {
      for (; i < count; i++) {
        part = 'keys';
        const key = readKey(reader);
        part = 'values';
        map.set(key, readItem(reader));
      }
    } catch (error) {
      throw within(error, `.${part}()[${i}]`);
    }
    reader.close();
    if (map.size !== count) throw reader.problem('two equal keys of a map', at);
    return map;
  }) as Map<K, V>;
}

/** An object of any keys. */
export function readDict<T>(reader: ValueReader, readItem: Read<T>): Record<string, T> {
  return readMembers(reader, readItem, undefined);
}

/** What a record has beside its fields, whose `keys` may not be there again. */
export function readExtra<T>(
  reader: ValueReader,
  keys: ReadonlySet<string>,
  readItem: Read<T>,
): Record<string, T> {
  return readMembers(reader, readItem, keys);
}

function readMembers<T>(
  reader: ValueReader,
  readItem: Read<T>,
  taken: ReadonlySet<string> | undefined,
): Record<string, T> {
  const count = reader.openMap();
  if (count < 0) throw mismatch('object', reader.readValue());
  const object = plainObject(count) as Record<string, T>;
  let place = KEYS.first(count);
  let at: string | undefined;
  try {
    for (let i = 0; i < count; i++) {
      at = undefined;
      const key = reader.readKeyAt(place);
      place = KEYS.next(count);
      if (taken?.has(key)) throw new ValidationError('a key that is no field', `a key "${key}"`);
      at = key;
      const value = readItem(reader);
      if (key === '__proto__') defineMember(object, key, value);
      else object[key] = value;
    }
  } catch (error) {
    throw at === undefined ? error : within(error, memberSegment(at));
  }
  reader.close();
  return object;
}

/** The number of items. */
export function readTupleHead(
  reader: ValueReader,
  expected: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const count = reader.readArrayHead(expected);
  if (count < least || count > most) throw new ValidationError(expected, `array of ${count}`);
  return count;
}

/** The number of the branch of a union of `count`. */
export function readBranch(reader: ValueReader, expected: string, count: number): number {
  reader.readRecordHead(expected, 2);
  return branchNumber(reader, expected, count);
}

/** -1: of none of them. */
export function readOpenBranch(reader: ValueReader, expected: string, count: number): number {
  reader.readRecordHead(expected, 2);
  return reader.skipNil() ? -1 : branchNumber(reader, expected, count);
}

function branchNumber(reader: ValueReader, expected: string, count: number): number {
  const branch = reader.readInteger();
  if (branch < 0 || branch >= count) throw new ValidationError(expected, `branch ${branch}`);
  return branch;
}
