import type { Step } from '../wire/extensions/steps.js';
import type { RemoteStream } from './remote-stream.js';

/**
 * A stream of steps as the generator that it stands for: `for await` takes its items, `next()` at its end has what it returned. Stopping is
 * that of the stream; an error that is thrown in stays here. Twin: python/ringsnake/_session/remote_generator.py.
 */
export class RemoteGenerator<T, R> implements AsyncGenerator<T, R, undefined> {
  readonly #steps: RemoteStream<Step<T, R>>;

  /** Used by generated code. */
  constructor(steps: RemoteStream<unknown>) {
    this.#steps = steps as RemoteStream<Step<T, R>>;
  }

  /** The next item, or what was returned. Rejects with what the producer threw. */
  async next(): Promise<IteratorResult<T, R>> {
    return resultOf(await this.#steps.next());
  }

  /** Tells the producer to stop; its `finally` blocks run. */
  async return(value?: R | PromiseLike<R>): Promise<IteratorResult<T, R>> {
    await this.#steps.return();
    return { done: true, value: (await value) as R };
  }

  /** Stops it, and rejects with `error`, of which the producer hears nothing. */
  async throw(error?: unknown): Promise<IteratorResult<T, R>> {
    await this.#steps.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#steps.return();
  }
}

/** The same, blocking for each item that is not there yet. */
export class SyncGenerator<T, R> implements Generator<T, R, undefined> {
  readonly #steps: IterableIterator<Step<T, R>>;

  /** Used by generated code. */
  constructor(steps: IterableIterator<unknown>) {
    this.#steps = steps as IterableIterator<Step<T, R>>;
  }

  next(): IteratorResult<T, R> {
    return resultOf(this.#steps.next());
  }

  return(value: R): IteratorResult<T, R> {
    this.#steps.return?.();
    return { done: true, value };
  }

  throw(error: unknown): IteratorResult<T, R> {
    this.#steps.return?.();
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#steps.return?.();
  }
}

function resultOf<T, R>({
  done,
  value,
}: IteratorResult<Step<T, R>, unknown>): IteratorResult<T, R> {
  if (done) return { done: true, value: undefined as R };
  const step = value as Step<T, R>;
  return step.length === 1 ? { done: false, value: step[0] } : { done: true, value: step[0] };
}
