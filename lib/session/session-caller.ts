import type { Call, Outcome } from './call.js';
import { currentContext } from './call-context.js';
import { type CallOptions, mergedOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import { type DirectCalls, NOT_DIRECT } from './direct-calls.js';
import type { Caller, ClientClass, Pipelined } from './interface.js';
import { rejection, withLocalStack } from './local-stack.js';
import type { AwaitedManner } from './open-calls.js';
import { openStream, openStreamSync } from './open-stream.js';
// biome-ignore lint/suspicious/noImportCycles: what a call gives can be called.
import { pipelined } from './pipelined.js';
import type { RemoteStream } from './remote-stream.js';

/** What calls are made with: a session. */
export interface CallStarter {
  /** The outcome comes while the event loop runs. */
  start(target: CallTarget, args: readonly unknown[], manner: AwaitedManner): Call;
  /** Blocks the thread until the call is settled. */
  startSync(target: CallTarget, args: readonly unknown[], options: CallOptions): Outcome;
  /** How calls are made on this very thread; undefined: through the ring. */
  readonly direct: DirectCalls | undefined;
  /** Whether the peer surely knows the results still that are on their way. */
  readonly mayPipeline: boolean;
}

/** Calls the methods that it is given. Twin: python/ringsnake/_session/session_caller.py. */
export class SessionCaller implements Caller {
  readonly #session: CallStarter;
  readonly #targets: readonly CallTarget[];
  readonly #options: CallOptions;
  readonly #isPlain: boolean;

  constructor(session: CallStarter, targets: readonly CallTarget[], options: CallOptions) {
    this.#session = session;
    this.#targets = targets;
    this.#options = options;
    const { timeout, signal, metadata } = options;
    this.#isPlain = timeout === undefined && signal === undefined && metadata === undefined;
  }

  call(method: number, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.start(this.#targets[method] as CallTarget, args, {
        options: this.#options,
        onSettled: (outcome) => {
          if (outcome.ok) resolve(outcome.value);
          else if (outcome.traceback === undefined) reject(outcome.error);
          else resolve(rejection(outcome));
        },
      });
    });
  }

  callSync(method: number, args: readonly unknown[]): unknown {
    const target = this.#targets[method] as CallTarget;
    const { direct } = this.#session;
    // What travels with a call, and what ends it, goes through the ring.
    if (direct !== undefined && this.#isPlain && currentContext() === undefined) {
      const result = direct.call(target, args, this.callSync);
      if (result !== NOT_DIRECT) return result;
    }
    const outcome = this.#session.startSync(target, args, this.#options);
    if (outcome.ok) return outcome.value;
    throw withLocalStack(outcome, this.callSync);
  }

  stream(method: number, args: readonly unknown[]): RemoteStream<unknown> {
    return openStream(this, { method, args, options: this.#options });
  }

  streamSync(method: number, args: readonly unknown[]): IterableIterator<unknown> {
    return openStreamSync(this, { method, args, options: this.#options });
  }

  callForObject<Client>(
    method: number,
    args: readonly unknown[],
    clientClass: ClientClass<Client>,
  ): Pipelined<Client> {
    const target = this.#targets[method] as CallTarget;
    return pipelined(this.#session, { target, args, options: this.#options }, clientClass);
  }

  withOptions(options: CallOptions): Caller {
    const merged = mergedOptions(this.#options, options);
    return new SessionCaller(this.#session, this.#targets, merged);
  }
}
