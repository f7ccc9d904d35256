import { inspect } from 'node:util';
import { ReleasedError } from '../errors.js';
import { ProxyStep } from '../wire/constants.gen.js';
import { called } from './call.js';
import { Expression, type GuestSource } from './expression.js';
import type { Held } from './held.js';
import { itemsSync } from './iteration.js';
import { indexOf } from './key.js';
import type { Manner } from './manner.js';
import { STATE } from './proxy-state.js';
import { settledSync } from './settle.js';
import { shown } from './shown.js';
import type { SyncPythonProxy } from './types.js';

/** As that of the asynchronous ones. */
const TARGET = Object.assign(Object.bind(undefined), { [inspect.custom]: shown });

/** A proxy whose every use blocks until the answer is there. */
export function synchronous(held: Held, manner: Manner): SyncPythonProxy {
  return new Proxy(TARGET, new SynchronousProxy(held, manner)) as unknown as SyncPythonProxy;
}

class SynchronousProxy implements ProxyHandler<typeof TARGET> {
  readonly #held: Held;
  readonly #manner: Manner;

  constructor(held: Held, manner: Manner) {
    this.#held = held;
    this.#manner = manner;
  }

  get(target: typeof TARGET, key: string | symbol): unknown {
    if (typeof key === 'symbol') return this.#symbol(target, key);
    // Else async functions could not return one.
    if (key === 'then') return undefined;
    const held = this.#held;
    const index = indexOf(key);
    if (index !== undefined) return this.#run(ProxyStep.getItem, index);
    if (held.isReleased) throw released();
    return held.guest.getSync(held, this.#manner, key);
  }

  apply(_target: unknown, _this: unknown, args: unknown[]): unknown {
    const held = this.#held;
    if (!held.isReleased && args.every(isPlain))
      return held.guest.callSync(held, this.#manner, args);
    return settledSync(called(this.#expression(), args), this.apply);
  }

  construct(_target: unknown, args: unknown[]): object {
    return settledSync(called(this.#expression(), args), this.construct) as object;
  }

  set(_target: unknown, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'symbol') return false;
    const index = indexOf(key);
    if (index === undefined) this.#run(ProxyStep.set, key, value);
    else this.#run(ProxyStep.setItem, index, value);
    return true;
  }

  deleteProperty(_target: unknown, key: string | symbol): boolean {
    if (typeof key === 'symbol') return false;
    const index = indexOf(key);
    if (index === undefined) this.#run(ProxyStep.delete, key);
    else this.#run(ProxyStep.deleteItem, index);
    return true;
  }

  has(_target: unknown, key: string | symbol): boolean {
    if (typeof key === 'symbol') return key === STATE;
    const builtins = Expression.of(sourceOf(this.#held), this.#manner)
      .followedBy(ProxyStep.load, 'builtins')
      .followedBy(ProxyStep.get, 'hasattr');
    const self = synchronous(this.#held, this.#manner);
    return settledSync(called(builtins, [self, key]), this.has) === true;
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
        return this.#held;
      case Symbol.iterator:
        return () => itemsSync(this.#expression());
      case Symbol.dispose:
        return () => this.#held.guest.release(this.#held);
      case Symbol.toPrimitive:
        return () => this.#run(ProxyStep.text);
      default:
        return key === inspect.custom ? Reflect.get(target, key) : undefined;
    }
  }

  #expression(): Expression {
    return Expression.of(this.#held, this.#manner);
  }

  #run(step: ProxyStep, ...items: readonly unknown[]): unknown {
    return settledSync(this.#expression().followedBy(step, ...items), this.get);
  }
}

/** Of what runs where the object is. */
function sourceOf({ guest }: Held): GuestSource {
  return { current: () => guest, next: () => undefined };
}

/** Whether it is an operand as it is. */
function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

function released(): ReleasedError {
  return new ReleasedError('this object was released: it cannot be used any more');
}
