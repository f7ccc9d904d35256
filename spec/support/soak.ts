/** Records of random sizes that carry their number and a checksum. Twin: spec/support/programs/soak_records.py. */

const HEADER_BYTES = 12;
const BLOCK_BYTES = 65_536;

/** Pseudo-random numbers, the same in both languages: xorshift32. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}

/** Mostly small, sometimes some KiB, rarely more than half a ring of 64 KiB. */
function sizeOf(random: Random): number {
  const kind = random.next() % 1000;
  if (kind < 900) return random.next() % 200;
  if (kind < 998) return random.next() % 4_000;
  return random.next() % 40_000;
}

/** Adler-32 of every 16th byte: enough to see a torn record, and quick in both languages. */
function checksum(bytes: Uint8Array, offset: number, length: number): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < length; i += 16) {
    a = (a + (bytes[offset + i] as number)) % 65_521;
    b = (b + a) % 65_521;
  }
  return (b * 65_536 + a) >>> 0;
}

const block = ((): Uint8Array => {
  const random = new Random(99);
  return Uint8Array.from({ length: BLOCK_BYTES }, () => random.next() & 0xff);
})();

/** Makes record after record. */
export class SoakSender {
  readonly #random: Random;
  readonly #buffer = new Uint8Array(HEADER_BYTES + BLOCK_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #number = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** The next record. Its bytes are good until the next call. */
  next(): Uint8Array {
    const size = sizeOf(this.#random);
    const from = this.#random.next() % (BLOCK_BYTES - 40_000);
    this.#buffer.set(block.subarray(from, from + size), HEADER_BYTES);
    this.#view.setUint32(0, this.#number++, true);
    this.#view.setUint32(4, size, true);
    this.#view.setUint32(8, checksum(block, from, size), true);
    return this.#buffer.subarray(0, HEADER_BYTES + size);
  }
}

/** Counts what is wrong with the records that arrive. */
export class SoakReceiver {
  received = 0;
  corrupt = 0;
  misplaced = 0;

  take(bytes: Uint8Array, offset: number, length: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
    const size = length - HEADER_BYTES;
    if (view.getUint32(0, true) !== this.received) this.misplaced++;
    if (
      view.getUint32(4, true) !== size ||
      view.getUint32(8, true) !== checksum(bytes, offset + HEADER_BYTES, size)
    )
      this.corrupt++;
    this.received++;
  }
}
