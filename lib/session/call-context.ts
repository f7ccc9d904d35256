import { AsyncLocalStorage } from 'node:async_hooks';
import { CallTimeoutError, CancelledError } from '../errors.js';
import type { Metadata } from './call-options.js';

/** What a handler can learn of the call that it serves. Twin: python/ringsnake/_session/call_context.py. */
export interface CallContext {
  /** The number that the caller gave it. */
  readonly callId: number;
  /** When the caller stops waiting, as `performance.now()` tells the time; undefined: never. */
  readonly deadline: number | undefined;
  /** What the caller sent along, and its caller. */
  readonly metadata: Metadata;
  /** Aborted when the caller waits no longer. */
  readonly signal: AbortSignal;
}

/** What is to be undone when a call is given up. */
export interface Cancellable {
  cancel(reason: Error): void;
}

/** The context of one call that is handled here, and what was begun for it. Threads: the session's. */
export class HandledContext implements CallContext {
  readonly callId: number;
  readonly deadline: number | undefined;
  readonly metadata: Metadata;
  /** The call of ours that the peer made this one for; 0: none. */
  readonly parent: number;
  /** The session that it belongs to: call ids mean nothing elsewhere. */
  readonly session: object;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #begun: Set<Cancellable> | undefined;

  constructor(session: object, fields: Omit<CallContext, 'signal'> & { readonly parent: number }) {
    this.session = session;
    this.callId = fields.callId;
    this.deadline = fields.deadline;
    this.metadata = fields.metadata;
    this.parent = fields.parent;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Whether the caller waits no longer. */
  get cancelled(): boolean {
    return this.#reason !== undefined;
  }

  throwIfCancelled(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The caller waits no longer: what was begun for it is given up, too. */
  cancel(): void {
    if (this.#reason !== undefined) return;
    const isLate = this.deadline !== undefined && performance.now() >= this.deadline;
    this.#reason = isLate
      ? new CallTimeoutError('the caller waits no longer: its time is up')
      : new CancelledError('the caller waits no longer');
    const begun = this.#begun;
    this.#begun = undefined;
    this.#controller?.abort(this.#reason);
    for (const one of begun ?? []) one.cancel(this.#reason);
  }

  /** From now on cancelled with this call. */
  add(begun: Cancellable): void {
    this.#begun ??= new Set();
    this.#begun.add(begun);
  }

  delete(begun: Cancellable): void {
    this.#begun?.delete(begun);
  }
}

const storage = new AsyncLocalStorage<HandledContext>();
/** Whether a call was ever handled here: until then there is no need to look, which costs a direct call a tenth of its time. */
let handles = false;

/**
 * Of the call that the running code handles; undefined outside of handlers. Calls made by a handler inherit its deadline and metadata
 * and end with it.
 */
export function callContext(): CallContext | undefined {
  return storage.getStore();
}

export function currentContext(): HandledContext | undefined {
  return handles ? storage.getStore() : undefined;
}

/** Runs a handler, and whatever it awaits, in the context of its call. */
export function runInContext<Result>(context: HandledContext, handler: () => Result): Result {
  handles = true;
  return storage.run(context, handler);
}
