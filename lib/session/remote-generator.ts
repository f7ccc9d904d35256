import type { Sent, Step } from '../wire/extensions/steps.js';
import type { RemoteStream } from './remote-stream.js';

/** What is said of a generator: whether it returns anything, and so is a stream of steps. */
interface GeneratorKind {
  readonly returns: boolean;
}

const RETURNING: GeneratorKind = { returns: true };

/**
 * A stream as the generator that it stands for: `for await` takes its items, `next()` at its end has what it returned. Of one that takes values
 * each `next(value)` asks for one item. Stopping is that of the stream; an error that is thrown in stays here.
 * Twin: python/ringsnake/_session/remote_generator.py.
 */
export class RemoteGenerator<T, R, N = undefined> implements AsyncGenerator<T, R, N> {
  readonly #steps: RemoteStream<T | Step<T, R>>;
  readonly #kind: GeneratorKind;

  /** Used by generated code. */
  constructor(steps: RemoteStream<unknown>, kind = RETURNING) {
    this.#steps = steps as RemoteStream<T | Step<T, R>>;
    this.#kind = kind;
  }

  /** The next item, or what was returned. Rejects with what the producer threw. */
  async next(...sent: [] | [N]): Promise<IteratorResult<T, R>> {
    return resultOf(await this.#steps.next(...sent), this.#kind);
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
export class SyncGenerator<T, R, N = undefined> implements Generator<T, R, N> {
  readonly #steps: Iterator<T | Step<T, R>, unknown, unknown>;
  readonly #kind: GeneratorKind;

  /** Used by generated code. */
  constructor(steps: IterableIterator<unknown>, kind = RETURNING) {
    this.#steps = steps as Iterator<T | Step<T, R>, unknown, unknown>;
    this.#kind = kind;
  }

  next(...sent: [] | [N]): IteratorResult<T, R> {
    return resultOf(this.#steps.next(...(sent as Sent)), this.#kind);
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

function resultOf<T, R>(
  { done, value }: IteratorResult<T | Step<T, R>, unknown>,
  { returns }: GeneratorKind,
): IteratorResult<T, R> {
  if (done) return { done: true, value: undefined as R };
  if (!returns) return { done: false, value: value as T };
  const step = value as Step<T, R>;
  return step.length === 1 ? { done: false, value: step[0] } : { done: true, value: step[0] };
}
