/** Bytes of the longest key that is kept, and how many are kept. */
const LENGTH_MAX = 32;
const SLOTS = 2048;

/**
 * Keys of maps that were read before. A key that is made anew costs V8 its characters, its hash and a look into its table of names, each
 * time; comparing it with a kept one costs two nanoseconds a byte.
 *
 * Of a fixed size, one key for each place: nobody can make it grow or search.
 */
export class KeyCache {
  readonly #keys: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);
  #slot = 0;

  /** The key of these ASCII bytes, if it is kept. Else `keep` may follow. */
  find(bytes: Uint8Array, at: number, length: number): string | undefined {
    if (length === 0 || length > LENGTH_MAX) {
      this.#slot = -1;
      return undefined;
    }
    let hash = length;
    for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    this.#slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
    const key = this.#keys[this.#slot];
    if (key === undefined || key.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (key.charCodeAt(i) !== bytes[at + i]) return undefined;
    return key;
  }

  /** Keeps the key that `find` has just missed. */
  keep(key: string, length: number): void {
    // What is not ASCII has fewer characters than bytes, and is not compared byte by byte.
    if (this.#slot >= 0 && key.length === length) this.#keys[this.#slot] = key;
  }
}
