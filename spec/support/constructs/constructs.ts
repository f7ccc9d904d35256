import type { Int, NDArray } from 'ringsnake';

export enum Color {
  Red = 'red',
  Green = 'green',
  /** Not seen often. */
  Blue = 'blue',
}

export enum Level {
  Low = 1,
  High = 10,
}

export enum Mixed {
  Zero = 0,
  Name = 'name',
}

/** Told from other strings by the compiler alone. */
export type UserId = string & { readonly brand: 'UserId' };
export type Cents = Int & { readonly unit: 'cents' };
export type Pixels = `${number}px`;
export type Route = `/${string}/${'a' | 'b'}`;

export interface Circle {
  kind: 'circle';
  radius: number;
}

export interface Square {
  kind: 'square';
  side: number;
  label?: string;
}

export interface Group {
  kind: 'group' | 'layer';
  members: Shape[];
}

/** Told apart by `kind`. */
export type Shape = Circle | Square | Group;

export interface ByMail {
  address: string;
  copies?: Int;
}

export interface ByPhone {
  number: string;
}

/** Told apart by what they must have. */
export type Contact = ByMail | ByPhone;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type Pair = [left: string, right: number];
export type Range = readonly [from: number, to?: number];
export type Line = [name: string, ...points: Pair[]];

export interface Page<T> {
  items: T[];
  next?: string;
}

export interface User {
  id: UserId;
  name: string;
  born: Date | null;
  home?: URL;
  tags: Set<string>;
  scores: Map<string, number>;
  address: {
    street: string;
    zip?: string;
  };
}

export type UserPatch = Partial<Pick<User, 'name' | 'born'>>;
export type UserName = User['name'];
export type Flags = Record<'read' | 'write', boolean>;

/** Beside its fields it has others. */
export interface Headers {
  host: string;
  [name: string]: string;
}

interface Hidden {
  secret: number;
}

export type Secret = Hidden & { readonly depth?: Int };

export namespace Deep {
  export interface Thing {
    name: string;
  }
  export namespace Deeper {
    export type Things = Thing[];
  }
}

/**
 * Has members that are not known yet.
 *
 * @open
 */
export enum Size {
  Small = 'small',
  Large = 'large',
}

/** @open */
export enum Grade {
  Low = 1,
  High = 10,
}

/** @open */
export type Mood = 'glad' | 'sad';
/** @open */
type Half = 0.5 | 'whole';

export interface Open {
  /** @open */
  side: 'left' | 'right';
  /** @open */
  color?: Color | null;
  moods: Mood[];
}

export interface Made {
  kind: 'made';
  at: Date;
  by?: string;
}
export interface Moved {
  kind: 'moved' | 'turned';
  to: [x: Int, ...names: string[]];
  parts: Record<string, Shape>;
}
/**
 * Has members that are not known yet.
 *
 * @open
 */
export type Happening = Made | Moved;

/** Without an end, with one that is not known, or with one. */
export type Interval = [from: Int, to?: Int | undefined];

/** One of each construct. */
export interface Constructs {
  color(value: Color): Promise<Color>;
  level(value: Level): Promise<Level>;
  mixed(value: Mixed): Promise<Mixed>;
  warm(value: Color.Red | Color.Green): Promise<Color.Red>;
  userId(value: UserId): Promise<UserId>;
  cents(value: Cents): Promise<Cents>;
  pixels(value: Pixels): Promise<Pixels>;
  route(value: Route): Promise<Route>;
  shape(value: Shape): Promise<Shape>;
  shapes(value: readonly Shape[]): Promise<Shape[]>;
  maybeShape(value: Shape | null): Promise<Shape | null>;
  contact(value: Contact): Promise<Contact>;
  json(value: Json): Promise<Json>;
  pair(value: Pair): Promise<Pair>;
  range(value: Range): Promise<Range>;
  line(value: Line): Promise<Line>;
  triple(value: [number, string, boolean]): Promise<[number, string, boolean]>;
  users(value: Page<User>): Promise<Page<User>>;
  names(value: Page<string>): Promise<Page<string>>;
  user(value: User): Promise<User>;
  patch(value: UserPatch): Promise<UserPatch>;
  userName(value: UserName): Promise<UserName>;
  flags(value: Flags): Promise<Flags>;
  headers(value: Headers): Promise<Headers>;
  secret(value: Secret): Promise<Secret>;
  thing(value: Deep.Thing): Promise<Deep.Thing>;
  things(value: Deep.Deeper.Things): Promise<Deep.Deeper.Things>;
  date(value: Date): Promise<Date>;
  url(value: URL): Promise<URL>;
  regExp(value: RegExp): Promise<RegExp>;
  set(value: Set<number>): Promise<Set<number>>;
  frozen(value: ReadonlySet<string>): Promise<ReadonlySet<string>>;
  map(value: Map<number, string[]>): Promise<Map<number, string[]>>;
  dict(value: Record<string, number>): Promise<Record<string, number>>;
  numbered(value: Record<number, string>): Promise<Record<number, string>>;
  anything(value: unknown): Promise<unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: it is one of the constructs.
  whatever(value: any): Promise<any>;
  object(value: object): Promise<object>;
  bytes(value: Uint8Array): Promise<Uint8Array>;
  buffer(value: ArrayBuffer): Promise<ArrayBuffer>;
  view(value: DataView): Promise<DataView>;
  memory(value: ArrayBuffer | DataView | null): Promise<ArrayBuffer | DataView | null>;
  floats(value: Float32Array): Promise<Float32Array>;
  longs(value: BigInt64Array): Promise<BigInt64Array>;
  shorts(value: Int16Array): Promise<Int16Array>;
  matrix(value: NDArray<'f64', [number, 2]>): Promise<NDArray<'f64', [number, 2]>>;
  either(value: string | number | bigint | boolean | Date | Uint8Array): Promise<string | number>;
  texts(value: string | string[]): Promise<string | string[]>;
  undefinable(value: string | undefined): Promise<string | undefined>;
  gaps(value: (number | undefined | null)[]): Promise<(number | undefined | null)[]>;
  autoOr(value: 'auto' | 'none' | number): Promise<'auto' | 'none' | number>;
  inline(value: { x: number; y: { z: string }[] }): Promise<{ done: boolean }>;
  size(value: Size): Promise<Size>;
  grade(value: Grade): Promise<Grade>;
  mood(value: Mood): Promise<Mood>;
  maybeMood(value: Mood | null): Promise<Mood | null>;
  half(value: Half): Promise<Half>;
  known(value: 'a' | 'b' | (string & {})): Promise<'a' | 'b' | (string & {})>;
  open(value: Open): Promise<Open>;
  sizes(value: Map<Size, Mood>): Promise<Map<Size, Mood>>;
  moodOr(value: Mood | Date | Grade | null): Promise<Mood | Date | Grade | null>;
  happening(value: Happening): Promise<Happening>;
  happenings(value: readonly (Happening | null)[]): Promise<(Happening | null)[]>;
  interval(value: Interval): Promise<Interval>;
  sparse(value: readonly [Int, (string | undefined)?, (Int | null | undefined)?]): Promise<unknown>;
  tagged(/** @open */ value: 'x' | 1 | true): Promise<unknown>;
  setAsync(value: boolean): Promise<void>;
  notify(value: string): void;
}
