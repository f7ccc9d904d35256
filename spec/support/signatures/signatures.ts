/** What signatures can be besides a list of parameters: overloads, rest parameters, type parameters. */

export interface Point {
  kind: 'point';
  x: number;
}

export interface Named {
  name: string;
}

export interface Events {
  opened: string;
  closed: number;
}

export interface WatchOptions {
  from?: number;
  signal?: AbortSignal;
}

/** @value */
export class Vector {
  readonly x: number;
  readonly y: number;
  private readonly unit = 'm';

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  get length(): number {
    return Math.hypot(this.x, this.y);
  }

  toString(): string {
    return `${this.length} ${this.unit}`;
  }
}

/** An object with an overloaded method. */
export interface Door {
  on(event: 'opened', listener: (who: string) => void): Promise<number>;
  on(event: 'closed', listener: (code: number) => void): Promise<number>;
}

/** @ref */
export interface Listener {
  heard: (text: string) => Promise<string>;
}

export enum Side {
  Left = 'left',
  Right = 'right',
}

export interface Track {
  /** @packed */
  heights: readonly number[];
  /** @packed */
  times?: number[] | null;
}

export interface Film {
  /** @view */
  frames: Uint8Array[];
  /** @view */
  cover?: Uint8Array | string | null;
}

export interface SearchOptions {
  /** @default 3 @int */
  depth?: number;
  /** @default 0.5 */
  weight?: number;
  /** @default true */
  exact?: boolean;
  /** @default 'right' */
  side?: Side;
  /** @default `""` */
  prefix?: string | null;
}

/** Its methods answer with itself. */
export interface Tally {
  add(count: number): Promise<this>;
  total(): Promise<number>;
  /** Takes over what another one has. */
  merge(other: this): Promise<this>;
  positive(): Promise<this | null>;
}

/** What it inherits answers with one of these. */
export interface LabelledTally extends Tally {
  label(): Promise<string>;
}

export interface Signatures {
  /**
   * Joins texts.
   *
   * @param separator - between them
   * @param parts - what is joined
   */
  join(separator: string, ...parts: (string | number)[]): Promise<string>;
  all(...points: Point[]): Promise<number>;
  spread(...args: [first: number, second?: string]): Promise<string>;
  apply(
    f: (prefix: string, ...values: number[]) => Promise<string>,
    ...values: number[]
  ): Promise<string>;
  total(...values: number[]): AsyncIterable<number>;

  /** By its key. */
  find(key: string): Promise<string>;
  /** By its place. */
  find(place: number, exact?: boolean): Promise<number>;
  find(point: Point): AsyncIterable<number>;
  find(named: Named, ...more: Named[]): Promise<Named[]>;
  find(): Promise<void>;
  find(nothing: null, values: Float64Array): Promise<null>;

  on(event: 'opened', listener: (door: string) => void): Promise<number>;
  on(event: 'closed', listener: (code: number) => void): Promise<number>;

  /** Until it is stopped; then it tells `stopped`. */
  wait(what: string, signal?: AbortSignal): Promise<string>;
  stopped(): Promise<string[]>;
  watch(options?: WatchOptions): AsyncIterable<number>;
  linger(signal: AbortSignal, options: { times: number }): Promise<void>;

  subscribe(door: Door, count: number, name: string): Promise<number>;
  /** With defaults. */
  search(
    text: string,
    /** @default 10 @int */ limit?: number,
    /** @default "asc" */ order?: 'asc' | 'desc',
    options?: SearchOptions,
  ): Promise<string>;
  /** Arrays of numbers that travel as one piece. */
  addUp(/** @packed */ values: number[], track: Track): Promise<number>;
  track(track: Track): Promise<Track>;
  /** Bytes that Python looks at. */
  film(/** @view */ sound: Uint8Array, film: Film): Promise<Film>;
  defaults(options: SearchOptions): Promise<Required<SearchOptions>>;

  move(vector: Vector): Promise<Vector>;
  listen(listener: Listener): Promise<string>;

  tally(label: string): Promise<LabelledTally>;
  /** Adds, and gives back what it was given. */
  count(tally: LabelledTally, count: number): Promise<LabelledTally>;
  myself(): Promise<this>;

  /** Counts down, and returns what is left to say. */
  countdown(from: number, word: string): AsyncGenerator<number, string>;
  /** Returns the last point, null if there is none. */
  trace(...points: Point[]): AsyncGenerator<Point, Point | null, void>;

  sum(items: AsyncIterable<number> | null, more?: AsyncIterable<number> | null): Promise<string>;

  first<T>(values: T[], otherwise: T): Promise<T>;
  pick<K extends keyof Events>(event: K, value: Events[K]): Promise<Events[K]>;
  size<T extends object>(value: T): Promise<number>;
  map<T>(values: readonly T[], f: (value: T) => Promise<T>): Promise<T[]>;
}
