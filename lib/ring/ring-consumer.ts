import { ResourceError } from '../errors.js';
import { Bulk, type BulkRegistry } from './bulk.js';
import { KeptMessages } from './kept-messages.js';
import { Exchange, type RingEnd, WaitResult } from './ring-end.js';

/** Looks at one message in place: `length` bytes of `bytes` from `offset` on. They are gone when it returns. */
export type MessageVisitor = (bytes: Uint8Array, offset: number, length: number) => void;

/**
 * The end of a ring that reads. Twin: csrc/python/ring_consumer_type.h. Normative: spec/wire/ring.md §3.
 *
 * One step into native code for up to 256 messages. Threads: the channel's own.
 */
export class RingConsumer {
  readonly #end: RingEnd;
  readonly #registry: BulkRegistry;
  readonly #exchange: Uint32Array;
  /** How many of the records that were peeked at have been taken. */
  #taken = 0;
  /** Messages that were taken to make room while this side was blocked, oldest first. */
  readonly #kept = new KeptMessages();

  /** @internal */
  constructor(end: RingEnd, registry: BulkRegistry) {
    this.#end = end;
    this.#registry = registry;
    this.#exchange = end.endpoint.exchange;
  }

  /**
   * Visits what is there, at most one batch, in order and in place, and gives its room back to the peer. Bulk messages are visited, and
   * released, too. Returns how many; 0 when there is nothing now. What the visitor throws is thrown after its message was taken.
   */
  read(visit: MessageVisitor): number {
    if (!this.#kept.empty) return this.#readKept(visit);
    if (!this.#end.look()) return 0;
    const { bytes } = this.#end;
    const exchange = this.#exchange;
    let count = 0;
    try {
      while (this.#taken < (exchange[Exchange.count] as number)) {
        const at = Exchange.records + 2 * this.#taken++;
        count++;
        visit(bytes, exchange[at] as number, exchange[at + 1] as number);
      }
    } finally {
      this.#releaseWhenTaken();
    }
    if (exchange[Exchange.bulk] === 0) return count;
    this.#visitBulk(visit, this.#takeBulk());
    return count + 1;
  }

  /** The next message: a copy, or a bulk message in place, which is the caller's to release. Undefined when there is none now. */
  take(): Uint8Array | Bulk | undefined {
    return this.#kept.empty ? this.#takeNext() : this.#kept.shift();
  }

  /**
   * Takes all that is there, for a later `read` or `take`: a side that waits for room makes some itself, so that two full rings never
   * wait for each other. Throws BackpressureError when that is too much.
   *
   * @internal
   */
  keep(): void {
    for (let next = this.#takeNext(); next !== undefined; next = this.#takeNext())
      this.#kept.push(next);
  }

  /** Whether there is something that was looked at before, and not taken. @internal */
  get holds(): boolean {
    return !this.#kept.empty || this.#end.holds;
  }

  /** What was kept is gone with the channel. @internal */
  forget(): void {
    this.#kept.clear();
  }

  #readKept(visit: MessageVisitor): number {
    let count = 0;
    for (; !this.#kept.empty; count++) {
      const message = this.#kept.shift();
      if (message instanceof Bulk) this.#visitBulk(visit, message);
      else visit(message, 0, message.length);
    }
    return count;
  }

  #visitBulk(visit: MessageVisitor, bulk: Bulk): void {
    try {
      visit(bulk.bytes, 0, bulk.length);
    } finally {
      bulk.release();
    }
  }

  #takeNext(): Uint8Array | Bulk | undefined {
    if (!this.#end.look()) return undefined;
    const exchange = this.#exchange;
    if (this.#taken === exchange[Exchange.count]) return this.#takeBulk();
    const at = Exchange.records + 2 * this.#taken++;
    const offset = exchange[at] as number;
    const message = this.#end.bytes.slice(offset, offset + (exchange[at + 1] as number));
    this.#releaseWhenTaken();
    return message;
  }

  /** Whether `read` and `take` have something now. */
  get peekable(): boolean {
    return this.holds || this.#end.look();
  }

  /**
   * Blocks the thread until there is something to take, for at most `timeout` milliseconds (negative: for ever). A WaitResult. What
   * was written is published first.
   */
  waitSync(timeout: number): number {
    if (this.holds) return 0;
    const result = this.#end.wait(timeout);
    if (result === WaitResult.ready) this.#end.mustBeWhole();
    return result;
  }

  #takeBulk(): Bulk {
    const { endpoint } = this.#end;
    const borrowed = endpoint.borrow();
    if (borrowed === undefined)
      throw new ResourceError(
        'this process may open no more files, and needs a descriptor for a message: close some, and receive it again',
      );
    const { loan, buffer, length } = borrowed;
    // The reference was read; the message itself is not in the ring.
    this.#release();
    return new Bulk(endpoint, this.#registry, {
      hold: { loan },
      bytes: new Uint8Array(buffer, 0, length),
    });
  }

  #releaseWhenTaken(): void {
    const exchange = this.#exchange;
    if (this.#taken === exchange[Exchange.count] && exchange[Exchange.bulk] === 0) this.#release();
  }

  #release(): void {
    this.#taken = 0;
    this.#end.giveRoomBack();
  }
}
