import { ProxyKind } from '../wire/constants.gen.js';
import type { Guest } from './guest.js';
import { Listened } from './listened.js';

type Callback = (...args: unknown[]) => unknown;

interface Arrived {
  readonly callback: WeakRef<Callback>;
  /** References that came with it. */
  count: number;
}

/** Functions of the other side's that were given as arguments, as functions of JavaScript's: one of theirs is one here while it is kept. */
export class Callbacks {
  readonly #guest: Guest;
  readonly #arrived = new Map<number, Arrived>();
  readonly #numbers = new WeakMap<object, number>();
  readonly #collected = new FinalizationRegistry<readonly [number, Arrived]>(([number, arrived]) =>
    this.#forget(number, arrived),
  );

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** For one reference that came. */
  get(number: number, kind: unknown): Callback {
    const arrived = this.#arrived.get(number);
    const known = arrived?.callback.deref();
    if (arrived !== undefined && known !== undefined) {
      arrived.count++;
      return known;
    }
    const callback = this.#made(number, kind === ProxyKind.asyncCallback);
    const made = { callback: new WeakRef(callback), count: 1 };
    this.#arrived.set(number, made);
    this.#numbers.set(callback, number);
    this.#collected.register(callback, [number, made]);
    return callback;
  }

  /** Of one that goes home; undefined: it is none. */
  numberOf(value: object): number | undefined {
    return this.#numbers.get(value);
  }

  #forget(number: number, arrived: Arrived): void {
    if (this.#arrived.get(number) === arrived) this.#arrived.delete(number);
    this.#guest.giveBack(number, arrived.count);
  }

  #made(number: number, isAsync: boolean): Callback {
    const guest = this.#guest;
    const callback: Callback = (...args) => {
      // While a program of theirs runs here they wait for it, so this thread may wait for them.
      if (!isAsync && guest.host.isRunning) return guest.calledSync(number, args);
      return Listened.to(guest.called(number, args).finally(() => callback));
    };
    return callback;
  }
}
