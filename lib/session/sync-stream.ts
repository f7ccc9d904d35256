import type { Sent } from '../wire/extensions/steps.js';
import type { RemoteStream } from './remote-stream.js';
import type { StreamConsumer } from './stream-consumer.js';

/** A stream whose reader blocks its thread for each item that is not there yet, serving the peer's calls meanwhile. */
export class SyncStream implements IterableIterator<unknown, undefined, unknown> {
  /** Kept: a stream that nobody can reach any more is stopped. */
  readonly #stream: RemoteStream<unknown>;

  constructor(stream: RemoteStream<unknown>) {
    this.#stream = stream;
  }

  next(...sent: Sent): IteratorResult<unknown, undefined> {
    const consumer: StreamConsumer = this.#stream.consumer;
    consumer.ask(sent);
    let result = consumer.take();
    while (result === undefined) {
      consumer.waitUntilReady();
      result = consumer.take();
    }
    return result;
  }

  return(): IteratorResult<unknown, undefined> {
    this.#stream.consumer.stop();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
