import { BackpressureError } from '../errors.js';
import { native } from '../native.js';
import type { RingEnd } from './ring-end.js';

/** Such as `Float64Array`. */
export interface ArrayClass<Made extends ArrayBufferView> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Made;
}

/** An array in memory that can be sent without a copy. Throws BackpressureError when the peer holds too much of it. */
export function allocateArray<Made extends ArrayBufferView>(
  end: RingEnd,
  kind: ArrayClass<Made>,
  length: number,
): Made {
  const size = length * kind.BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(length) || length < 1 || !Number.isSafeInteger(size))
    throw new RangeError('the length of an array is a whole number, at least 1');
  const memory = end.endpoint.allocateValue(size);
  if (memory === undefined)
    throw new BackpressureError(
      `no shared memory for ${size} bytes now: values may have half of \`bulkLimit\`, and 32 pieces at a time`,
    );
  return new kind(memory, 0, length);
}

/** Ends a buffer over shared memory. False if it is none. */
export function releaseMemory(memory: ArrayBuffer): boolean {
  return native().releaseValue(memory);
}

/**
 * Gives the memory of an array back that came by reference, or that `allocate` made, and empties every array over it. The garbage collector
 * does the same, some time later. False, and nothing happens, if its memory is its own.
 */
export function release(array: ArrayBufferView | ArrayBuffer): boolean {
  const memory = ArrayBuffer.isView(array) ? array.buffer : array;
  return memory instanceof ArrayBuffer && releaseMemory(memory);
}
