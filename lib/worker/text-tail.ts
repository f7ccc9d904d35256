/** Keeps the last bytes of a stream of text. */
export class TextTail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  /** `limit`: bytes kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    // Whole chunks only, so that a flood costs no copying; toString() cuts to the byte.
    while (this.#length - (this.#chunks[0]?.length ?? 0) >= this.#limit) {
      this.#length -= this.#chunks.shift()?.length ?? 0;
    }
  }

  toString(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limit).toString('utf8').trimEnd();
  }
}
