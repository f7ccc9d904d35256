import * as mp from '../constants.gen.js';
import { copyBytes } from '../copy.js';
import type { ValueWriter } from '../value-writer.js';
import { arrayName, DTYPE_OF_ARRAY, DTYPE_OF_CODE, DTYPES } from '../values/dtype.js';
import { NdArray, product } from '../values/nd-array.js';
import { writeBulkReference } from './bulk.js';

/** Bytes before the shape. */
const FIXED_HEADER = 4;

function headerSize(dimensions: number): number {
  return (FIXED_HEADER + 4 * dimensions + 7) & ~7;
}

/** What stands before the items of an array. */
export interface ArrayHead {
  /** Bytes of it. */
  readonly size: number;
  readonly itemSize: number;
  readonly isBool: boolean;
  /** The array of these items. */
  make(items: ArrayBuffer): unknown;
}

/** The array in the body of extension 6, or what is wrong with it. Its items are a copy. */
export function decodeNdarray(body: Uint8Array): unknown {
  const head = decodeArrayHead(body);
  if (typeof head === 'string') return head;
  if (head.isBool && body.subarray(head.size).some((byte) => byte > 1))
    return 'has a bool that is neither 0 nor 1';
  // The copy may start anywhere; an array over the body itself could not.
  return head.make(copyBytes(body, head.size, body.length).buffer);
}

/** The head that `body` begins with, or what is wrong with it; of `dataSize` bytes of items, or of all that follow. */
export function decodeArrayHead(body: Uint8Array, dataSize?: number): ArrayHead | string {
  if (body.length < FIXED_HEADER) return SHORT;
  const [version, code, flags, dimensions] = body as unknown as [number, number, number, number];
  if (version !== mp.NDARRAY_VERSION) return `has unknown version ${version}`;
  const dtype = DTYPE_OF_CODE.get(code);
  if (dtype === undefined) return `has unknown dtype ${code}`;
  if (flags > mp.NDARRAY_FORTRAN) return `has unknown flags ${flags}`;
  if (dimensions > mp.NDARRAY_MAX_DIMENSIONS) return `has ${dimensions} dimensions`;
  const size = headerSize(dimensions);
  if (body.length < size) return SHORT;
  const shape = readShape(body, dimensions);
  if (product(shape) * dtype.size !== (dataSize ?? body.length - size))
    return 'has a shape that does not fit its length';
  if (body.subarray(FIXED_HEADER + 4 * dimensions, size).some((byte) => byte !== 0))
    return 'has padding that is not zero';
  return {
    size,
    itemSize: dtype.size,
    isBool: code === mp.NDARRAY_BOOL,
    make(items) {
      const data = new dtype.array(items);
      if (dimensions === 1 && dtype.plain && flags === 0) return data;
      const order = flags === mp.NDARRAY_FORTRAN ? 'F' : 'C';
      return new NdArray({ dtype: dtype.name, shape, data, order });
    },
  };
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
  const port = writer.portFor(value);
  const at =
    port === undefined
      ? writer.reserveExtension(mp.EXT_NDARRAY, mp.NDARRAY_HEADER + byteLength)
      : writeBulkReference(writer, port, mp.NDARRAY_HEADER);
  const { bytes } = writer;
  bytes[at] = mp.NDARRAY_VERSION;
  bytes[at + 1] = dtype.code;
  bytes[at + 2] = 0; // flags
  bytes[at + 3] = 1; // dimensions
  writer.view.setUint32(at + FIXED_HEADER, byteLength / dtype.size, true);
  if (port === undefined) bytes.set(bytesOf(value), at + mp.NDARRAY_HEADER);
  return true;
}

export function writeNdArray(writer: ValueWriter, array: NdArray): void {
  const flags = array.order === 'F' ? mp.NDARRAY_FORTRAN : 0;
  const { shape, data } = array;
  const header = headerSize(shape.length);
  // What is checked by the reader must not change meanwhile.
  const port = array.dtype === 'bool' ? undefined : writer.portFor(data);
  const at =
    port === undefined
      ? writer.reserveExtension(mp.EXT_NDARRAY, header + data.byteLength)
      : writeBulkReference(writer, port, header);
  const { bytes, view } = writer;
  bytes.fill(0, at, at + header);
  bytes[at] = mp.NDARRAY_VERSION;
  bytes[at + 1] = DTYPES[array.dtype].code;
  bytes[at + 2] = flags;
  bytes[at + 3] = shape.length;
  for (const [i, count] of shape.entries()) view.setUint32(at + FIXED_HEADER + 4 * i, count, true);
  if (port === undefined) bytes.set(bytesOf(data), at + header);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
