import type { Int } from 'ringsnake';

export interface Tick {
  at: Int;
  name: string;
  note?: string | null;
}

/** Streams in every place, served by both sides. */
export interface Ticker {
  /** 0 to `count - 1`, from a source of that kind. */
  count(
    count: Int,
    source: 'async' | 'waiting' | 'generator' | 'list' | 'coroutine',
  ): AsyncIterable<Int>;
  /** Counts without end until it is told to stop. */
  endless(): AsyncGenerator<Int>;
  records(count: Int): AsyncIterableIterator<Tick>;
  /** The same record each time, changed in between. */
  reused(count: Int): AsyncIterable<Tick>;
  /** Fails when `count` items are there. */
  failing(count: Int): AsyncIterable<number>;
  /** Whose items are not what was declared, from `count` on. */
  lying(count: Int): AsyncIterable<number>;
  /** Fails before there is a stream. */
  refuse(): AsyncIterable<number>;
  /** Never returns a stream. */
  never(): AsyncIterable<number>;
  chunks(count: Int, size: Int): AsyncIterable<Uint8Array>;
  web(count: Int, size: Int): ReadableStream<Uint8Array>;

  sum(values: AsyncIterable<number>, more?: AsyncIterable<number>): Promise<number>;
  /** Takes so many, then leaves. */
  takeSome(values: AsyncIterable<Int>, count: Int): Promise<Int[]>;
  /** Takes one, then nothing, and keeps the stream. */
  hold(values: AsyncIterable<Int>): Promise<Int>;
  /** Lets go of what it keeps. */
  letGo(): Promise<void>;
  /** Does not look at it. */
  ignore(values: AsyncIterable<Int>): Promise<void>;
  double(values: AsyncIterable<number>): AsyncIterable<number>;
  /** The same stream back. */
  back(values: AsyncIterable<Tick>): AsyncIterable<Tick>;
  size(data: ReadableStream<Uint8Array>): Promise<Int>;

  /** Items asked of the source of the last stream, and whether its finally block ran. */
  produced(): Promise<Int>;
  finished(): Promise<boolean>;
  add(a: number, b: number): Promise<number>;
  /** Gives back what it is sent. */
  told(): AsyncGenerator<Int, void, Int>;
}

/** The ticker of the other side, called from this one. */
export interface Mirror {
  run(scenario: string): Promise<string>;
}
