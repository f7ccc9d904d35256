import { BATCH_MAX, Exchange, type NativeEndpoint } from '../native.js';
import { RECORD_ALIGNMENT, RECORD_HEADER_BYTES } from '../wire/constants.gen.js';

/**
 * Messages laid out one behind the other in one claim of a ring, and not published yet: one step into native code for up to
 * BATCH_MAX of them. Whatever else sends or waits publishes them first. Threads: the channel's. Twin: csrc/python/open_batch.h.
 */
export class OpenBatch {
  readonly #endpoint: NativeEndpoint;
  readonly #exchange: Uint32Array;

  constructor(endpoint: NativeEndpoint) {
    this.#endpoint = endpoint;
    this.#exchange = endpoint.exchange;
  }

  /** Messages in it. */
  get size(): number {
    return this.#exchange[Exchange.open] as number;
  }

  /** Where the next message lies in the region. REQUIRES: `fits`, or `open` was true. */
  get at(): number {
    return this.#exchange[Exchange.at] as number;
  }

  /** Where its room ends. */
  get limit(): number {
    return this.#exchange[Exchange.limit] as number;
  }

  /** Whether there is room for so many bytes more. */
  fits(length: number): boolean {
    const exchange = this.#exchange;
    return (
      (exchange[Exchange.at] as number) + length <= (exchange[Exchange.limit] as number) &&
      exchange[Exchange.open] !== BATCH_MAX
    );
  }

  /** Publishes what is open, and begins anew with room for that payload; false when there is none. */
  open(length: number): boolean {
    return this.#endpoint.openBatch(length);
  }

  /** The message that was written at `at` has so many bytes. */
  add(length: number): void {
    const exchange = this.#exchange;
    const count = exchange[Exchange.open] as number;
    exchange[Exchange.lengths + count] = length;
    exchange[Exchange.open] = count + 1;
    (exchange[Exchange.at] as number) +=
      RECORD_HEADER_BYTES + ((length + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT);
  }

  /** Publishes the messages, all at once, and wakes the peer if it sleeps. */
  publish(): void {
    if (this.#exchange[Exchange.open] !== 0) this.#endpoint.flush();
  }
}
