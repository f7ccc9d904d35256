import { ProtocolError } from '../errors.js';
import { STREAM_WINDOW } from '../wire/constants.gen.js';
import { haveEnded, type Sent } from '../wire/extensions/steps.js';
import type { ReadItem, StreamSource } from '../wire/extensions/streams.js';
import type { ValueReader } from '../wire/value-reader.js';
import { type HandledContext, runInContext } from './call-context.js';
import type { ErrorDefinition } from './interface.js';
import type { StreamBatch } from './stream-batch.js';
import { type StreamOrigin, sentLocated } from './stream-origin.js';

/** Milliseconds for which an iterable that never waits may hold the event loop. */
const SLICE = 2;

/** What a producer asks of the streams around it. */
export interface ProducerOwner {
  /** It ended: the consumer is told; `failure` holds what was thrown. */
  onEnd(producer: StreamProducer, failure: { readonly error: unknown } | undefined): void;
  /** It has more, later. */
  onYield(producer: StreamProducer): void;
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** What the consumer has sent for one item, or what is wrong with it: told in its turn. */
type Asked = { readonly sent: Sent } | { readonly error: unknown };

/**
 * A stream of ours. Its life (spec/wire/streams.md §3):
 *
 *   state     on                    goes to    and
 *   running   no credit             running    asks for no item until credit comes; of a generator that takes values each credit asks for one
 *   running   source ends, throws   ended      sends the last items, then end
 *   running   stop                  stopping   calls return(): finally blocks run
 *   stopping  that is done          ended      sends end
 *   any       session end           ended      calls return()
 *
 * Twin: python/ringsnake/_session/stream_producer.py. Threads: the session's.
 */
export class StreamProducer {
  readonly id: number;
  /** The errors that the method declares whose result it is. */
  readonly throws: readonly ErrorDefinition[] | undefined;
  readonly #source: StreamSource<unknown>;
  readonly #batch: StreamBatch;
  readonly #owner: ProducerOwner;
  /** The call that it is the result of. */
  readonly #call: HandledContext | undefined;
  /** The source runs in it. */
  readonly #context: HandledContext | undefined;
  #iterator: AnyIterator | undefined;
  #isAsync = false;
  #credit = STREAM_WINDOW;
  readonly #readSent: ReadItem | undefined;
  readonly #origin: StreamOrigin | undefined;
  /** Of a generator that takes values: the items that were asked for and not given. */
  readonly #asked: Asked[] = [];
  /** How many were asked for. */
  #askedCount = 0;
  #state: 'running' | 'stopping' | 'ended' = 'running';
  /** Waits for credit. */
  #resume: (() => void) | undefined;
  #flushScheduled = false;

  constructor(parts: {
    readonly id: number;
    readonly source: StreamSource<unknown>;
    readonly batch: StreamBatch;
    readonly owner: ProducerOwner;
    readonly call: HandledContext | undefined;
    readonly context: HandledContext | undefined;
    readonly throws: readonly ErrorDefinition[] | undefined;
    readonly readSent: ReadItem | undefined;
    readonly origin: StreamOrigin | undefined;
  }) {
    this.id = parts.id;
    this.throws = parts.throws;
    this.#source = parts.source;
    this.#batch = parts.batch;
    this.#owner = parts.owner;
    this.#call = parts.call;
    this.#context = parts.context;
    this.#readSent = parts.readSent;
    this.#origin = parts.origin;
  }

  /** Begins to ask for items, or goes on with an iterable that never waits, for a while. Called when no frame is being written. */
  pump(): void {
    const pump = (): void => (this.#iterator === undefined ? this.#start() : this.#pump());
    if (this.#context === undefined) pump();
    else runInContext(this.#context, pump);
  }

  #start(): void {
    if (this.#state !== 'running') return;
    try {
      if (Symbol.asyncIterator in this.#source) {
        this.#isAsync = true;
        this.#iterator = this.#source[Symbol.asyncIterator]();
        void this.#run(this.#iterator);
        return;
      }
      this.#iterator = this.#source[Symbol.iterator]();
    } catch (error) {
      this.#end({ error });
      return;
    }
    this.#pump();
  }

  #pump(): void {
    if (this.#isAsync || this.#iterator === undefined) return;
    const iterator = this.#iterator as Iterator<unknown>;
    const until = Date.now() + SLICE;
    try {
      while (this.#state === 'running' && this.#mayAsk()) {
        const { done, value } = this.#next(iterator) as IteratorResult<unknown>;
        if (done) {
          this.#end(undefined);
          return;
        }
        this.#take(value);
        if (Date.now() >= until) {
          this.#flush();
          if (this.#mayAsk()) this.#owner.onYield(this);
          return;
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The consumer has taken so many, or asks for an item. Throws ProtocolError where the session must end. */
  credit(units: number, reader: ValueReader): void {
    if (this.#readSent !== undefined) {
      this.#ask(units, reader, this.#readSent);
      return;
    }
    const wasOut = this.#credit <= 0;
    this.#credit += units;
    if (wasOut && this.#credit > 0) this.#goOn();
  }

  /** Whether it is a generator that takes values. */
  get isAsked(): boolean {
    return this.#readSent !== undefined;
  }

  #ask(units: number, reader: ValueReader, readSent: ReadItem): void {
    if (units !== 1) {
      throw new ProtocolError(
        `the peer asked for an item of stream ${this.id} with ${units} units`,
      );
    }
    if (this.#asked.length >= STREAM_WINDOW) {
      throw new ProtocolError(`the peer asked for too many items of stream ${this.id} at once`);
    }
    // What it refers to goes back with the message.
    if (this.#state !== 'running') return;
    const number = this.#askedCount++;
    try {
      const sent = readSent(reader) as Sent;
      reader.finish();
      this.#asked.push({ sent });
    } catch (error) {
      this.#asked.push({ error: sentLocated(error, this.#origin, { number, reader }) });
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#resume === undefined) this.#owner.onYield(this);
    else this.#wake();
  }

  /** Throws what is wrong with what was sent. */
  #next(iterator: AnyIterator): Promise<IteratorResult<unknown>> | IteratorResult<unknown> {
    if (this.#readSent === undefined) return iterator.next();
    const asked = this.#asked.shift() as Asked;
    if ('error' in asked) throw asked.error;
    return iterator.next(...(asked.sent as []));
  }

  /** The consumer wants no more. */
  stop(): void {
    if (this.#state !== 'running') return;
    this.#state = 'stopping';
    this.#call?.cancel();
    this.#wake();
    this.#return().then(
      () => this.#end(undefined),
      (error: unknown) => this.#end({ error }),
    );
  }

  /** Nobody hears it any more. */
  abandon(): void {
    if (this.#state === 'ended') return;
    const wasRunning = this.#state === 'running';
    this.#state = 'ended';
    this.#wake();
    if (wasRunning) this.#return().catch(() => {});
  }

  async #run(iterator: AnyIterator): Promise<void> {
    try {
      while (this.#state === 'running') {
        if (!this.#mayAsk()) {
          await new Promise<void>((resolve) => {
            this.#resume = resolve;
          });
          continue;
        }
        const { done, value } = await this.#next(iterator);
        // It was told to return meanwhile, which has its own end.
        if (this.#state !== 'running') return;
        if (done) {
          this.#end(undefined);
          return;
        }
        this.#take(value);
        if (!this.#flushScheduled) this.#scheduleFlush();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Whether there is credit for one more item; if not, those that wait are sent. */
  #mayAsk(): boolean {
    if (this.#readSent !== undefined) return this.#asked.length > 0;
    if (this.#batch.units < this.#credit) return true;
    this.#flush();
    return this.#credit > 0;
  }

  #take(item: unknown): void {
    if (this.#readSent !== undefined) {
      this.#batch.sendAsked(item);
      // Nobody will ask behind what was returned.
      if (haveEnded(this.#iterator as object)) this.#end(undefined);
      return;
    }
    this.#credit -= this.#batch.add(item);
    if (this.#batch.isFull) this.#flush();
  }

  /** Items are sent when the source has no further one without waiting: when no promise is left to go on. */
  #scheduleFlush(): void {
    if (this.#batch.isEmpty) return;
    this.#flushScheduled = true;
    process.nextTick(this.#flushScheduledItems);
  }

  readonly #flushScheduledItems = (): void => {
    this.#flushScheduled = false;
    if (this.#state === 'running') this.#flush();
  };

  #flush(): void {
    this.#credit -= this.#batch.flush();
  }

  /** The source has thrown, or gave what cannot cross. */
  #fail(error: unknown): void {
    if (this.#state !== 'running') return;
    this.#end({ error });
    this.#return().catch(() => {});
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'running') this.#flush();
    this.#state = 'ended';
    this.#owner.onEnd(this, failure);
  }

  #wake(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  async #return(): Promise<void> {
    if (this.#iterator === undefined) {
      const source = this.#source as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
      this.#iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
    }
    await this.#iterator?.return?.();
  }
}
