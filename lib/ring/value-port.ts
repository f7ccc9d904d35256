import { Exchange } from '../native.js';
import { VALUE_REFERENCE_BYTES } from '../wire/constants.gen.js';
import type { BulkPort } from '../wire/extensions/bulk.js';
import type { RingEnd } from './ring-end.js';
import { releaseMemory } from './shared-array.js';

const WORDS = VALUE_REFERENCE_BYTES / 4;

/** What the message being read has borrowed. */
interface Borrowed {
  readonly words: readonly number[];
  readonly memory: ArrayBuffer;
}

/**
 * The data of values in segments, one message at a time. Normative: spec/wire/bulk.md §6. Threads: the channel's own.
 *
 * Sending: `place` while the message is written, then `settle`. Receiving: `borrow` while it is read, then `keep` or `giveBack`.
 */
export class ValuePort implements BulkPort {
  readonly #end: RingEnd;
  readonly threshold: number;
  readonly reference: Uint32Array;
  /** Bytes of the message that is being written. */
  placedBytes = 0;
  readonly #borrowed: Borrowed[] = [];

  constructor(end: RingEnd) {
    this.#end = end;
    this.threshold = end.bulkThreshold;
    this.reference = end.endpoint.exchange.subarray(Exchange.reference, Exchange.reference + WORDS);
  }

  place(data: ArrayBufferView): boolean {
    const { buffer, byteOffset, byteLength } = data;
    const bytes =
      data instanceof Uint8Array ? data : new Uint8Array(buffer, byteOffset, byteLength);
    if (!this.#end.endpoint.placeValue(bytes)) return false;
    this.placedBytes += bytes.length;
    return true;
  }

  /** The message that was written is on its way, or was given up. */
  settle(sent: boolean): void {
    if (this.placedBytes === 0) return;
    this.placedBytes = 0;
    this.#end.endpoint.settleValues(sent);
  }

  borrow(): ArrayBuffer | string {
    const words = [...this.reference];
    // One memory for one reference, however often the message names it: it is given back once.
    const known = this.#borrowed.find((one) => one.words.every((word, i) => word === words[i]));
    if (known !== undefined) return known.memory;
    const lent = this.#end.endpoint.borrowValue();
    if (lent === undefined) return 'came after the end of its channel';
    if (typeof lent === 'string') return lent;
    const memory = this.#end.trusted ? lent : lent.slice(0);
    if (memory !== lent) releaseMemory(lent);
    this.#borrowed.push({ words, memory });
    return memory;
  }

  /** The message was read: its values keep what they refer to. */
  keep(): void {
    if (this.#borrowed.length > 0) this.#borrowed.length = 0;
  }

  /** Nobody keeps anything of the message. */
  giveBack(): void {
    for (const { memory } of this.#borrowed) releaseMemory(memory);
    this.#borrowed.length = 0;
  }
}
