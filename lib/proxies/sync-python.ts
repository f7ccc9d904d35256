import type { CallOptions } from '../session/call-options.js';
import { mergedOptions } from '../session/call-options.js';
import { ProxyStep } from '../wire/constants.gen.js';
import { Tuple } from '../wire/values/tuple.js';
import type { Expression, GuestSource } from './expression.js';
import { Expressions } from './expressions.js';
import { Held } from './held.js';
import { itemsSync } from './iteration.js';
import { type Keywords, kwargs } from './keywords.js';
import type { Manner } from './manner.js';
import type { ExecuteOptions, IterateOptions, Output } from './options.js';
import { stateOf } from './proxy-state.js';
import { settledSync } from './settle.js';
import { type Slice, slice } from './slice.js';
import { synchronous } from './synchronous.js';
import type { PythonModules, PythonResult, SyncPythonProxy } from './types.js';

/** Python without an interface, blocking this thread until each answer is there. The asynchronous one, with all that there is to say: `Python`. */
export class SyncPython {
  readonly #source: GuestSource;
  readonly #make: Expressions;
  readonly #manner: Manner;

  constructor(source: GuestSource, options?: CallOptions) {
    this.#source = source;
    this.#manner = { isSync: true, options };
    this.#make = new Expressions(source, this.#manner);
  }

  /** The same, whose calls have these options, too; and so those of all proxies that come of it. */
  withOptions(options: CallOptions): SyncPython {
    return new SyncPython(this.#source, mergedOptions(this.#manner.options ?? {}, options));
  }

  /** A module: `py.sync.import('numpy')`. */
  import<Name extends keyof PythonModules>(name: Name): PythonModules[Name];
  import(name: string): SyncPythonProxy;
  import(name: string): unknown {
    return this.#run(this.#make.load(name));
  }

  /** Python's built-in functions and classes: `py.builtins.len(x)`. */
  get builtins(): SyncPythonProxy {
    return this.#run(this.#make.load('builtins'));
  }

  /** What an expression gives, in that namespace, a `dict`; default: one of the worker's own, which keeps what code defines. */
  eval(code: string, namespace?: unknown): SyncPythonProxy {
    return this.#run(this.#make.evaluate(code, namespace));
  }

  /** Runs statements there. */
  exec(code: string, namespace?: unknown): void;
  exec(code: string, namespace: unknown, options: { readonly capture: true }): Output;
  exec(code: string, namespace: unknown, options: ExecuteOptions): Output | undefined;
  exec(code: string, namespace?: unknown, { capture = false }: ExecuteOptions = {}): unknown {
    const output = this.#run(this.#make.execute(code, namespace, capture));
    return capture ? output : undefined;
  }

  /** A new `dict`, to run code in: `py.namespace({ x: 1 })`. */
  namespace(entries: Readonly<Record<string, unknown>> = {}): SyncPythonProxy {
    return this.#run(this.#make.builtin('dict', [entries]));
  }

  /** An attribute, also one with a name that JavaScript takes for its own: `then`. */
  get(object: unknown, name: string): SyncPythonProxy {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.get, name));
  }

  set(object: unknown, name: string, value: unknown): void {
    this.#run(this.#make.of(object).followedBy(ProxyStep.set, name, value));
  }

  delete(object: unknown, name: string): void {
    this.#run(this.#make.of(object).followedBy(ProxyStep.delete, name));
  }

  /** Whether it has such an attribute. */
  has(object: unknown, name: string): boolean {
    return this.#run(this.#make.builtin('hasattr', [object, name])) as boolean;
  }

  /** An item: `py.item(rows, 0)`, `py.item(rows, slice(1, 5))`, `py.item(matrix, py.tuple(0, slice()))`. */
  item(object: unknown, key: unknown): SyncPythonProxy {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.getItem, key));
  }

  setItem(object: unknown, key: unknown, value: unknown): void {
    this.#run(this.#make.of(object).followedBy(ProxyStep.setItem, key, value));
  }

  deleteItem(object: unknown, key: unknown): void {
    this.#run(this.#make.of(object).followedBy(ProxyStep.deleteItem, key));
  }

  /** An operator, by its name in Python's module `operator`: `py.op('matmul', a, b)`, `py.op('neg', a)`. */
  op(name: string, ...operands: unknown[]): SyncPythonProxy {
    return this.#run(this.#make.operate(name, operands));
  }

  /** Items, one after the other: as `for (const item of object)`, with options. */
  iterate(object: unknown, { batch }: IterateOptions = {}): Generator<PythonResult, void> {
    return itemsSync(this.#make.of(object), batch);
  }

  /** What a coroutine, a future or a task gives. Coroutines are awaited by themselves where they are the end of a chain. */
  await(object: unknown): SyncPythonProxy {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.await));
  }

  /**
   * Runs `body` in a context manager: `py.sync.with(open('a.txt'), (file) => …)`. What `body` throws goes to `__exit__`, as the
   * very exception if it came from Python; if that deals with it, undefined is returned.
   */
  with<Result>(manager: unknown, body: (entered: PythonResult) => Result): Result | undefined {
    const managing = this.#run(this.#make.of(manager)) as SyncPythonProxy;
    const entered = this.#run(this.#make.of(managing).followedBy(ProxyStep.enter));
    let result: Result;
    try {
      result = body(entered);
    } catch (error) {
      if (this.#exit(managing, error)) return undefined;
      throw error;
    }
    this.#run(this.#make.of(managing).followedBy(ProxyStep.exit, null));
    return result;
  }

  isinstance(object: unknown, type: unknown): boolean {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.instance, type)) as boolean;
  }

  /** The names of its attributes. */
  dir(object: unknown): string[] {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.names)) as string[];
  }

  str(object: unknown): string {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.text)) as string;
  }

  repr(object: unknown): string {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.display)) as string;
  }

  /**
   * A copy by value, all the way down: lists, tuples, sets, dicts, dates, decimals, bytes, arrays (which come as views of shared memory). What has no form
   * in JavaScript is EncodeError, with its place.
   */
  value(object: unknown): PythonResult {
    return this.#run(this.#make.of(object).followedBy(ProxyStep.value));
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

  /** The same object, as a synchronous proxy; what a chain gives, run at once. */
  of(proxy: unknown): SyncPythonProxy {
    const state = stateOf(proxy);
    if (state instanceof Held) return synchronous(state, this.#manner);
    const value = this.#run(this.#make.of(proxy));
    return stateOf(value) === undefined ? value : this.of(value);
  }

  /** Gives objects back before the garbage collector does. */
  release(...proxies: unknown[]): void {
    for (const proxy of proxies) {
      const state = stateOf(proxy);
      if (state instanceof Held) state.guest.release(state);
    }
  }

  #exit(managing: SyncPythonProxy, error: unknown): boolean {
    const { guest } = stateOf(managing) as Held;
    const leaving = this.#make.of(managing).followedBy(ProxyStep.exit, guest.raised(error));
    return this.#run(leaving) === true;
  }

  #run(expression: Expression): PythonResult {
    return settledSync(expression, this.#run);
  }
}
