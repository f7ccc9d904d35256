/**
 * The characters of a message in one piece: extension 18 of spec/wire/value.md. A native call makes one JavaScript string of thousands,
 * and a substring of that costs a tenth of a string of its own. Twin: csrc/python/character_block.h.
 */
import { BLOCK_HEAD, BLOCK_UNITS_MAX, BLOCK_WIDE } from './msgpack.js';
import { isLatin1, readLatin1, readUtf16, type TextBuffer } from './text.js';

/** Collects the strings of a message until it ends. */
export class BlockWriter {
  // Put together by the engine when it is written: adding a string to it copies nothing.
  #open = '';
  #full: string[] = [];

  clear(): void {
    this.#open = '';
    if (this.#full.length > 0) this.#full = [];
  }

  add(text: string): void {
    if (this.#open.length + text.length > BLOCK_UNITS_MAX) {
      this.#full.push(this.#open);
      this.#open = text;
    } else this.#open += text;
  }

  /** What was added, in blocks that are not empty. */
  take(): readonly string[] {
    const blocks = this.#full;
    if (this.#open !== '') blocks.push(this.#open);
    this.#open = '';
    this.#full = [];
    return blocks;
  }
}

/** Bytes of a block with its head. */
export function blockSize(block: string): number {
  return BLOCK_HEAD + (isLatin1(block) ? block.length : 2 * block.length);
}

/** Writes a block of `size` bytes at `at`. */
export function putBlock(
  block: string,
  { text, view, at, size }: { text: TextBuffer; view: DataView; at: number; size: number },
): void {
  const wide = size !== BLOCK_HEAD + block.length;
  view.setUint32(at, wide ? (block.length | BLOCK_WIDE) >>> 0 : block.length, true);
  if (wide) text.ucs2Write(block, at + BLOCK_HEAD, 2 * block.length);
  else text.latin1Write(block, at + BLOCK_HEAD, block.length);
}

/** Gives the strings back, in their order. */
export class BlockReader {
  /** Of the block that is being read. */
  #text = '';
  #taken = 0;
  #bytes: Uint8Array | undefined;
  #view: DataView | undefined;
  // [at, end): blocks that were not begun.
  #at = 0;
  #end = 0;

  /** Is the message one with its characters in a block? */
  get active(): boolean {
    return this.#bytes !== undefined;
  }

  clear(): void {
    this.#bytes = undefined;
    this.#text = '';
    this.#taken = 0;
  }

  /** The blocks are [at, end). `view` covers the same bytes. */
  open(bytes: Uint8Array, view: DataView, at: number, end: number): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#at = at;
    this.#end = end;
    this.#text = '';
    this.#taken = 0;
  }

  /** The next `length` characters, if they are in the block that is being read. */
  takeHere(length: number): string | undefined {
    const from = this.#taken;
    const to = from + length;
    if (to > this.#text.length) return undefined;
    this.#taken = to;
    return this.#text.substring(from, to);
  }

  /** Takes the next characters if they are these, in the block that is being read. */
  takeIf(text: string): boolean {
    const isHere = this.#text.startsWith(text, this.#taken);
    if (isHere) this.#taken += text.length;
    return isHere;
  }

  /** The next `length` characters; undefined if there are not as many. A string lies in one block. */
  take(length: number): string | undefined {
    const here = this.takeHere(length);
    if (here !== undefined || this.#taken < this.#text.length || !this.#next()) return here;
    return this.takeHere(length);
  }

  /** Where the last block ends. */
  get end(): number {
    return this.#end;
  }

  /** Was every character taken? */
  get finished(): boolean {
    return this.#taken === this.#text.length && this.#at === this.#end;
  }

  #next(): boolean {
    const bytes = this.#bytes as Uint8Array;
    const at = this.#at;
    if (at + BLOCK_HEAD > this.#end) return false;
    const head = (this.#view as DataView).getUint32(at, true);
    const wide = head >= BLOCK_WIDE;
    const length = wide ? head - BLOCK_WIDE : head;
    const from = at + BLOCK_HEAD;
    const to = from + (wide ? 2 * length : length);
    if (length === 0 || length > BLOCK_UNITS_MAX || to > this.#end) return false;
    this.#at = to;
    this.#text = wide ? readUtf16(bytes, from, to) : readLatin1(bytes, from, to);
    this.#taken = 0;
    return true;
  }
}
