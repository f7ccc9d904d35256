import { BackpressureError, ProtocolError } from '../errors.js';
import { STREAM_WINDOW } from '../wire/constants.gen.js';
import type { Sent } from '../wire/extensions/steps.js';
import type { ReadItem, WriteItem } from '../wire/extensions/streams.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { ValueWriter } from '../wire/value-writer.js';
import type { Cancellable } from './call-context.js';
import type { ErrorDefinition } from './interface.js';
import { batchLocated, type StreamOrigin, sentLocated } from './stream-origin.js';

/** Credit goes back in pieces of at least so many units. */
const CREDIT_PIECE = STREAM_WINDOW / 2;

/** What a consumer asks of the streams around it. */
export interface ConsumerOwner {
  sendCredit(id: number, units: number): void;
  /** Asks for one item; `write` writes what is sent with it. Throws what that throws, and then nothing was sent. */
  sendAsk(id: number, write: (writer: ValueWriter) => void): void;
  sendStop(id: number): void;
  /** An error as it may be shown here. */
  shown(error: unknown): unknown;
  /** Whether somebody waits for an item: the event loop stays alive for it. */
  expect(waiting: boolean): void;
  /** Blocks the thread until the condition holds, which what arrives may change. */
  waitUntil(condition: () => boolean): void;
}

/** How a stream is read, and what it takes is written; nothing of one that nobody wants. */
export interface StreamCodec {
  readonly readItem?: ReadItem | undefined;
  readonly writeSent?: WriteItem | undefined;
}

interface Batch {
  readonly items: readonly unknown[];
  readonly units: number;
}

interface Waiter {
  resolve(result: IteratorResult<unknown, undefined>): void;
  reject(error: unknown): void;
}

const DONE = Object.freeze({ done: true, value: undefined }) as IteratorReturnResult<undefined>;
const NOTHING: readonly unknown[] = [];

/**
 * A stream of the peer's: what has arrived and was not taken. Its life (spec/wire/streams.md §3):
 *
 *   state    on                   goes to   and
 *   open     items                open      they wait to be taken
 *   open     stop, cancel         stopped   the producer is told; items are dropped
 *   open     end, session end     ended     what has arrived is still taken, then the end or its error
 *   stopped  items                stopped   they are dropped
 *   stopped  end, session end     ended     nothing
 *
 * Twin: python/ringsnake/_session/stream_consumer.py. Threads: the session's.
 */
export class StreamConsumer implements Cancellable {
  readonly id: number;
  /** The errors that the method declares whose result it is. */
  throws: readonly ErrorDefinition[] | undefined;
  /** For errors about its items. */
  origin: StreamOrigin | undefined;
  readonly #readItem: ReadItem | undefined;
  /** Of a generator that takes values: no item comes that was not asked for. */
  readonly #writeSent: WriteItem | undefined;
  readonly #owner: ConsumerOwner;
  #state: 'open' | 'stopped' | 'ended' = 'open';
  /** Of the batch that is being taken. */
  #items: readonly unknown[] = NOTHING;
  #next = 0;
  #units = 0;
  #batches: Batch[] = [];
  readonly #waiters: Waiter[] = [];
  #failure: { readonly error: unknown } | undefined;
  /** What the producer may still send. */
  #granted: number;
  /** Items that were asked for. */
  #asked = 0;
  /** Items so far. */
  #received = 0;
  /** What was taken and not granted again. */
  #taken = 0;
  #release: (() => void) | undefined;

  constructor(id: number, { readItem, writeSent }: StreamCodec, owner: ConsumerOwner) {
    this.id = id;
    this.#readItem = readItem;
    this.#writeSent = writeSent;
    this.#granted = writeSent === undefined ? STREAM_WINDOW : 0;
    this.#owner = owner;
  }

  /** Whether `take` has something to say. */
  get isReady(): boolean {
    return this.#next < this.#items.length || this.#batches.length > 0 || this.#state !== 'open';
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Blocks the thread until `take` has something to say. */
  waitUntilReady(): void {
    this.#owner.waitUntil(() => this.isReady);
  }

  /** What is to be let go of when it ends. */
  holds(release: () => void): void {
    if (this.#state === 'open') this.#release = release;
    else release();
  }

  /** The next item, or the end; undefined: it has to be waited for. Throws what the producer threw. */
  take(): IteratorResult<unknown, undefined> | undefined {
    if (this.#next < this.#items.length) return this.#takeNext();
    const batch = this.#batches.shift();
    if (batch !== undefined) {
      this.#items = batch.items;
      this.#units = batch.units;
      this.#next = 0;
      return this.#takeNext();
    }
    if (this.#state === 'open') return undefined;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return DONE;
  }

  next(sent: Sent): Promise<IteratorResult<unknown, undefined>> {
    let result: IteratorResult<unknown, undefined> | undefined;
    try {
      this.ask(sent);
      result = this.take();
    } catch (error) {
      return Promise.reject(error);
    }
    if (result !== undefined) return Promise.resolve(result);
    if (this.#waiters.length === 0) this.#owner.expect(true);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Of a generator that takes values, asks for the next item. Throws for what cannot be sent; the generator has not heard of it then. */
  ask(sent: Sent): void {
    const writeSent = this.#writeSent;
    if (writeSent === undefined || this.#state !== 'open') return;
    if (this.#granted >= STREAM_WINDOW)
      throw new BackpressureError(
        `${this.#granted} items of a generator were asked for and are not there yet: await earlier ones before asking for more`,
      );
    try {
      this.#owner.sendAsk(this.id, (writer) => writeSent(writer, sent as never));
    } catch (error) {
      throw this.#owner.shown(
        sentLocated(error, this.origin, { number: this.#asked, given: sent }),
      );
    }
    this.#asked++;
    this.#granted++;
  }

  #takeNext(): IteratorYieldResult<unknown> {
    const value = this.#items[this.#next++];
    if (this.#next === this.#items.length) this.#giveBack();
    return { done: false, value };
  }

  /** All of a batch was taken. */
  #giveBack(): void {
    this.#items = NOTHING;
    this.#next = 0;
    if (this.#writeSent !== undefined) return;
    this.#taken += this.#units;
    if (this.#taken < CREDIT_PIECE || this.#state !== 'open') return;
    this.#granted += this.#taken;
    this.#owner.sendCredit(this.id, this.#taken);
    this.#taken = 0;
  }

  /** A frame of items, as it lies in the ring. Throws ProtocolError for one that must not be. */
  receive(units: number, reader: ValueReader): void {
    if (this.#granted <= 0) {
      throw new ProtocolError(`the peer sent items of stream ${this.id} without credit for them`);
    }
    if (this.#writeSent !== undefined && units !== 1) {
      throw new ProtocolError(`the peer sent ${units} units of stream ${this.id} for one item`);
    }
    this.#granted -= units;
    const readItem = this.#readItem;
    if (this.#state !== 'open' || readItem === undefined) return;
    let items: readonly unknown[];
    try {
      items = reader.readArray(readItem);
      reader.finish();
    } catch (error) {
      const problem = batchLocated(error, this.origin, { before: this.#received, reader });
      this.cancel(this.#owner.shown(problem));
      return;
    }
    if (items.length === 0 || items.length > units) {
      throw new ProtocolError(
        `the peer sent ${items.length} items of stream ${this.id} as ${units} units`,
      );
    }
    this.#received += items.length;
    this.#batches.push({ items, units });
    this.#serve();
  }

  /** The producer has ended it, or nothing can come any more. */
  end(failure: { readonly error: unknown } | undefined): void {
    if (this.#state === 'open') this.#failure = failure;
    this.#state = 'ended';
    this.#letGo();
    this.#serve();
  }

  /** Nobody wants the rest. */
  stop(): void {
    if (this.#state !== 'open') {
      this.#drop();
      return;
    }
    this.#state = 'stopped';
    this.#drop();
    this.#letGo();
    this.#owner.sendStop(this.id);
    this.#serve();
  }

  /** The same; who waits or asks gets `reason`. */
  cancel(reason: unknown): void {
    if (this.#state !== 'open') return;
    this.#failure = { error: reason };
    this.stop();
  }

  #drop(): void {
    this.#items = NOTHING;
    this.#next = 0;
    this.#batches = [];
  }

  #letGo(): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  #serve(): void {
    if (this.#waiters.length === 0) return;
    while (this.#waiters.length > 0 && this.isReady) {
      const { resolve, reject } = this.#waiters.shift() as Waiter;
      try {
        resolve(this.take() ?? DONE);
      } catch (error) {
        reject(error);
      }
    }
    if (this.#waiters.length === 0) this.#owner.expect(false);
  }
}
