import type { FullOrder } from './driver.js';

const MOST_PER_LOOK = 64;
const BYTES_PER_LOOK = 64 * 1024;

/** How many records came in each short stretch of time. Twin: bench/limit/windows.h. */
export class Windows {
  readonly #milliseconds: number;
  readonly #recordsPerLook: number;
  readonly #values: number[] = [];
  #start = performance.now();
  #records = 0;
  #unlooked = 0;

  constructor({ windowMicroseconds, payloadBytes }: FullOrder) {
    this.#milliseconds = windowMicroseconds / 1000;
    this.#recordsPerLook = Math.min(Math.ceil(BYTES_PER_LOOK / payloadBytes), MOST_PER_LOOK);
  }

  /** After each record, or some of them. A look at the clock costs as much as a small record: not every one has one. */
  count(records: number): void {
    this.#records += records;
    this.#unlooked += records;
    if (this.#unlooked < this.#recordsPerLook) return;
    this.#unlooked = 0;
    const took = performance.now() - this.#start;
    if (took < this.#milliseconds) return;
    this.#values.push(this.#records, Math.round(took * 1e6));
    this.#records = 0;
    this.#start += took;
  }

  /** Records and nanoseconds of each window, in turn. */
  get values(): Uint32Array {
    return Uint32Array.from(this.#values);
  }
}
