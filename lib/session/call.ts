import type { MethodDefinition } from './interface.js';

/**
 * A call we made. Its life, the same on both sides:
 *
 *   state     on          goes to     and
 *   open      result      settled     the promise resolves
 *   open      error       settled     the promise rejects
 *   open      session end settled     the promise rejects
 *   settled   anything    settled     nothing: the session has forgotten it, see UnknownCallError
 */
export class Call {
  readonly method: MethodDefinition;
  readonly #onSettled: (outcome: Outcome) => void;
  #settled = false;

  constructor(method: MethodDefinition, onSettled: (outcome: Outcome) => void) {
    this.method = method;
    this.#onSettled = onSettled;
  }

  settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#onSettled(outcome);
  }
}

/** How a call ended. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: unknown };
