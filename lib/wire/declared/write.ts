/** Declared types that are extensions, or are made of several values, to the wire. Normative: spec/wire/value.md §1. */
import { types } from 'node:util';
import { ValidationError } from '../../errors.js';
import { writeDate as writeMoment } from '../extensions/moments.js';
import { writeNdArray as writeDense, writeTypedArray as writeView } from '../extensions/ndarray.js';
import { writeUrl as writeHref } from '../extensions/texts.js';
import * as mp from '../msgpack.js';
import { memberSegment, mismatch, within } from '../validation.js';
import type { ValueWriter } from '../value-writer.js';
import { NdArray } from '../values/nd-array.js';
import { kindOf } from './kinds.js';

export type Write<T> = (writer: ValueWriter, value: T) => void;

export function writeDate(writer: ValueWriter, value: Date): void {
  if (!types.isDate(value)) throw mismatch('Date', value);
  if (Number.isNaN(Date.prototype.getTime.call(value)))
    throw new ValidationError('Date', 'an invalid Date');
  writeMoment(writer, value);
}

export function writeUrl(writer: ValueWriter, value: URL): void {
  if (kindOf(value) !== 'URL') throw mismatch('URL', value);
  writeHref(writer, value);
}

export function writeRegExp(writer: ValueWriter, value: RegExp): void {
  if (kindOf(value) !== 'RegExp') throw mismatch('RegExp', value);
  writer.writeArrayHead(2);
  writer.writeString(value.source);
  writer.writeString(value.flags);
}

export function writePacked(writer: ValueWriter, value: readonly number[]): void {
  if (!Array.isArray(value)) throw mismatch('array', value);
  const packed = new Float64Array(value.length);
  for (let i = 0; i < packed.length; i++) {
    const item: unknown = value[i];
    if (typeof item !== 'number') throw within(mismatch('number', item), `[${i}]`);
    packed[i] = item;
  }
  writer.writeFloat64Array(packed);
}

export function writeMatching(
  writer: ValueWriter,
  value: string,
  { pattern, expected }: { readonly pattern: RegExp; readonly expected: string },
): void {
  if (typeof value !== 'string' || !pattern.test(value)) throw mismatch(expected, value);
  writer.writeString(value);
}

export function writeArrayBuffer(writer: ValueWriter, value: ArrayBuffer): void {
  if (!types.isArrayBuffer(value)) throw mismatch('ArrayBuffer', value);
  writer.writeBytes(bytesOf('ArrayBuffer', () => new Uint8Array(value)));
}

export function writeDataView(writer: ValueWriter, value: DataView): void {
  if (!types.isDataView(value)) throw mismatch('DataView', value);
  const make = () => new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  writer.writeBytes(bytesOf('DataView', make));
}

/** Whoever has transferred or released the memory has nothing to send. */
function bytesOf(name: string, make: () => Uint8Array): Uint8Array {
  try {
    return make();
  } catch {
    throw new ValidationError(name, `a detached ${name}`);
  }
}

export function writeTypedArray(writer: ValueWriter, value: ArrayBufferView, name: string): void {
  if (kindOf(value) !== name) throw mismatch(name, value);
  writeView(writer, value);
}

export function writeNdArray(
  writer: ValueWriter,
  value: NdArray,
  {
    dtype,
    shape,
  }: { readonly dtype: string; readonly shape: readonly (number | null)[] | undefined },
): void {
  if (!(value instanceof NdArray) || value.dtype !== dtype)
    throw mismatch(`NDArray of ${dtype}`, value);
  const fits =
    shape === undefined ||
    (shape.length === value.shape.length &&
      shape.every((count, index) => count === null || count === value.shape[index]));
  if (!fits) {
    const wanted = `[${shape.map((count) => count ?? 'n').join(', ')}]`;
    throw new ValidationError(`shape ${wanted}`, `[${value.shape.join(', ')}]`);
  }
  writeDense(writer, value);
}

export function writeSet<T>(writer: ValueWriter, value: ReadonlySet<T>, writeItem: Write<T>): void {
  if (kindOf(value) !== 'Set') throw mismatch('Set', value);
  const mark = writer.beginExtension();
  writer.bytes[writer.reserve(1)] = 0;
  writer.writeArrayHead(value.size);
  let index = 0;
  try {
    for (const item of value) {
      writeItem(writer, item);
      index++;
    }
  } catch (error) {
    throw within(error, `.values()[${index}]`);
  }
  writer.endExtension(mark, mp.EXT_SET);
}

export function writeMap<K, V>(
  writer: ValueWriter,
  value: ReadonlyMap<K, V>,
  { key: writeKey, item: writeItem }: { readonly key: Write<K>; readonly item: Write<V> },
): void {
  if (kindOf(value) !== 'Map') throw mismatch('Map', value);
  const mark = writer.beginExtension();
  writer.writeMapHead(value.size);
  let index = 0;
  let part = 'keys';
  try {
    for (const [key, item] of value) {
      part = 'keys';
      writeKey(writer, key);
      part = 'values';
      writeItem(writer, item);
      index++;
    }
  } catch (error) {
    throw within(error, `.${part}()[${index}]`);
  }
  writer.endExtension(mark, mp.EXT_MAP);
}

/** An object of any keys: its own enumerable ones. */
export function writeDict<T>(
  writer: ValueWriter,
  value: Readonly<Record<string, T>>,
  writeItem: Write<T>,
): void {
  if (kindOf(value) !== 'object') throw mismatch('object', value);
  writeMembers(writer, value, { keys: Object.keys(value), writeItem });
}

/** What a record has beside its fields. */
export function writeExtra<T>(
  writer: ValueWriter,
  value: object,
  { keys, writeItem }: { readonly keys: ReadonlySet<string>; readonly writeItem: Write<T> },
): void {
  const others = Object.keys(value).filter((key) => !keys.has(key));
  writeMembers(writer, value as Record<string, T>, { keys: others, writeItem });
}

function writeMembers<T>(
  writer: ValueWriter,
  value: Readonly<Record<string, T>>,
  { keys, writeItem }: { readonly keys: readonly string[]; readonly writeItem: Write<T> },
): void {
  writer.writeMapHead(keys.length);
  let at = '';
  try {
    for (const key of keys) {
      at = key;
      writer.writeString(key);
      writeItem(writer, value[key] as T);
    }
  } catch (error) {
    throw within(error, memberSegment(at));
  }
}

export function writeTupleHead(
  writer: ValueWriter,
  value: readonly unknown[],
  {
    expected,
    least,
    most,
  }: { readonly expected: string; readonly least: number; readonly most: number },
): void {
  if (!Array.isArray(value)) throw mismatch(expected, value);
  if (value.length < least || value.length > most)
    throw new ValidationError(expected, `array of ${value.length}`);
  writer.writeArrayHead(value.length);
}
