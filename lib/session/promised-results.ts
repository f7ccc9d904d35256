import { UnknownHandleError } from '../errors.js';
import { PROMISED_RESULTS_MAX } from '../wire/constants.gen.js';
import type { Outcome } from './call.js';
import type { CalledObject, IncomingCall } from './callee.js';
import type { InterfaceDefinition } from './interface.js';
import type { SessionObjects } from './objects.js';

/**
 * What the peer's calls will give, or gave not long ago, where that is an object: calls on it may arrive before the peer knows it.
 * Normative: spec/wire/objects.md §5. Threads: the session's. Twin: python/ringsnake/_session/promised_results.py.
 *
 *   state     on                     goes to
 *   open      call on it             open       that call waits
 *   open      the answer             settled    those calls run, or are answered with the same error
 *   settled   PROMISED_RESULTS_MAX others were settled after it     forgotten
 */
export class PromisedResults {
  readonly #objects: SessionObjects;
  readonly #results = new Map<number, PromisedResult>();
  /** Those that are settled, the oldest first. */
  readonly #settled = new Map<number, PromisedResult>();

  constructor(objects: SessionObjects) {
    this.#objects = objects;
  }

  /** A call came whose result will be such an object. */
  open(callId: number, definition: InterfaceDefinition): void {
    this.#settled.delete(callId);
    this.#results.set(callId, new PromisedResult(this.#objects, definition));
  }

  /** Throws UnknownHandleError. */
  get(callId: number): CalledObject {
    const result = this.#results.get(callId);
    if (result !== undefined) return result;
    throw new UnknownHandleError(
      `call ${callId} was not made, gives no object, or was answered too long ago`,
    );
  }

  /** Whether the call waits for what it is made on: then `settle` gives it. */
  waits(call: IncomingCall): boolean {
    const { target } = call;
    if (!(target instanceof PromisedResult) || target.isSettled) return false;
    target.waiting.push(call);
    return true;
  }

  /** A call was answered. Returns the calls that waited for it. */
  settle(callId: number, outcome: Outcome): readonly IncomingCall[] {
    const result = this.#results.get(callId);
    if (result === undefined || result.isSettled) return [];
    this.#settled.set(callId, result);
    if (this.#settled.size > PROMISED_RESULTS_MAX) this.#forgetOldest();
    return result.settle(outcome);
  }

  #forgetOldest(): void {
    for (const [callId] of this.#settled) {
      this.#settled.delete(callId);
      this.#results.delete(callId);
      return;
    }
  }
}

class PromisedResult implements CalledObject {
  readonly definition: InterfaceDefinition;
  readonly #objects: SessionObjects;
  /** Undefined while it is open. */
  #find: (() => object) | undefined;
  readonly waiting: IncomingCall[] = [];

  constructor(objects: SessionObjects, definition: InterfaceDefinition) {
    this.#objects = objects;
    this.definition = definition;
  }

  get isSettled(): boolean {
    return this.#find !== undefined;
  }

  /** Throws what the call threw. */
  get implementation(): object {
    return this.#find?.() as object;
  }

  settle(outcome: Outcome): readonly IncomingCall[] {
    this.#find = this.#finder(outcome);
    return this.waiting.splice(0);
  }

  /** By its number: an object that the peer gave back must not live on here. */
  #finder(outcome: Outcome): () => object {
    if (!outcome.ok) {
      return () => {
        throw outcome.error;
      };
    }
    const id = this.#objects.idOf(outcome.value, this.definition);
    if (id === undefined) return () => outcome.value as object;
    return () => this.#objects.exported(id).implementation;
  }
}
