import { ReadableStream as WebStream } from 'node:stream/web';
import type { Sent } from '../wire/extensions/steps.js';
import type { ReceivedStream } from '../wire/extensions/streams.js';
import { RemoteGenerator } from './remote-generator.js';
import type { StreamConsumer } from './stream-consumer.js';

/** A consumer that nobody can reach any more wants no more items. */
const FORGOTTEN = new FinalizationRegistry<StreamConsumer>((consumer) => consumer.stop());

/** A stream that a call will bring. */
export interface OpeningStream {
  readonly stream: Promise<RemoteStream<unknown>>;
  /** Nobody waits for it any more. */
  cancel(): void;
}

/**
 * Items that the peer produces, for one reader: `for await (const item of stream)`. It may produce up to 1,024 small items, or 1 MiB, ahead.
 * Leaving the loop, `return()` and `await using` tell the producer to stop. Threads: the session's.
 *
 * For Node's streams: `Readable.from(stream)`. For the Web's: `stream.toWeb()`. Twin: python/ringsnake/_session/remote_stream.py.
 */
export class RemoteStream<T>
  implements AsyncIterableIterator<T, undefined, unknown>, ReceivedStream
{
  #consumer: StreamConsumer | undefined;
  #opening: OpeningStream | undefined;

  private constructor(consumer: StreamConsumer | undefined, opening?: OpeningStream) {
    this.#consumer = consumer;
    this.#opening = opening;
    if (consumer !== undefined) FORGOTTEN.register(this, consumer, consumer);
  }

  /** Used by sessions. */
  static of(consumer: StreamConsumer): RemoteStream<unknown> {
    return new RemoteStream(consumer);
  }

  /** Used by sessions. */
  static opening(opening: OpeningStream): RemoteStream<unknown> {
    const stream = new RemoteStream<unknown>(undefined, opening);
    // Who iterates it hears of a failure; who does not, shall not be ended by it.
    opening.stream.catch(() => {});
    return stream;
  }

  /** Of a stream that is open. Used by sessions. */
  get consumer(): StreamConsumer {
    return this.#consumer as StreamConsumer;
  }

  /** Its consumer, which from now on is another's to stop. Used by sessions. */
  release(): StreamConsumer {
    const { consumer } = this;
    FORGOTTEN.unregister(consumer);
    return consumer;
  }

  /** The next item. Rejects with what the producer threw. What a generator takes is `sent` with it. */
  next(...sent: Sent): Promise<IteratorResult<T, undefined>> {
    const result = this.#consumer === undefined ? this.#open(sent) : this.#consumer.next(sent);
    return result as Promise<IteratorResult<T, undefined>>;
  }

  /** Tells the producer to stop; its `finally` blocks run. */
  return(): Promise<IteratorResult<T, undefined>> {
    if (this.#consumer !== undefined) this.#consumer.stop();
    else {
      const opening = this.#opening;
      this.#opening = undefined;
      opening?.stream.then((stream) => stream.return()).catch(() => {});
      opening?.cancel();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Stops it, and rejects with `error`. */
  throw(error?: unknown): Promise<IteratorResult<T, undefined>> {
    return this.return().then(() => Promise.reject(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** As a `ReadableStream`, which then owns it. */
  toWeb(): ReadableStream<T> {
    return WebStream.from(this) as ReadableStream<T>;
  }

  /** As the generator that it stands for. Used by generated code. */
  toGenerator(kind: { readonly returns: boolean }): RemoteGenerator<unknown, unknown, unknown> {
    return new RemoteGenerator(this, kind);
  }

  async #open(sent: Sent): Promise<IteratorResult<unknown, undefined>> {
    const opening = this.#opening;
    if (opening === undefined) return { done: true, value: undefined };
    let stream: RemoteStream<unknown>;
    try {
      stream = await opening.stream;
    } catch (error) {
      if (this.#opening === undefined) return { done: true, value: undefined };
      this.#opening = undefined;
      throw error;
    }
    // Another call of next() may have been first, or return() meanwhile.
    if (this.#opening !== undefined) {
      this.#opening = undefined;
      this.#consumer = stream.release();
      FORGOTTEN.register(this, this.#consumer, this.#consumer);
    }
    return this.#consumer === undefined
      ? { done: true, value: undefined }
      : this.#consumer.next(sent);
  }
}
