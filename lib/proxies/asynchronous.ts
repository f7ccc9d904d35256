import { inspect } from 'node:util';
import { ProxyStep } from '../wire/constants.gen.js';
import { called } from './call.js';
import { Expression } from './expression.js';
import { Held } from './held.js';
import { items } from './iteration.js';
import { indexOf } from './key.js';
import type { Manner } from './manner.js';
import { STATE } from './proxy-state.js';
import { settled } from './settle.js';
import { shown } from './shown.js';
import type { PythonProxy } from './types.js';

/** What all of them are to JavaScript: a bound constructor can be called, constructed, and has no properties that a proxy would have to show. */
const TARGET = Object.assign(Object.bind(undefined), { [inspect.custom]: shown });

/** A proxy for an object, or for what a chain of steps will give. */
export function asynchronous(state: Held | Expression, manner: Manner): PythonProxy {
  return new Proxy(TARGET, new AsynchronousProxy(state, manner)) as unknown as PythonProxy;
}

class AsynchronousProxy implements ProxyHandler<typeof TARGET> {
  readonly #state: Held | Expression;
  readonly #manner: Manner;

  constructor(state: Held | Expression, manner: Manner) {
    this.#state = state;
    this.#manner = manner;
  }

  get(target: typeof TARGET, key: string | symbol): unknown {
    if (typeof key === 'symbol') return this.#symbol(target, key);
    // What is settled is no promise: `await` and `return` in async functions leave it as it is.
    if (key === 'then') return this.#state instanceof Expression ? thenOf(this.#state) : undefined;
    const index = indexOf(key);
    return this.#followedBy(
      index === undefined ? ProxyStep.get : ProxyStep.getItem,
      index === undefined ? key : index,
    );
  }

  apply(_target: unknown, _this: unknown, args: unknown[]): unknown {
    return asynchronous(called(this.#expression(), args), this.#manner);
  }

  construct(_target: unknown, args: unknown[]): object {
    return asynchronous(called(this.#expression(), args), this.#manner) as unknown as object;
  }

  set(_target: unknown, key: string | symbol): never {
    throw new TypeError(
      `an assignment cannot be awaited: \`await py.set(object, '${String(key)}', value)\`, or use py.sync`,
    );
  }

  deleteProperty(_target: unknown, key: string | symbol): never {
    throw new TypeError(
      `a deletion cannot be awaited: \`await py.delete(object, '${String(key)}')\`, or use py.sync`,
    );
  }

  has(_target: unknown, key: string | symbol): boolean {
    if (typeof key === 'symbol') return key === STATE;
    throw new TypeError(
      `\`in\` cannot be awaited: \`await py.has(object, '${key}')\`, or use py.sync`,
    );
  }

  ownKeys(): string[] {
    return [];
  }

  getOwnPropertyDescriptor(): undefined {
    return undefined;
  }

  defineProperty(): boolean {
    return false;
  }

  #symbol(target: typeof TARGET, key: symbol): unknown {
    switch (key) {
      case STATE:
        return this.#state;
      case Symbol.asyncIterator:
        return () => items(this.#expression());
      case Symbol.dispose:
        return () => this.#release();
      case Symbol.asyncDispose:
        return async () => this.#release();
      case Symbol.toPrimitive:
        return refuseText;
      default:
        return key === inspect.custom ? Reflect.get(target, key) : undefined;
    }
  }

  #release(): void {
    if (this.#state instanceof Held) this.#state.guest.release(this.#state);
  }

  #expression(): Expression {
    return this.#state instanceof Held ? Expression.of(this.#state, this.#manner) : this.#state;
  }

  #followedBy(step: ProxyStep, item: unknown): unknown {
    return asynchronous(this.#expression().followedBy(step, item), this.#manner);
  }
}

function thenOf(expression: Expression): PromiseLike<unknown>['then'] {
  return (onResolved, onRejected) => settled(expression).then(onResolved, onRejected);
}

function refuseText(): never {
  throw new TypeError(
    'the text of an object has to be awaited: `await py.str(object)`, or use py.sync',
  );
}
