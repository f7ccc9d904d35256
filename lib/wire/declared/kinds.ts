/** What a value is, in one word: what generated code tells the branches of a union by. */
import { types } from 'node:util';
import { isBytes } from '../validation.js';
import { NdArray } from '../values/nd-array.js';

/** `string`, `array`, `Uint8Array`, `Date`, … and `object` for any other object, also of another realm. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object') return typeof value;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  // Almost every other.
  if (Object.getPrototypeOf(value) === Object.prototype) return 'object';
  if (isBytes(value)) return 'Uint8Array';
  if (ArrayBuffer.isView(value)) return typedArrayName(value) ?? 'DataView';
  if (types.isArrayBuffer(value)) return 'ArrayBuffer';
  if (types.isDate(value)) return 'Date';
  if (types.isMap(value)) return 'Map';
  if (types.isSet(value)) return 'Set';
  if (types.isRegExp(value)) return 'RegExp';
  if (value instanceof URL) return 'URL';
  return value instanceof NdArray ? 'NdArray' : 'object';
}

const TYPED_ARRAY = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** The name of its class, also of one of another realm; undefined for a DataView. */
export function typedArrayName(value: ArrayBufferView): string | undefined {
  return Reflect.get(TYPED_ARRAY, Symbol.toStringTag, value) as string | undefined;
}
