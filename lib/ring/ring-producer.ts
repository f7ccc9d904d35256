import { OpenBatch } from './open-batch.js';
import type { RingEnd } from './ring-end.js';

/**
 * The end of a ring that writes. Twin: csrc/python/ring_producer_type.h. Normative: spec/wire/ring.md §3.
 *
 * One message at a time: `tryClaim`, fill the bytes in place, `commit` or `abort`. Many: `write` each, then `flush`; that is one
 * step into native code for up to 256 of them. Threads: the channel's own.
 */
export class RingProducer {
  readonly #end: RingEnd;
  readonly #bytes: Uint8Array;
  readonly #batch: OpenBatch;
  /** Bytes of the largest message that fits into the ring: half of it, but for the header. */
  readonly maxPayload: number;
  /** Bytes of the open claim; -1 when there is none. */
  #claim = -1;

  /** @internal */
  constructor(end: RingEnd) {
    this.#end = end;
    this.#bytes = end.bytes;
    this.#batch = new OpenBatch(end.endpoint);
    this.maxPayload = end.endpoint.maxPayload;
  }

  /**
   * Room for a message of up to `length` bytes, in shared memory; undefined when the ring is too full now. The bytes are whatever
   * lay there before. Valid until `commit` or `abort`, of which one must follow before anything else is sent. Throws RangeError when
   * no ring of this capacity has that much, and when a claim is open.
   */
  tryClaim(length: number): Uint8Array | undefined {
    this.mustHaveNoClaim();
    this.#mustFit(length);
    const offset = this.#end.endpoint.tryClaim(length);
    if (offset < 0) return undefined;
    this.#claim = length;
    return this.#bytes.subarray(offset, offset + length);
  }

  /** Publishes the first `length` bytes of the claim, and wakes the peer if it sleeps. Throws RangeError beyond the claim. */
  commit(length: number): void {
    if (!(length >= 0 && length <= this.#claim && Number.isInteger(length)))
      throw new RangeError(
        this.#claim < 0
          ? 'no claim is open: see tryClaim'
          : `the open claim of ${this.#claim} bytes has no first ${length}`,
      );
    this.#claim = -1;
    this.#end.endpoint.commit(length);
    this.#end.endpoint.wakePeer();
  }

  /** Gives the claim up: nothing was sent. */
  abort(): void {
    this.#claim = -1;
    this.#end.endpoint.abort();
  }

  /**
   * Adds a message to the open batch. The peer sees it after `flush()`, when a batch is full, or when this side waits. False
   * when the ring is too full now; what was written before has been published then.
   */
  write(bytes: Uint8Array): boolean {
    const batch = this.#batch;
    const { length } = bytes;
    if (!batch.fits(length)) {
      this.mustHaveNoClaim();
      this.#mustFit(length);
      if (!batch.open(length)) return false;
    }
    this.#bytes.set(bytes, batch.at);
    batch.add(length);
    return true;
  }

  /** Publishes the open batch, all at once, and wakes the peer if it sleeps. */
  flush(): void {
    this.#batch.publish();
  }

  /** What else is sent would take the claim's place. @internal */
  mustHaveNoClaim(): void {
    if (this.#claim >= 0) throw new RangeError('a claim is open: commit or abort it first');
  }

  #mustFit(length: number): void {
    if (length > this.maxPayload)
      throw new RangeError(`${length} bytes are more than a record can have, ${this.maxPayload}`);
  }
}
