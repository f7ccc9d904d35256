/**
 * The types that `ringsnake stubs` writes its files with. Each thing of Python has one interface for both styles of proxies:
 * `S` says whether what it gives is awaited, so that its documentation and its overloads are the same in both.
 */
import type { TypedArray } from './placeholder.js';

/** Of proxies: what calls and attributes give is awaited, or is there at once. */
export type Style = 'async' | 'sync';

/** Modules with declared types, by name. Generated files add to it. */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by the files that are generated
// biome-ignore lint/correctness/noUnusedVariables: every declaration of an interface names its parameters alike
export interface Modules<S extends Style> {}

/** What stands for something of Python that nothing more is known of. */
// biome-ignore lint/suspicious/noExplicitAny: whoever explores without types wants none
export type Any = any;

/** What an attribute, an item or a call gives. */
export type Result<S extends Style, T> = S extends 'sync' ? T : Pending<T>;

/** Can be awaited; what it will be can be used before that, too. */
type Pending<T> = 0 extends 1 & T ? T : T extends object ? T & PromiseLike<T> : PromiseLike<T>;

/** The classes that an object is an instance of, as far as they are described. */
export type ClassNames<Names extends string> = { readonly [Name in Names]: true };

/** Any object of Python. */
export interface Object<S extends Style> {
  readonly [reference]: S;
  /** An item, where there are any. */
  readonly [index: number]: Any;
  [Symbol.dispose](): void;
}
declare const reference: unique symbol;

/** A proxy, of whatever style. */
interface Reference {
  readonly [reference]: Style;
}

/** An instance of a described class. */
export interface InstanceOf<Name extends string> {
  readonly '#classes': ClassNames<Name>;
}

/** A class itself; its call makes instances. */
export interface Class<S extends Style, T> extends Object<S> {
  readonly __name__: Result<S, string>;
  readonly [instance]?: T;
}
declare const instance: unique symbol;

export type Iterate<S extends Style, T> = S extends 'sync' ? () => globalThis.Iterator<T> : never;
export type AsyncIterate<S extends Style, T> = S extends 'async' ? () => globalThis.AsyncIterator<T> : never;

/** What can be iterated over. */
export interface Items<S extends Style, T> extends Object<S> {
  readonly [Symbol.iterator]: Iterate<S, T>;
  readonly [Symbol.asyncIterator]: AsyncIterate<S, T>;
}

export interface Iterator<S extends Style, T> extends Items<S, T> {}
export type Coroutine<S extends Style, T> = S extends Style ? T : never;

/** A `list`, or what has the methods of one. */
export interface List<S extends Style, T> extends Items<S, T> {
  readonly [index: number]: Result<S, T>;
}
/** A `tuple`. */
export interface Tuple<S extends Style, T extends readonly unknown[]> extends Items<S, T[number]> {
  readonly [index: number]: Result<S, T[number]>;
}
/** A `set` or `frozenset`. */
export interface Set<S extends Style, T> extends Items<S, T> {}
/** A `dict`. */
export interface Dict<S extends Style, K, V> extends Items<S, K> {
  keys(): Result<S, Items<S, K>>;
  values(): Result<S, Items<S, V>>;
}
/** `bytes` or a `bytearray`. */
export interface BytesObject<S extends Style> extends Items<S, number> {}

/** Arguments by name. */
export interface Kwargs<T> {
  readonly __kwargs: T;
}

// What may be passed. Python converts as it does; what it does not want is its error.
export type Bool = boolean | Reference;
export type Int = number | bigint | Reference;
export type Float = number | bigint | Reference;
export type Complex = number | bigint | Reference;
export type Str = string | Reference;
export type Bytes = ArrayBufferView | ArrayBuffer | Reference;
export type ListLike<T> = readonly T[] | TypedArray | Reference;
export type TupleLike<T extends readonly unknown[]> = T | Reference;
export type SetLike<T> = ReadonlySet<T> | Reference;
export type IterableLike<T> = globalThis.Iterable<T> | Reference;
export type DictLike<K, V> = ReadonlyMap<K, V> | { readonly [key: string]: V } | Reference;
export type ArrayLike = number | bigint | boolean | string | TypedArray | readonly ArrayLike[] | Reference;
export type DTypeLike = string | null | Reference | readonly unknown[];
// biome-ignore lint/suspicious/noExplicitAny: a function that may be called with anything
export type Callback<F extends (...args: any[]) => unknown = (...args: any[]) => unknown> =
  | ((...args: Parameters<F>) => ReturnType<F> | PromiseLike<ReturnType<F>>)
  | Reference;
