import type { RingsnakeError } from '../errors.js';
import { type CallOptions, mergedOptions } from '../session/call-options.js';
import type { Caller, ClientClass, InterfaceDefinition, Pipelined } from '../session/interface.js';
import { openStream, openStreamSync } from '../session/open-stream.js';
import { promised } from '../session/pipelined.js';
import type { RemoteStream } from '../session/remote-stream.js';
import type { Session } from '../session/session.js';

/** Where the session of the moment comes from. */
export interface SessionSource {
  /** Undefined while there is none because another one is on its way, or will never come. */
  readonly session: Session | undefined;
  /** Of every call. */
  readonly callOptions: CallOptions;
  /** When there is one, what is left of a call's time. Rejects when there will be none, or not in that time. */
  revived(options: CallOptions): Promise<CallOptions>;
  /** Why there is none. */
  absence(): RingsnakeError;
}

/**
 * Calls one interface of whichever process a worker has at the moment. Calls that were sent are never sent again; those made while
 * there is no process wait for the next one, no longer than they may take.
 */
export class SupervisedCaller implements Caller {
  readonly #source: SessionSource;
  readonly #definition: InterfaceDefinition;
  readonly #options: CallOptions;
  #session: Session | undefined;
  #caller: Caller | undefined;

  constructor(source: SessionSource, definition: InterfaceDefinition, options: CallOptions = {}) {
    this.#source = source;
    this.#definition = definition;
    this.#options = options;
  }

  call(method: number, args: readonly unknown[]): Promise<unknown> {
    try {
      const caller = this.current();
      if (caller !== undefined) return caller.call(method, args);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#source.revived(this.#options).then((left) => this.#with(left).call(method, args));
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    const caller = this.current();
    // A blocked thread cannot start a process.
    if (caller === undefined) throw this.#source.absence();
    return caller.callSync(method, args);
  }

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    const caller = this.current();
    if (caller !== undefined) return caller.callForObject(method, args, clientClass);
    return promised(this.call(method, args), clientClass);
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return openStream(this, { method, args, options: this.#options });
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return openStreamSync(this, { method, args, options: this.#options });
  }

  withOptions(options: CallOptions): Caller {
    return this.#with(mergedOptions(this.#options, options));
  }

  #with(options: CallOptions): SupervisedCaller {
    return options === this.#options
      ? this
      : new SupervisedCaller(this.#source, this.#definition, options);
  }

  /** Undefined when there is no process. Throws when the one that is there does not serve the interface, or another form of it. */
  current(): Caller | undefined {
    const { session } = this.#source;
    if (session !== this.#session || this.#caller === undefined) {
      this.#caller = session?.caller(this.#definition, this.#options);
      this.#session = session;
    }
    return this.#caller;
  }
}
