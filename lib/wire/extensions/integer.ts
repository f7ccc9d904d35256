import { EncodeError } from '../../errors.js';
import { MAX_BIG_INTEGER } from '../constants.gen.js';

/** Body of extension 3: two's complement, little-endian, the fewest bytes that keep the sign. */
export function encodeBigInteger(value: bigint): Uint8Array {
  const magnitude = (value < 0n ? ~value : value).toString(16);
  const topDigit = Number.parseInt(magnitude.charAt(0), 16);
  const bits = magnitude.length * 4 - (Math.clz32(topDigit) - 28);
  const size = Math.floor(bits / 8) + 1; // one bit for the sign
  if (size > MAX_BIG_INTEGER) {
    throw new EncodeError(
      `an integer of ${size} bytes cannot cross: the limit is ${MAX_BIG_INTEGER}`,
    );
  }
  const digits = BigInt.asUintN(size * 8, value).toString(16);
  return new Uint8Array(Buffer.from(digits.padStart(size * 2, '0'), 'hex')).reverse();
}

/** The integer in the body of extension 3, or what is wrong with it. */
export function decodeBigInteger(body: Uint8Array): bigint | string {
  const size = body.length;
  if (size > MAX_BIG_INTEGER) return `is longer than ${MAX_BIG_INTEGER} bytes`;
  const top = body[size - 1] ?? 0;
  const sign = (body[size - 2] ?? 0) > 0x7f ? 0xff : 0;
  // A byte that only repeats the sign; and none is no integer at all.
  if (size === 0 || (size > 1 && top === sign)) return LONG;
  const digits = Buffer.from(body).reverse().toString('hex');
  const value = BigInt.asIntN(size * 8, BigInt(`0x${digits}`));
  return isSafe(value) || !fits64(value) ? value : LONG;
}

const LONG = 'is not the shortest form';

export function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}

/** MessagePack's own integers hold it. */
function fits64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value;
}
