import { RECORD_ALIGNMENT, RECORD_HEADER_BYTES } from '../wire/constants.gen.js';
import { BATCH_MAX, Exchange, type RingEnd } from './ring-end.js';

/**
 * The end of a ring that writes. Normative: spec/wire/ring.md §3.
 *
 * One message at a time: `tryClaim`, fill the bytes in place, `commit` or `abort`. Many: `write` each, then `flush`; that is one
 * step into native code for up to 256 of them. Threads: the channel's own.
 */
export class RingProducer {
  readonly #end: RingEnd;
  readonly #bytes: Uint8Array;
  readonly #exchange: Uint32Array;
  /** The open batch: where the next payload goes, where the claim ends, and messages so far. */
  #at = 0;
  #limit = 0;
  #count = 0;

  /** @internal */
  constructor(end: RingEnd) {
    this.#end = end;
    this.#bytes = end.bytes;
    this.#exchange = end.endpoint.exchange;
  }

  /** Bytes of the largest message that fits into the ring: half of it, but for the header. */
  get maxPayload(): number {
    return this.#end.endpoint.maxPayload;
  }

  /**
   * Room for a message of up to `length` bytes, in shared memory; undefined when the ring is too full now. The bytes are whatever
   * lay there before. Valid until `commit` or `abort`, of which one must follow. Throws RangeError when no ring of this capacity has
   * that much.
   */
  tryClaim(length: number): Uint8Array | undefined {
    this.flush();
    if (length > this.maxPayload)
      throw new RangeError(`${length} bytes are more than a record can have, ${this.maxPayload}`);
    const offset = this.#end.endpoint.tryClaim(length);
    return offset < 0 ? undefined : this.#bytes.subarray(offset, offset + length);
  }

  /** Publishes the first `length` bytes of the claim, and wakes the peer if it sleeps. */
  commit(length: number): void {
    this.#end.endpoint.commit(length);
    this.#end.endpoint.wakePeer();
  }

  /** Gives the claim up: nothing was sent. */
  abort(): void {
    this.#end.endpoint.abort();
  }

  /**
   * Adds a message to the open batch. The peer sees it after `flush()`, or when a batch is full. False when the ring is too full now;
   * what was written before has been published then.
   */
  write(bytes: Uint8Array): boolean {
    const { length } = bytes;
    if ((this.#at + length > this.#limit || this.#count === BATCH_MAX) && !this.#turn(length))
      return false;
    this.#bytes.set(bytes, this.#at);
    this.#exchange[Exchange.lengths + this.#count++] = length;
    this.#at += RECORD_HEADER_BYTES + ((length + RECORD_ALIGNMENT - 1) & -RECORD_ALIGNMENT);
    return true;
  }

  /** Publishes the open batch, all at once, and wakes the peer if it sleeps. */
  flush(): void {
    if (this.#count === 0) return;
    this.#end.endpoint.commitBatch(this.#count);
    this.#count = 0;
    this.#limit = 0;
  }

  /** Publishes the open batch, and opens one with room for `length` bytes. */
  #turn(length: number): boolean {
    const { endpoint } = this.#end;
    const count = this.#count;
    this.#count = 0;
    this.#limit = 0;
    if (length > endpoint.maxPayload) {
      if (count > 0) endpoint.commitBatch(count);
      throw new RangeError(`${length} bytes are more than a record can have, ${this.maxPayload}`);
    }
    const offset = endpoint.sendBatch(count, length);
    if (offset < 0) return false;
    this.#at = offset;
    this.#limit = offset + (this.#exchange[Exchange.room] as number);
    return true;
  }
}
