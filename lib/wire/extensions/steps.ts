/**
 * A generator that returns a value, as a stream: each item is an array of one, and the last one is the value, which says so. Normative:
 * spec/wire/streams.md §5. Twin: python/ringsnake/_wire/steps.py.
 */
import { isStreamSource, type StreamSource } from './streams.js';

export type Step<T, R> = readonly [item: T] | readonly [returned: R, isReturned: true];

/** The source as its steps. It is not touched before the first one is asked for; what is no source is refused by who writes it. */
export function steps(source: unknown): StreamSource<Step<unknown, unknown>> {
  if (!isStreamSource(source)) return source as StreamSource<Step<unknown, unknown>>;
  return Symbol.asyncIterator in (source as object)
    ? new AsyncSteps(source as AsyncIterable<unknown>)
    : new SyncSteps(source as Iterable<unknown>);
}

/** Whether that was the last step, behind which there is nothing to ask for. */
export function haveEnded(source: object): boolean {
  return source instanceof Steps && source.ended;
}

/** What `next()` is given. */
export type Sent = readonly [] | readonly [value: unknown];

/** Whether one is still to come: a generator returns once. */
class Steps {
  #hasReturned = false;

  protected of({
    done,
    value,
  }: IteratorResult<unknown, unknown>): IteratorResult<Step<unknown, unknown>, undefined> {
    if (!done) return { done: false, value: [value] };
    if (this.#hasReturned) return { done: true, value: undefined };
    this.#hasReturned = true;
    return { done: false, value: [value, true] };
  }

  get ended(): boolean {
    return this.#hasReturned;
  }
}

const DONE = { done: true, value: undefined } as const;

class AsyncSteps extends Steps implements AsyncIterableIterator<Step<unknown, unknown>> {
  readonly #source: AsyncIterable<unknown>;
  #iterator: AsyncIterator<unknown> | undefined;

  constructor(source: AsyncIterable<unknown>) {
    super();
    this.#source = source;
  }

  async next(...sent: Sent): Promise<IteratorResult<Step<unknown, unknown>, undefined>> {
    this.#iterator ??= this.#source[Symbol.asyncIterator]();
    return this.ended ? DONE : this.of(await this.#iterator.next(...(sent as [])));
  }

  async return(): Promise<IteratorResult<Step<unknown, unknown>, undefined>> {
    this.#iterator ??= this.#source[Symbol.asyncIterator]();
    if (!this.ended) await this.#iterator.return?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

class SyncSteps extends Steps implements IterableIterator<Step<unknown, unknown>> {
  readonly #source: Iterable<unknown>;
  #iterator: Iterator<unknown> | undefined;

  constructor(source: Iterable<unknown>) {
    super();
    this.#source = source;
  }

  next(...sent: Sent): IteratorResult<Step<unknown, unknown>, undefined> {
    this.#iterator ??= this.#source[Symbol.iterator]();
    return this.ended ? DONE : this.of(this.#iterator.next(...(sent as [])));
  }

  return(): IteratorResult<Step<unknown, unknown>, undefined> {
    this.#iterator ??= this.#source[Symbol.iterator]();
    if (!this.ended) this.#iterator.return?.();
    return DONE;
  }

  [Symbol.iterator](): this {
    return this;
  }
}
