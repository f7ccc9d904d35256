import { type CallOptions, mergedOptions } from '../session/call-options.js';
import type { Caller, ClientClass, InterfaceDefinition, Pipelined } from '../session/interface.js';
import { openStream, openStreamSync } from '../session/open-stream.js';
import { promised } from '../session/pipelined.js';
import type { RemoteStream } from '../session/remote-stream.js';
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

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    return promised(this.call(method, args), clientClass);
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return openStream(this, { method, args, options: this.#target.options });
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return openStreamSync(this, { method, args, options: this.#target.options });
  }

  withOptions(options: CallOptions): Caller {
    const merged = mergedOptions(this.#target.options, options);
    return new PoolCaller(this.#dispatcher, { ...this.#target, options: merged });
  }
}
