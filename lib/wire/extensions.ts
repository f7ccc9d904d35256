import { EncodeError } from '../errors.js';
import { copyBytes } from './copy.js';
import * as mp from './msgpack.js';

/** Body of extension 3, for an integer that no MessagePack integer holds: shortest two's complement, little-endian. */
export function encodeBigInteger(value: bigint): Uint8Array {
  const magnitude = (value < 0n ? ~value : value).toString(16);
  const topDigit = Number.parseInt(magnitude.charAt(0), 16);
  const bits = magnitude.length * 4 - (Math.clz32(topDigit) - 28);
  const size = Math.floor(bits / 8) + 1; // one bit for the sign
  if (size > mp.MAX_BIG_INTEGER) {
    throw new EncodeError(
      `an integer of ${size} bytes cannot cross: the limit is ${mp.MAX_BIG_INTEGER}`,
    );
  }
  const digits = BigInt.asUintN(size * 8, value).toString(16);
  return new Uint8Array(Buffer.from(digits.padStart(size * 2, '0'), 'hex')).reverse();
}

/** The integer in the body of extension 3, or what is wrong with it. */
export function decodeBigInteger(body: Uint8Array): bigint | string {
  const size = body.length;
  if (size > mp.MAX_BIG_INTEGER) return `(integer) is longer than ${mp.MAX_BIG_INTEGER} bytes`;
  const top = body[size - 1];
  const sign = (body[size - 2] ?? 0) > 0x7f ? 0xff : 0;
  // A byte that only repeats the sign, or 64 bits and less: MessagePack's own integers are shorter.
  if (size < 9 || top === sign || (size === 9 && top === 0)) {
    return '(integer) is not the shortest form';
  }
  const digits = Buffer.from(body).reverse().toString('hex');
  return BigInt.asIntN(size * 8, BigInt(`0x${digits}`));
}

/** Writes the body of extension 6, `NDARRAY_HEADER + value.byteLength` bytes, at `at`. */
export function putNdarray(target: Uint8Array, at: number, value: Float64Array): void {
  target[at] = mp.NDARRAY_VERSION;
  target[at + 1] = mp.NDARRAY_FLOAT64;
  target[at + 2] = 0; // flags
  target[at + 3] = 1; // dimensions
  const count = value.length;
  target[at + 4] = count;
  target[at + 5] = count >>> 8;
  target[at + 6] = count >>> 16;
  target[at + 7] = count >>> 24;
  const data = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  target.set(data, at + mp.NDARRAY_HEADER);
}

/** A copy of the array in the body of extension 6, or what is wrong with it. */
export function decodeNdarray(body: Uint8Array): Float64Array | string {
  if (body.length < mp.NDARRAY_HEADER) return '(ndarray) is shorter than its header';
  if (body[0] !== mp.NDARRAY_VERSION) return `(ndarray) has unknown version ${body[0]}`;
  if (body[1] !== mp.NDARRAY_FLOAT64) return `(ndarray) has unknown dtype ${body[1]}`;
  if (body[2] !== 0) return `(ndarray) has unknown flags ${body[2]}`;
  if (body[3] !== 1) return `(ndarray) has ${body[3]} dimensions, not 1`;
  const count = new DataView(body.buffer, body.byteOffset).getUint32(4, true);
  const size = body.length - mp.NDARRAY_HEADER;
  if (count * 8 !== size) return '(ndarray) has a shape that does not fit its length';
  // The copy may start anywhere; a Float64Array over the body itself could not.
  return new Float64Array(copyBytes(body, mp.NDARRAY_HEADER, body.length).buffer);
}
