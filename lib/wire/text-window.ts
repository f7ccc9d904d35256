import { readLatin1 } from './text.js';

/** Bytes that become one string at once. A string that is a part of it keeps all of it alive: no more than these. */
const WINDOW = 2048;
/** Bytes of the longest string that is cut out: the test for ASCII makes longer ones dearer than a native call. */
export const WINDOW_TEXT_MAX = 64;
/** Strings of a message that are read without it, since it must pay. */
const FEW = 8;
const NOT_ASCII = 0x80808080 | 0;

interface Place {
  readonly at: number;
  readonly end: number;
  readonly limit: number;
}

/**
 * Short strings of ASCII, cut out of one string that many bytes of the message became at once: a native call for each costs five times
 * as much. Nobody sees the characters between them.
 */
export class TextWindow {
  #text = '';
  #start = 0;
  #end = 0;
  #few = FEW;

  /** Ends the message. */
  clear(): void {
    this.#text = '';
    this.#end = 0;
    this.#few = FEW;
  }

  /** Counts the strings of the message: are there many? */
  isWorthIt(): boolean {
    return this.#few <= 0 || --this.#few === 0;
  }

  /** The string of these bytes; undefined unless they are all ASCII. The message goes on to `limit` at least. */
  read(bytes: Uint8Array, view: DataView, { at, end, limit }: Place): string | undefined {
    let or = 0;
    let i = at;
    for (; i + 4 <= end; i += 4) or |= view.getInt32(i);
    for (; i < end; i++) or |= bytes[i] as number;
    if ((or & NOT_ASCII) !== 0) return undefined;
    if (end > this.#end) this.#open(bytes, at, Math.min(at + WINDOW, limit));
    return this.#text.substring(at - this.#start, end - this.#start);
  }

  #open(bytes: Uint8Array, start: number, end: number): void {
    this.#start = start;
    this.#end = end;
    this.#text = readLatin1(bytes, start, end);
  }
}
