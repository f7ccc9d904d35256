import { type CallOptions, mergedOptions } from '../session/call-options.js';
import type { Caller, InterfaceDefinition } from '../session/interface.js';
import type { Dispatcher } from './dispatcher.js';
import type { Route } from './routing.js';

/** What calls of one client have in common. */
export interface PoolTarget {
  readonly definition: InterfaceDefinition;
  readonly route: Route;
  readonly options: CallOptions;
}

/** Calls one interface of whichever member each call is given to. */
export class PoolCaller implements Caller {
  readonly #dispatcher: Dispatcher;
  readonly #target: PoolTarget;

  constructor(dispatcher: Dispatcher, target: PoolTarget) {
    this.#dispatcher = dispatcher;
    this.#target = target;
  }

  call(method: number, args: readonly unknown[]): Promise<unknown> {
    return this.#dispatcher.call({ target: this.#target, method, args });
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    return this.#dispatcher.callSync({ target: this.#target, method, args });
  }

  withOptions(options: CallOptions): Caller {
    const merged = mergedOptions(this.#target.options, options);
    return new PoolCaller(this.#dispatcher, { ...this.#target, options: merged });
  }
}
