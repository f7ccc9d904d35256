/**
 * The types that `ringsnake stubs` writes its files with. Each thing of Python has one interface for both styles of proxies: `S` says whether what it gives
 * is awaited. So its documentation and its overloads are the same in both; a mapped type would lose them.
 */
import type { Keywords } from './keywords.js';
import type { PythonProxy, SyncPythonProxy } from './types.js';

/** Of proxies: what calls and attributes give is awaited (`worker.py`), or is there at once (`worker.py.sync`). */
export type Style = 'async' | 'sync';

/** Modules whose types are known, by name: the files of `ringsnake stubs` add members to this. */
// biome-ignore lint/suspicious/noEmptyInterface: declarations elsewhere fill it.
// biome-ignore lint/correctness/noUnusedVariables: they must name the same parameter.
export interface Modules<S extends Style> {}

/** What nothing is known of. */
// biome-ignore lint/suspicious/noExplicitAny: whatever Python gives.
export type Any = any;

/** What an attribute, an item or a call gives. */
export type Result<S extends Style, T> = S extends 'sync' ? T : Expression<T>;

/** Gives that when it is awaited, and can be gone on from before that. */
type Expression<T> = 0 extends 1 & T ? T : T extends object ? T & PromiseLike<T> : PromiseLike<T>;

declare const style: unique symbol;

/** Any object of Python's. */
export interface Object<S extends Style> {
  readonly [style]: S;
  /** An item, where it has any. */
  readonly [index: number]: Any;
  [Symbol.dispose](): void;
}

type Untyped = PythonProxy | SyncPythonProxy;
type Reference = { readonly [style]: Style } | Untyped;

/** The classes that an object is an instance of, as far as they are described. */
export type ClassNames<Names extends string> = { readonly [Name in Names]: true };

/** An instance of a class, or of one that derives from it. */
export type InstanceOf<Name extends string> = { readonly '#classes': ClassNames<Name> } | Untyped;

/** A class itself: its call makes instances. */
export interface Class<S extends Style, T> extends Object<S> {
  readonly __name__: Result<S, string>;
  readonly '#instance'?: T;
}

export type Iterate<S extends Style, T> = S extends 'sync' ? () => globalThis.Iterator<T> : never;
export type AsyncIterate<S extends Style, T> = S extends 'async'
  ? () => globalThis.AsyncIterator<T>
  : never;

/** What can be iterated over. */
export interface Items<S extends Style, T> extends Object<S> {
  readonly [Symbol.iterator]: Iterate<S, T>;
  readonly [Symbol.asyncIterator]: AsyncIterate<S, T>;
}

/** An iterator or a generator. */
export interface Iterator<S extends Style, T> extends Items<S, T> {
  close(): Result<S, null>;
}

/** What a coroutine gives: it is awaited by itself. */
// biome-ignore lint/correctness/noUnusedVariables: all of these have a style.
export type Coroutine<S extends Style, T> = T;

/** A `list`, or what has the methods of one. */
export interface List<S extends Style, T> extends Items<S, T> {
  readonly [index: number]: Result<S, T>;
  append(item: T): Result<S, null>;
  extend(items: IterableLike<T>): Result<S, null>;
  insert(index: number, item: T): Result<S, null>;
  pop(index?: number): Result<S, T>;
  remove(item: T): Result<S, null>;
  index(item: T): Result<S, number>;
  count(item: T): Result<S, number>;
  copy(): Result<S, List<S, T>>;
  clear(): Result<S, null>;
  reverse(): Result<S, null>;
  sort(
    options?: Kwargs<{ key?: Callback<(item: T) => unknown>; reverse?: boolean }>,
  ): Result<S, null>;
}

/** A `tuple`. */
export interface Tuple<S extends Style, T extends readonly unknown[]> extends Items<S, T[number]> {
  readonly [index: number]: Result<S, T[number]>;
  index(item: T[number]): Result<S, number>;
  count(item: T[number]): Result<S, number>;
}

/** A `set` or `frozenset`. */
export interface Set<S extends Style, T> extends Items<S, T> {
  add(item: T): Result<S, null>;
  discard(item: T): Result<S, null>;
  remove(item: T): Result<S, null>;
  union(...others: readonly IterableLike<T>[]): Result<S, Set<S, T>>;
  intersection(...others: readonly IterableLike<unknown>[]): Result<S, Set<S, T>>;
  difference(...others: readonly IterableLike<unknown>[]): Result<S, Set<S, T>>;
  issubset(other: IterableLike<unknown>): Result<S, boolean>;
  issuperset(other: IterableLike<unknown>): Result<S, boolean>;
  copy(): Result<S, Set<S, T>>;
}

/** A `dict`: iteration gives its keys. */
export interface Dict<S extends Style, K, V> extends Items<S, K> {
  get(key: K): Result<S, V | null>;
  get(key: K, otherwise: V): Result<S, V>;
  keys(): Result<S, Items<S, K>>;
  values(): Result<S, Items<S, V>>;
  items(): Result<S, Items<S, Tuple<S, [K, V]>>>;
  pop(key: K, otherwise?: V): Result<S, V>;
  setdefault(key: K, value: V): Result<S, V>;
  update(other: DictLike<K, V>): Result<S, null>;
  copy(): Result<S, Dict<S, K, V>>;
  clear(): Result<S, null>;
}

/** `bytes`, a `bytearray` or a `memoryview`. */
export interface BytesObject<S extends Style> extends Items<S, number> {
  decode(encoding?: string, errors?: string): Result<S, string>;
  hex(): Result<S, string>;
}

/** Arguments by name: `kwargs({ axis: 0 })`. */
export type Kwargs<T> = Keywords<T>;

// What may be passed; Python converts as it always does. Any object of Python's may be what it wants: what it is, Python knows.
export type Bool = boolean | Reference;
export type Int = number | bigint | Reference;
export type Float = number | bigint | Reference;
export type Complex = number | bigint | Reference;
export type Str = string | Reference;
export type Bytes = ArrayBufferView | ArrayBuffer | Reference;
export type ListLike<T> = readonly T[] | ArrayBufferView | Reference;
export type TupleLike<T extends readonly unknown[]> =
  | readonly T[number][]
  | Iterable<T[number]>
  | Reference;
export type SetLike<T> = ReadonlySet<T> | Reference;
export type IterableLike<T> = globalThis.Iterable<T> | Reference;
export type DictLike<K, V> = ReadonlyMap<K, V> | { readonly [key: string]: V } | Reference;
export type ArrayLike =
  | number
  | bigint
  | boolean
  | string
  | ArrayBufferView
  | readonly ArrayLike[]
  | Reference;
export type DTypeLike = string | null | readonly unknown[] | Reference;
// biome-ignore lint/suspicious/noExplicitAny: one that may be called with anything.
export type Callback<F extends (...args: any[]) => unknown = (...args: any[]) => unknown> =
  | ((...args: Parameters<F>) => ReturnType<F> | PromiseLike<ReturnType<F>>)
  | Reference;
