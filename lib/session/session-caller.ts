import type { Outcome } from './call.js';
import { type CallOptions, mergedOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import type { Caller } from './interface.js';
import { rejection, withLocalStack } from './local-stack.js';
import type { CallManner } from './open-calls.js';

/** What calls are made with: a session. */
export interface CallStarter {
  /** The outcome comes while the event loop runs. */
  start(target: CallTarget, args: readonly unknown[], manner: Omit<CallManner, 'isBlocking'>): void;
  /** Blocks the thread until the call is settled. */
  startSync(target: CallTarget, args: readonly unknown[], options: CallOptions): Outcome;
}

/** Calls the methods that it is given. Twin: python/ringsnake/_session/session_caller.py. */
export class SessionCaller implements Caller {
  readonly #session: CallStarter;
  readonly #targets: readonly CallTarget[];
  readonly #options: CallOptions;

  constructor(session: CallStarter, targets: readonly CallTarget[], options: CallOptions) {
    this.#session = session;
    this.#targets = targets;
    this.#options = options;
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
    const outcome = this.#session.startSync(target, args, this.#options);
    if (outcome.ok) return outcome.value;
    throw withLocalStack(outcome, this.callSync);
  }

  withOptions(options: CallOptions): Caller {
    const merged = mergedOptions(this.#options, options);
    return new SessionCaller(this.#session, this.#targets, merged);
  }
}
