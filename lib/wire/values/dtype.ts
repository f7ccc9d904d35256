import {
  NDARRAY_BOOL,
  NDARRAY_COMPLEX64,
  NDARRAY_COMPLEX128,
  NDARRAY_FLOAT16,
  NDARRAY_FLOAT32,
  NDARRAY_FLOAT64,
  NDARRAY_INT8,
  NDARRAY_INT16,
  NDARRAY_INT32,
  NDARRAY_INT64,
  NDARRAY_UINT8,
  NDARRAY_UINT8_CLAMPED,
  NDARRAY_UINT16,
  NDARRAY_UINT32,
  NDARRAY_UINT64,
} from '../constants.gen.js';

/** What an NdArray holds. `float16` is its bits, `bool` is 0 and 1, complex numbers are pairs. */
export type DtypeName =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'complex64'
  | 'complex128'
  | 'uint8Clamped';

/** The array that holds the items of some dtype. */
export type NdData =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Uint8ClampedArray;

export interface Dtype {
  readonly name: DtypeName;
  /** On the wire. */
  readonly code: number;
  /** Bytes of an item. */
  readonly size: number;
  readonly array: new (buffer: ArrayBuffer) => NdData;
  /** Is one dimension of it a typed array? */
  readonly plain: boolean;
}

type Row = [name: DtypeName, code: number, size: number, array: Dtype['array'], plain: boolean];

const ROWS: readonly Row[] = [
  ['float64', NDARRAY_FLOAT64, 8, Float64Array, true],
  ['float32', NDARRAY_FLOAT32, 4, Float32Array, true],
  ['float16', NDARRAY_FLOAT16, 2, Uint16Array, false],
  ['int8', NDARRAY_INT8, 1, Int8Array, true],
  // A Uint8Array is bytes, not an array.
  ['uint8', NDARRAY_UINT8, 1, Uint8Array, false],
  ['int16', NDARRAY_INT16, 2, Int16Array, true],
  ['uint16', NDARRAY_UINT16, 2, Uint16Array, true],
  ['int32', NDARRAY_INT32, 4, Int32Array, true],
  ['uint32', NDARRAY_UINT32, 4, Uint32Array, true],
  ['int64', NDARRAY_INT64, 8, BigInt64Array, true],
  ['uint64', NDARRAY_UINT64, 8, BigUint64Array, true],
  ['bool', NDARRAY_BOOL, 1, Uint8Array, false],
  ['complex64', NDARRAY_COMPLEX64, 8, Float32Array, false],
  ['complex128', NDARRAY_COMPLEX128, 16, Float64Array, false],
  ['uint8Clamped', NDARRAY_UINT8_CLAMPED, 1, Uint8ClampedArray, true],
];

const ALL: readonly Dtype[] = ROWS.map(([name, code, size, array, plain]) => ({
  name,
  code,
  size,
  array,
  plain,
}));

export const DTYPES = Object.fromEntries(ALL.map((dtype) => [dtype.name, dtype])) as Readonly<
  Record<DtypeName, Dtype>
>;

/** By its code on the wire. */
export const DTYPE_OF_CODE: ReadonlyMap<number, Dtype> = new Map(
  ALL.map((dtype) => [dtype.code, dtype]),
);

/** By the class of the typed array that is one dimension of it. A Float16Array is known where the engine has it. */
export const DTYPE_OF_ARRAY: ReadonlyMap<string, Dtype> = new Map([
  ...ALL.filter(({ plain }) => plain).map((dtype): [string, Dtype] => [dtype.array.name, dtype]),
  ['Float16Array', DTYPES.float16],
]);

const nameGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** The class of a typed array, also of one of another realm; undefined for anything else. */
export function arrayName(value: unknown): string | undefined {
  return nameGetter.call(value);
}

/** JavaScript's typed arrays by their names. */
export interface TypedArrays {
  Int8Array: Int8Array;
  Uint8ClampedArray: Uint8ClampedArray;
  Int16Array: Int16Array;
  Uint16Array: Uint16Array;
  Int32Array: Int32Array;
  Uint32Array: Uint32Array;
  Float32Array: Float32Array;
  Float64Array: Float64Array;
  BigInt64Array: BigInt64Array;
  BigUint64Array: BigUint64Array;
}
