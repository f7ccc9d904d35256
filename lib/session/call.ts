import type { Cancellable, HandledContext } from './call-context.js';
import type { Observed } from './call-observer.js';
import type { CallTarget } from './call-target.js';
import type { MethodDefinition } from './interface.js';

/** What a call asks of the session. */
export interface CallOwner {
  /** Nobody waits for it any more. */
  onSettled(call: Call): void;
  /** The caller waits no longer: the peer is told. */
  onAbandoned(call: Call): void;
}

/** What a call is made with. */
export interface CallParts {
  readonly callId: number;
  readonly target: CallTarget;
  /** The call being handled here for which it was made. */
  readonly context: HandledContext | undefined;
  /** When it is given up, as `performance.now()` tells the time; undefined: never. */
  readonly deadline: number | undefined;
  /** Undefined: a thread is blocked until it is settled. */
  readonly onSettled: ((outcome: Outcome) => void) | undefined;
}

/**
 * A call we made. Its life, the same on both sides:
 *
 *   state      on                        goes to    and
 *   open       result                    settled    the promise resolves
 *   open       error                     settled    the promise rejects
 *   open       session end               settled    the promise rejects
 *   open       abort, timeout            abandoned  the promise rejects, the peer is told
 *   abandoned  result, error             settled    nothing: the answer came too late
 *   abandoned  session end               settled    nothing
 *   settled    anything                  settled    nothing: the session has forgotten it, see UnknownCallError
 */
export class Call implements Cancellable {
  readonly callId: number;
  readonly target: CallTarget;
  readonly context: HandledContext | undefined;
  readonly deadline: number | undefined;
  readonly #owner: CallOwner;
  readonly #onSettled: ((outcome: Outcome) => void) | undefined;
  #outcome: Outcome | undefined;
  /** Undefined: nobody is told of it. */
  observed: Observed | undefined;
  #release: (() => void) | undefined;

  constructor(owner: CallOwner, parts: CallParts) {
    this.#owner = owner;
    this.callId = parts.callId;
    this.target = parts.target;
    this.context = parts.context;
    this.deadline = parts.deadline;
    this.#onSettled = parts.onSettled;
    this.context?.add(this);
  }

  get method(): MethodDefinition {
    return this.target.method;
  }

  /** Whether somebody waits for it. */
  get isOpen(): boolean {
    return this.#outcome === undefined;
  }

  /** Whether a thread is blocked until it is settled. */
  get isBlocking(): boolean {
    return this.#onSettled === undefined;
  }

  /** Undefined while somebody waits for it. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** What is to be let go of when nobody waits any more: a timer, a listener. */
  holds(release: () => void): void {
    this.#release = release;
  }

  settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#release?.();
    this.context?.delete(this);
    if (this.observed !== undefined) {
      if (outcome.ok) this.observed.succeed();
      else this.observed.fail(outcome.error);
    }
    this.#owner.onSettled(this);
    this.#onSettled?.(outcome);
  }

  /** The caller waits no longer. */
  cancel(reason: unknown): void {
    if (this.#outcome !== undefined) return;
    this.settle({ ok: false, error: reason });
    this.#owner.onAbandoned(this);
  }
}

/** How a call ended. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly error: unknown;
      /** The other side's stack, where the error came from there; empty if it said none. */
      readonly traceback?: string;
    };
