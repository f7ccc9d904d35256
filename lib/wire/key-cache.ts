import type { BlockReader } from './character-block.js';
import { FIXSTR } from './msgpack.js';

/** Bytes of the longest key that is kept, with its head of one byte, and how many are kept. */
const SIZE_MAX = 32;
const SLOTS = 2048;
const HEAD_LENGTH = 0x1f;
/** The slot where no key is ever kept. */
const NONE = SLOTS;
/** Any odd number. */
const SPREAD = 97;
const MAX_ASCII = 0x7f;

/**
 * Keys of maps that were read before. A key that is made anew costs V8 its characters, its hash and a look into its table of names, each
 * time; comparing it with a kept one costs a nanosecond a byte. It is first compared with the one that came next the last time.
 *
 * Of a fixed size, one pair of slots for each key: nobody can make it grow or search. Of two that have the same pair, none drives out the
 * other.
 */
export class KeyCache {
  readonly #keys: string[] = new Array<string>(SLOTS).fill('');
  /** The bytes of each, with its head: 0 where no key is kept. */
  readonly #bytes = new Uint8Array((SLOTS + 1) * SIZE_MAX);
  /** Slots of the keys that came last at each place. Where two places are one, the guess is wrong, and no more. */
  readonly #guesses = new Uint16Array(SLOTS).fill(NONE);
  /** Of the key that was found or kept last. */
  #slot = NONE;
  /** Which slot of a pair the last key got that was not in it: the next one gets the other. */
  readonly #turns = new Uint8Array(SLOTS / 2);

  /** The place before the first key of a map of `count` pairs. */
  first(count: number): number {
    return (count * SPREAD) & (SLOTS - 1);
  }

  /** The place behind the key that was found or kept last, in a map of `count` pairs. */
  next(count: number): number {
    return (this.#slot + count * SPREAD) & (SLOTS - 1);
  }

  /** Bytes of the key at `at`, before `end`, with its head, if it came last at `place` too; else 0. */
  guess(place: number, bytes: Uint8Array, at: number, end: number): number {
    const slot = this.#guesses[place] as number;
    const kept = this.#bytes;
    const from = slot * SIZE_MAX;
    const head = kept[from] as number;
    const size = (head & HEAD_LENGTH) + 1;
    if (head === 0 || bytes[at] !== head || at + size > end) return 0;
    for (let i = 1; i < size; i++) if (kept[from + i] !== bytes[at + i]) return 0;
    this.#slot = slot;
    return size;
  }

  /** The same of a key of `length` characters that lie in a block, from which it is then taken. */
  guessText(place: number, block: BlockReader, length: number): boolean {
    const slot = this.#guesses[place] as number;
    const isHere =
      this.#bytes[slot * SIZE_MAX] === FIXSTR + length && block.takeIf(this.#keys[slot] as string);
    if (isHere) this.#slot = slot;
    return isHere;
  }

  /** The key that `guess` or `guessText` has just found. */
  get guessed(): string {
    return this.#keys[this.#slot] as string;
  }

  /** The key that was found or kept last was at `place`. */
  learn(place: number): void {
    this.#guesses[place] = this.#slot;
  }

  /** The key of these ASCII bytes, if it is kept. Else `keep` must follow. */
  find(bytes: Uint8Array, at: number, length: number): string | undefined {
    this.#slot = NONE;
    if (length === 0 || length >= SIZE_MAX) return undefined;
    let hash = length;
    for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const pair = (hash ^ (hash >>> 11)) & (SLOTS / 2 - 1);
    const slot = 2 * pair;
    if (this.#holds(slot, bytes, at, length)) this.#slot = slot;
    else if (this.#holds(slot + 1, bytes, at, length)) this.#slot = slot + 1;
    else {
      const turn = (this.#turns[pair] as number) ^ 1;
      this.#turns[pair] = turn;
      this.#slot = slot + turn;
      return undefined;
    }
    return this.#keys[this.#slot];
  }

  /** The kept key that equals this one; this one, kept if it can be, where there is none. */
  kept(key: string): string {
    const { length } = key;
    this.#slot = NONE;
    if (length === 0 || length >= SIZE_MAX) return key;
    let hash = length;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > MAX_ASCII) return key;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    const slot = 2 * ((hash ^ (hash >>> 11)) & (SLOTS / 2 - 1));
    if (this.#keys[slot] === key) this.#slot = slot;
    else if (this.#keys[slot + 1] === key) this.#slot = slot + 1;
    else {
      const turn = (this.#turns[slot / 2] as number) ^ 1;
      this.#turns[slot / 2] = turn;
      this.#slot = slot + turn;
      this.keep(key, length);
    }
    return this.#keys[this.#slot] as string;
  }

  #holds(slot: number, bytes: Uint8Array, at: number, length: number): boolean {
    const kept = this.#bytes;
    const from = slot * SIZE_MAX;
    if (kept[from] !== FIXSTR + length) return false;
    for (let i = 0; i < length; i++) if (kept[from + 1 + i] !== bytes[at + i]) return false;
    return true;
  }

  /** Keeps the key that `find` has just missed. */
  keep(key: string, length: number): void {
    // What is not ASCII has fewer characters than bytes.
    if (key.length !== length) this.#slot = NONE;
    const slot = this.#slot;
    if (slot === NONE) return;
    this.#keys[slot] = key;
    const from = slot * SIZE_MAX;
    this.#bytes[from] = FIXSTR + length;
    for (let i = 0; i < length; i++) this.#bytes[from + 1 + i] = key.charCodeAt(i);
  }
}

/** Of all messages: what reads them makes no other. */
export const KEYS = new KeyCache();
