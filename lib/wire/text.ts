import { isUtf8 } from 'node:buffer';

/** The methods of a Buffer that convert without the checks and the dispatch of `write` and `toString`. */
export interface TextBuffer extends Uint8Array {
  /** Writes at most `length` bytes of UTF-8 at `offset`; returns how many. */
  utf8Write(text: string, offset: number, length: number): number;
  utf8Slice(start: number, end: number): string;
  /** One byte a character: what is above U+00FF loses its upper bits. */
  latin1Write(text: string, offset: number, length: number): number;
  latin1Slice(start: number, end: number): string;
  /** Little-endian code units, lone surrogates too; at any offset. */
  ucs2Write(text: string, offset: number, length: number): number;
  ucs2Slice(start: number, end: number): string;
}

const { utf8Slice, latin1Slice, ucs2Slice } = Buffer.prototype as Uint8Array as TextBuffer;

/** One byte a character. The native slices take any Uint8Array: making a Buffer of one costs as much as a slice. */
export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}

/** Little-endian code units, lone surrogates too; at any offset. */
export function readUtf16(bytes: Uint8Array, start: number, end: number): string {
  return ucs2Slice.call(bytes, start, end);
}

/** The same memory and the same indices as `bytes`. Making one costs far more than using it: keep it. */
export function textBuffer(bytes: Uint8Array): TextBuffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer as Uint8Array as TextBuffer;
}

/**
 * Characters up to which a loop in JavaScript beats a native call (measured on Node 20: 51 ns against 69 ns at 24
 * characters of ASCII, 139 ns against 67 ns at 64). Newer versions may move them.
 */
export const LOOP_WRITE_LIMIT = 24;
export const LOOP_READ_LIMIT = 16;

/** Three characters of a text that is not empty: most text that is not ASCII shows it there. */
export function looksAscii(text: string): boolean {
  const length = text.length;
  const sample = text.charCodeAt(0) | text.charCodeAt(length >> 1) | text.charCodeAt(length - 1);
  return sample <= 0x7f;
}

/** Measured on Node 20 for 1 KB: 17 ns; 140 ns for what is not ASCII, or was put together of parts. */
export function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** Costs nothing on one-byte strings, which the pattern cannot match. */
export function isLatin1(text: string): boolean {
  return !/[\u0100-\uffff]/.test(text);
}

/** Are these the bytes from `at` on? Never of what is not ASCII. */
export function isAsciiAt(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f || code !== bytes[at + i]) return false;
  }
  return true;
}

/** Has the string no lone surrogate? Missing in the ES2022 library, present from Node 20 on. */
export function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

/** Up to here a loop copies sooner than a native call that has to make the array (measured on Node 20). */
const SCRATCH = new Uint8Array(128);

/**
 * Reads strict UTF-8; undefined where the bytes are not. The native slice puts U+FFFD in place of bad bytes: only a string
 * that has one needs the second look. The pattern costs nothing on one-byte strings, which cannot hold that character.
 *
 * Another process may write to the bytes meanwhile, and V8 reads UTF-8 twice: it counts the characters, and then writes them, beyond
 * its memory if they have become more. What is not ASCII is therefore read from a copy; of one byte a character, it reads once.
 */
export function readText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (mayBeAscii(bytes, start, end)) {
    const text = latin1Slice.call(bytes, start, end);
    if (isAscii(text)) return text;
  }
  const copy = privateCopy(bytes, start, end);
  const text = utf8Slice.call(copy, 0, end - start);
  if (/\ufffd/.test(text) && !isUtf8(copy.subarray(0, end - start))) return undefined;
  return text;
}

function mayBeAscii(bytes: Uint8Array, start: number, end: number): boolean {
  const middle = (start + end) >> 1;
  return (
    ((bytes[start] as number) | (bytes[middle] as number) | (bytes[end - 1] as number)) <= 0x7f
  );
}

/** Good until the next one is made. */
function privateCopy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  // Not the method of a Buffer, which copies nothing.
  if (end - start > SCRATCH.length) return Uint8Array.prototype.slice.call(bytes, start, end);
  for (let i = start; i < end; i++) SCRATCH[i - start] = bytes[i] as number;
  return SCRATCH;
}

// The indices are checked by the caller; only the compiler sees a possible `undefined`.
const of = String.fromCharCode as (...codes: (number | undefined)[]) => string;

/**
 * Reads up to LOOP_READ_LIMIT bytes of ASCII; undefined where a byte is not. `fromCharCode` is fast with a fixed number of
 * arguments only: through `apply`, or by concatenation, it is slower than the native slice.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one case for each number of arguments.
export function readShortText(b: Uint8Array, s: number, length: number): string | undefined {
  const end = s + length;
  for (let i = s; i < end; i++) {
    if ((b[i] as number) > 0x7f) return undefined;
  }
  switch (length) {
    case 0:
      return '';
    case 1:
      return of(b[s]);
    case 2:
      return of(b[s], b[s + 1]);
    case 3:
      return of(b[s], b[s + 1], b[s + 2]);
    case 4:
      return of(b[s], b[s + 1], b[s + 2], b[s + 3]);
    case 5:
      return of(b[s], b[s + 1], b[s + 2], b[s + 3], b[s + 4]);
    case 6:
      return of(b[s], b[s + 1], b[s + 2], b[s + 3], b[s + 4], b[s + 5]);
    case 7:
      return of(b[s], b[s + 1], b[s + 2], b[s + 3], b[s + 4], b[s + 5], b[s + 6]);
    case 8:
      return of(b[s], b[s + 1], b[s + 2], b[s + 3], b[s + 4], b[s + 5], b[s + 6], b[s + 7]);
    case 9:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
      );
    case 10:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
      );
    case 11:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
      );
    case 12:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
        b[s + 11],
      );
    case 13:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
        b[s + 11],
        b[s + 12],
      );
    case 14:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
        b[s + 11],
        b[s + 12],
        b[s + 13],
      );
    case 15:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
        b[s + 11],
        b[s + 12],
        b[s + 13],
        b[s + 14],
      );
    case 16:
      return of(
        b[s],
        b[s + 1],
        b[s + 2],
        b[s + 3],
        b[s + 4],
        b[s + 5],
        b[s + 6],
        b[s + 7],
        b[s + 8],
        b[s + 9],
        b[s + 10],
        b[s + 11],
        b[s + 12],
        b[s + 13],
        b[s + 14],
        b[s + 15],
      );
    default:
      return undefined;
  }
}
