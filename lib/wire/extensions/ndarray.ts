import * as mp from '../constants.gen.js';
import { copyBytes } from '../copy.js';
import type { ValueWriter } from '../value-writer.js';
import { arrayName, DTYPE_OF_ARRAY, DTYPE_OF_CODE, DTYPES } from '../values/dtype.js';
import { NdArray, product } from '../values/nd-array.js';

/** Bytes before the shape. */
const FIXED_HEADER = 4;

function headerSize(dimensions: number): number {
  return (FIXED_HEADER + 4 * dimensions + 7) & ~7;
}

/** The array in the body of extension 6, or what is wrong with it. Its items are a copy. */
export function decodeNdarray(body: Uint8Array): unknown {
  if (body.length < FIXED_HEADER) return SHORT;
  const [version, code, flags, dimensions] = body as unknown as [number, number, number, number];
  if (version !== mp.NDARRAY_VERSION) return `has unknown version ${version}`;
  const dtype = DTYPE_OF_CODE.get(code);
  if (dtype === undefined) return `has unknown dtype ${code}`;
  if (flags > mp.NDARRAY_FORTRAN) return `has unknown flags ${flags}`;
  if (dimensions > mp.NDARRAY_MAX_DIMENSIONS) return `has ${dimensions} dimensions`;
  const header = headerSize(dimensions);
  if (body.length < header) return SHORT;
  const shape = readShape(body, dimensions);
  const items = product(shape);
  if (items * dtype.size !== body.length - header)
    return 'has a shape that does not fit its length';
  if (body.subarray(FIXED_HEADER + 4 * dimensions, header).some((byte) => byte !== 0))
    return 'has padding that is not zero';
  if (code === mp.NDARRAY_BOOL && body.subarray(header).some((byte) => byte > 1))
    return 'has a bool that is neither 0 nor 1';
  // The copy may start anywhere; an array over the body itself could not.
  const data = new dtype.array(copyBytes(body, header, body.length).buffer);
  if (dimensions === 1 && dtype.plain && flags === 0) return data;
  const order = flags === mp.NDARRAY_FORTRAN ? 'F' : 'C';
  return new NdArray({ dtype: dtype.name, shape, data, order });
}

const SHORT = 'is shorter than its header';

function readShape(body: Uint8Array, dimensions: number): number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return Array.from({ length: dimensions }, (_, i) => view.getUint32(FIXED_HEADER + 4 * i, true));
}

/** A typed array other than a Uint8Array; false for anything else, of which nothing is written. */
export function writeTypedArray(writer: ValueWriter, value: ArrayBufferView): boolean {
  const dtype = DTYPE_OF_ARRAY.get(arrayName(value) ?? '');
  if (dtype === undefined) return false;
  const { byteLength } = value;
  const at = writer.reserveExtension(mp.EXT_NDARRAY, mp.NDARRAY_HEADER + byteLength);
  const { bytes } = writer;
  bytes[at] = mp.NDARRAY_VERSION;
  bytes[at + 1] = dtype.code;
  bytes[at + 2] = 0; // flags
  bytes[at + 3] = 1; // dimensions
  writer.view.setUint32(at + FIXED_HEADER, byteLength / dtype.size, true);
  bytes.set(bytesOf(value), at + mp.NDARRAY_HEADER);
  return true;
}

export function writeNdArray(writer: ValueWriter, array: NdArray): void {
  const flags = array.order === 'F' ? mp.NDARRAY_FORTRAN : 0;
  const { shape, data } = array;
  const header = headerSize(shape.length);
  const at = writer.reserveExtension(mp.EXT_NDARRAY, header + data.byteLength);
  const { bytes, view } = writer;
  bytes.fill(0, at, at + header);
  bytes[at] = mp.NDARRAY_VERSION;
  bytes[at + 1] = DTYPES[array.dtype].code;
  bytes[at + 2] = flags;
  bytes[at + 3] = shape.length;
  for (const [i, count] of shape.entries()) view.setUint32(at + FIXED_HEADER + 4 * i, count, true);
  bytes.set(bytesOf(data), at + header);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
