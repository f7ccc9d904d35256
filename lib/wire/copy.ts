/**
 * From this many bytes on a copy is made in memory that was not zeroed first. Measured for 1 MiB: 53 µs instead of
 * 234 µs, most of it page faults of fresh pages.
 */
const UNZEROED_FROM = 4096;

/** A copy of `bytes` from `start` to `end` that fills an ArrayBuffer of its own. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const size = end - start;
  if (size === 0) return new Uint8Array(0);
  const source = bytes.subarray(start, end);
  if (size < UNZEROED_FROM) return new Uint8Array(source);
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer);
  copy.set(source);
  return copy;
}
