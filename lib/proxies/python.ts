import type { CallOptions } from '../session/call-options.js';
import { mergedOptions } from '../session/call-options.js';
import { ProxyStep } from '../wire/constants.gen.js';
import { Tuple } from '../wire/values/tuple.js';
import { asynchronous } from './asynchronous.js';
import type { Expression, GuestSource } from './expression.js';
import { Expressions } from './expressions.js';
import { Held } from './held.js';
import { items } from './iteration.js';
import { type Keywords, kwargs } from './keywords.js';
import type { Manner } from './manner.js';
import type { ExecuteOptions, IterateOptions, Output } from './options.js';
import { stateOf } from './proxy-state.js';
import { settled } from './settle.js';
import { type Slice, slice } from './slice.js';
import { SyncPython } from './sync-python.js';
import type { PythonModules, PythonProxy, PythonResult } from './types.js';

/**
 * Python without an interface: any module, any object. What gives an object can be extended and is run when it is awaited; what gives a value is a promise.
 * Nothing here has a name that an object of Python's could have: proxies have Python's names alone.
 */
export class Python {
  /** The same, blocking this thread until each answer is there. */
  readonly sync: SyncPython;
  readonly #source: GuestSource;
  readonly #make: Expressions;
  readonly #manner: Manner;

  constructor(source: GuestSource, options?: CallOptions) {
    this.#source = source;
    this.#manner = { isSync: false, options };
    this.#make = new Expressions(source, this.#manner);
    this.sync = new SyncPython(source, options);
  }

  /** The same, whose calls have these options, too; and so those of all proxies that come of it. */
  withOptions(options: CallOptions): Python {
    return new Python(this.#source, mergedOptions(this.#manner.options ?? {}, options));
  }

  /** A module: `await py.import('numpy')`, `await py.import('os.path')`. */
  import<Name extends keyof PythonModules>(name: Name): PromiseLike<PythonModules[Name]>;
  import(name: string): PythonProxy;
  import(name: string): unknown {
    return this.#lazy(this.#make.load(name));
  }

  /** Python's built-in functions and classes: `py.builtins.len(x)`. */
  get builtins(): PythonProxy {
    return this.#lazy(this.#make.load('builtins'));
  }

  /** What an expression gives, in that namespace, a `dict`; default: one of the worker's own, which keeps what code defines. */
  eval(code: string, namespace?: unknown): PythonProxy {
    return this.#lazy(this.#make.evaluate(code, namespace));
  }

  /** Runs statements there. */
  exec(code: string, namespace?: unknown): Promise<void>;
  exec(code: string, namespace: unknown, options: { readonly capture: true }): Promise<Output>;
  exec(code: string, namespace: unknown, options: ExecuteOptions): Promise<Output | undefined>;
  exec(code: string, namespace?: unknown, { capture = false }: ExecuteOptions = {}): unknown {
    const execution = this.#make.execute(code, namespace, capture);
    return capture ? settled(execution) : settled(execution).then(nothing);
  }

  /** A new `dict`, to run code in: `py.namespace({ x: 1 })`. */
  namespace(entries: Readonly<Record<string, unknown>> = {}): PythonProxy {
    return this.#lazy(this.#make.builtin('dict', [entries]));
  }

  /** An attribute, also one with a name that JavaScript takes for its own: `then`. */
  get(object: unknown, name: string): PythonProxy {
    return this.#lazy(this.#make.of(object).followedBy(ProxyStep.get, name));
  }

  async set(object: unknown, name: string, value: unknown): Promise<void> {
    await settled(this.#make.of(object).followedBy(ProxyStep.set, name, value));
  }

  async delete(object: unknown, name: string): Promise<void> {
    await settled(this.#make.of(object).followedBy(ProxyStep.delete, name));
  }

  /** Whether it has such an attribute. */
  has(object: unknown, name: string): Promise<boolean> {
    return settled(this.#make.builtin('hasattr', [object, name])) as Promise<boolean>;
  }

  /** An item: `py.item(rows, 0)`, `py.item(rows, slice(1, 5))`, `py.item(matrix, py.tuple(0, slice()))`. */
  item(object: unknown, key: unknown): PythonProxy {
    return this.#lazy(this.#make.of(object).followedBy(ProxyStep.getItem, key));
  }

  async setItem(object: unknown, key: unknown, value: unknown): Promise<void> {
    await settled(this.#make.of(object).followedBy(ProxyStep.setItem, key, value));
  }

  async deleteItem(object: unknown, key: unknown): Promise<void> {
    await settled(this.#make.of(object).followedBy(ProxyStep.deleteItem, key));
  }

  /** An operator, by its name in Python's module `operator`: `py.op('matmul', a, b)`, `py.op('neg', a)`. */
  op(name: string, ...operands: unknown[]): PythonProxy {
    return this.#lazy(this.#make.operate(name, operands));
  }

  /** Items, one after the other: as `for await (const item of object)`, with options. */
  iterate(object: unknown, { batch }: IterateOptions = {}): AsyncGenerator<PythonResult, void> {
    return items(this.#make.of(object), batch);
  }

  /** What a coroutine, a future or a task gives. Coroutines are awaited by themselves where they are the end of a chain. */
  await(object: unknown): PythonProxy {
    return this.#lazy(this.#make.of(object).followedBy(ProxyStep.await));
  }

  /**
   * Runs `body` in a context manager: `await py.with(py.builtins.open('a.txt'), async (file) => …)`. What `body` throws goes to `__exit__`, as the
   * very exception if it came from Python; if that deals with it, undefined is returned.
   */
  async with<Result>(
    manager: unknown,
    body: (entered: PythonResult) => Result | PromiseLike<Result>,
  ): Promise<Result | undefined> {
    const managing = (await settled(this.#make.of(manager))) as PythonProxy;
    const entered = await settled(this.#make.of(managing).followedBy(ProxyStep.enter));
    let result: Result;
    try {
      result = await body(entered);
    } catch (error) {
      if (await this.#exit(managing, error)) return undefined;
      throw error;
    }
    await settled(this.#make.of(managing).followedBy(ProxyStep.exit, null));
    return result;
  }

  isinstance(object: unknown, type: unknown): Promise<boolean> {
    return settled(this.#make.of(object).followedBy(ProxyStep.instance, type)) as Promise<boolean>;
  }

  /** The names of its attributes. */
  dir(object: unknown): Promise<string[]> {
    return settled(this.#make.of(object).followedBy(ProxyStep.names)) as Promise<string[]>;
  }

  str(object: unknown): Promise<string> {
    return settled(this.#make.of(object).followedBy(ProxyStep.text)) as Promise<string>;
  }

  repr(object: unknown): Promise<string> {
    return settled(this.#make.of(object).followedBy(ProxyStep.display)) as Promise<string>;
  }

  /**
   * A copy by value, all the way down: lists, tuples, sets, dicts, dates, decimals, bytes, arrays (which come as views of shared memory). What has no form
   * in JavaScript is EncodeError, with its place.
   */
  value(object: unknown): Promise<PythonResult> {
    return settled(this.#make.of(object).followedBy(ProxyStep.value));
  }

  /** A tuple: `py.tuple(1, 2)`. */
  tuple(...values: unknown[]): Tuple<unknown> {
    return new Tuple(values);
  }

  /** As the exported `slice()`. */
  slice(start?: unknown, stop?: unknown, step?: unknown): Slice {
    return slice(start, stop, step);
  }

  /** As the exported `kwargs()`. */
  kwargs(named: Readonly<Record<string, unknown>>): Keywords {
    return kwargs(named);
  }

  /** The same object, as an asynchronous proxy. */
  of(proxy: unknown): PythonProxy {
    const state = stateOf(proxy);
    return state instanceof Held
      ? asynchronous(state, this.#manner)
      : this.#lazy(this.#make.of(proxy));
  }

  /** Gives objects back before the garbage collector does. */
  release(...proxies: unknown[]): void {
    for (const proxy of proxies) {
      const state = stateOf(proxy);
      if (state instanceof Held) state.guest.release(state);
    }
  }

  async #exit(managing: PythonProxy, error: unknown): Promise<boolean> {
    const { guest } = stateOf(managing) as Held;
    const leaving = this.#make.of(managing).followedBy(ProxyStep.exit, guest.raised(error));
    return (await settled(leaving)) === true;
  }

  #lazy(expression: Expression): PythonProxy {
    return asynchronous(expression, this.#manner);
  }
}

function nothing(): void {}
