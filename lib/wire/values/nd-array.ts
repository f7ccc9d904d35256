import { NDARRAY_MAX_DIMENSIONS } from '../constants.gen.js';
import { arrayName, DTYPES, type Dtype, type DtypeName, type NdData } from './dtype.js';

export interface NdArrayFields {
  readonly dtype: DtypeName;
  /** Items in each dimension, at most 32 of them; none for a single item. */
  readonly shape: readonly number[];
  /** The items, without gaps, in an array of the dtype's kind; two for each complex number. */
  readonly data: NdData;
  /** `C` (default): the last index varies fastest. `F`: the first does. */
  readonly order?: 'C' | 'F';
}

/** An array of numbers of any dimensions: `numpy.ndarray`. It is frozen, its data is not, and is not copied. */
export class NdArray {
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
  readonly order: 'C' | 'F';
  readonly data: NdData;

  /** RangeError where shape and data do not fit, TypeError for data of another kind. */
  constructor({ dtype, shape, data, order = 'C' }: NdArrayFields) {
    const kind: Dtype | undefined = Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
    if (kind === undefined) throw new RangeError(`there is no dtype ${dtype}`);
    if (order !== 'C' && order !== 'F') throw new RangeError('order must be C or F');
    if (arrayName(data) !== kind.array.name)
      throw new TypeError(`data of ${dtype} must be a ${kind.array.name}`);
    if (shape.length > NDARRAY_MAX_DIMENSIONS)
      throw new RangeError(`at most ${NDARRAY_MAX_DIMENSIONS} dimensions`);
    if (itemsOf(shape) * kind.size !== data.byteLength)
      throw new RangeError(`a shape of [${shape}] does not fit ${data.length} numbers`);
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.order = order;
    this.data = data;
    Object.freeze(this);
  }

  /** Items in all dimensions. */
  get size(): number {
    return itemsOf(this.shape);
  }

  toString(): string {
    return `NdArray(${this.dtype}, [${this.shape}])`;
  }

  /** Of the same dtype, shape and order, and with the same bytes. */
  equals(other: NdArray): boolean {
    const alike = this.dtype === other.dtype && this.order === other.order;
    return alike && `${this.shape}` === `${other.shape}` && bytes(this).equals(bytes(other));
  }
}

function itemsOf(shape: readonly number[]): number {
  for (const count of shape) {
    if (!Number.isInteger(count) || count < 0 || count > 0xffffffff)
      throw new RangeError(`a dimension of ${count} items`);
  }
  return product(shape);
}

/** Exact up to 2^53, and never below what it should be. */
export function product(shape: readonly number[]): number {
  return shape.includes(0) ? 0 : shape.reduce((items, count) => items * count, 1);
}

function bytes({ data }: NdArray): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
