import { type CallOptions, mergedOptions } from './call-options.js';
import { objectTargets } from './call-target.js';
import type { ImportedHandle } from './imported-objects.js';
import type { Caller, ClientClass, Pipelined } from './interface.js';
import { openStream, openStreamSync } from './open-stream.js';
import type { RemoteStream } from './remote-stream.js';
import { SessionCaller } from './session-caller.js';
import type { StubCaller } from './stubs.js';

/** Calls an object or a function of the peer's. Twin: python/ringsnake/_session/object_caller.py. */
export class ObjectCaller implements StubCaller {
  readonly handle: ImportedHandle;
  readonly #options: CallOptions;
  #caller: SessionCaller | undefined;

  constructor(handle: ImportedHandle, options: CallOptions) {
    this.handle = handle;
    this.#options = options;
  }

  call(method: number, args: readonly unknown[]): Promise<unknown> {
    try {
      return this.#held().call(method, args);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    return this.#held().callSync(method, args);
  }

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    return this.#held().callForObject(method, args, clientClass);
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return openStream(this, { method, args, options: this.#options });
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return openStreamSync(this, { method, args, options: this.#options });
  }

  /** Whoever calls a function without a result need not look at the promise. */
  callFunction(args: readonly unknown[]): Promise<unknown> {
    const promise = this.call(0, args);
    if (this.handle.definition.returnsNothing) promise.catch(ignore);
    return promise;
  }

  withOptions(options: CallOptions): Caller {
    return new ObjectCaller(this.handle, mergedOptions(this.#options, options));
  }

  release(): boolean {
    return this.handle.release();
  }

  data(): object {
    return this.handle.data;
  }

  #held(): SessionCaller {
    const { handle } = this;
    handle.mustBeHeld();
    this.#caller ??= new SessionCaller(
      handle.session,
      objectTargets(handle.definition, handle.id),
      this.#options,
    );
    return this.#caller;
  }
}

function ignore(): void {}
