/** The ticker that Node.js serves. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteStream, StreamSource } from 'ringsnake';
import { TickerServer } from './ticker.gen.js';
import type { Tick, Ticker } from './ticker.js';

class HostTicker {
  #produced = 0;
  #finished = false;
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: held, and no more than that.
  #kept: AsyncIterable<number> | undefined;

  count(count: number, source: string): StreamSource<number> | Promise<StreamSource<number>> {
    this.#produced = 0;
    this.#finished = false;
    if (source === 'async') return this.#async(count);
    if (source === 'waiting') return this.#waiting(count);
    if (source === 'generator') return this.#generator(count);
    if (source === 'coroutine') return sleep(0).then(() => this.#async(count));
    return Array.from({ length: count }, (_, i) => i);
  }

  async *#async(count: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        this.#produced++;
        yield i;
      }
    } finally {
      this.#finished = true;
    }
  }

  async *#waiting(count: number): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        await new Promise(setImmediate);
        this.#produced++;
        yield i;
      }
    } finally {
      await new Promise(setImmediate);
      this.#finished = true;
    }
  }

  *#generator(count: number): Generator<number> {
    try {
      for (let i = 0; i < count; i++) {
        this.#produced++;
        yield i;
      }
    } finally {
      this.#finished = true;
    }
  }

  endless(): AsyncGenerator<number> {
    this.#produced = 0;
    this.#finished = false;
    return this.#waiting(Number.MAX_SAFE_INTEGER);
  }

  *records(count: number): Generator<Tick> {
    for (let at = 0; at < count; at++) {
      yield { at, name: `tick ${at}`, ...(at % 2 === 0 ? { note: 'even' } : { note: null }) };
    }
  }

  async *reused(count: number): AsyncGenerator<Tick> {
    const tick: Tick = { at: 0, name: '' };
    for (let i = 0; i < count; i++) {
      tick.at = i;
      tick.name = String(i);
      yield tick;
    }
  }

  async *failing(count: number): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) yield i;
    throw new RangeError(`no more than ${count}`);
  }

  async *lying(count: number): AsyncGenerator<number> {
    for (let i = 0; i < count; i++) yield i;
    yield 'not a number' as never;
  }

  refuse(): AsyncGenerator<number> {
    throw new RangeError('no stream today');
  }

  never(): Promise<AsyncIterable<number>> {
    return new Promise(() => {});
  }

  *chunks(count: number, size: number): Generator<Uint8Array> {
    for (let i = 0; i < count; i++) yield new Uint8Array(size).fill(i % 256);
  }

  web(count: number, size: number): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.chunks(count, size)) as ReadableStream<Uint8Array>;
  }

  async *told(): AsyncGenerator<number, void, number> {
    for (let told = 0; ; ) told = (yield told) ?? 0;
  }

  async sum(values: AsyncIterable<number>, more?: AsyncIterable<number>): Promise<number> {
    let total = 0;
    for await (const value of values) total += value;
    for await (const value of more ?? []) total += value;
    return total;
  }

  async takeSome(values: AsyncIterable<number>, count: number): Promise<number[]> {
    const taken: number[] = [];
    for await (const value of values) {
      taken.push(value);
      if (taken.length === count) break;
    }
    return taken;
  }

  async hold(values: AsyncIterable<number>): Promise<number> {
    this.#kept = values;
    const first = await (values as RemoteStream<number>).next();
    return first.value as number;
  }

  letGo(): void {
    this.#kept = undefined;
  }

  ignore(): void {}

  async *double(values: AsyncIterable<number>): AsyncGenerator<number> {
    for await (const value of values) yield 2 * value;
  }

  back(values: AsyncIterable<Tick>): AsyncIterable<Tick> {
    return values;
  }

  async size(data: ReadableStream<Uint8Array>): Promise<number> {
    let total = 0;
    for await (const chunk of data) total += chunk.length;
    return total;
  }

  produced(): number {
    return this.#produced;
  }

  finished(): boolean {
    return this.#finished;
  }

  add(a: number, b: number): number {
    return a + b;
  }
}

/** A new one. */
export function hostTicker(): TickerServer {
  return new TickerServer(new HostTicker() satisfies { [K in keyof Ticker]: unknown });
}
