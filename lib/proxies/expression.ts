import type { CallOptions } from '../session/call-options.js';
import { ProxyStep } from '../wire/constants.gen.js';
import type { Guest } from './guest.js';
import type { Held } from './held.js';
import type { Manner } from './manner.js';

/** Where expressions begin that no object does: it knows the guest of the moment. */
export interface GuestSource {
  /** Throws why there is none. */
  current(): Guest;
  /** While another process is on its way: when it is there, what is left of a call's time. Undefined: nothing is to be waited for. */
  next(options: CallOptions): Promise<CallOptions> | undefined;
}

/** What an expression came to. */
export interface Outcome {
  /** Undefined: it is a value of ours. */
  readonly guest: Guest | undefined;
  /** A proxy, or a plain value. */
  readonly value: unknown;
}

/**
 * A chain of steps that was not run yet. It runs when it is awaited, once; before that, each expression that it is a part of runs it anew.
 * Threads: the session's. Twin: python/ringsnake/_proxies/expression.py.
 */
export class Expression {
  readonly manner: Manner;
  /** Undefined: this is the beginning. */
  readonly parent: Expression | undefined;
  /** Of the beginning. */
  readonly root: Held | GuestSource;
  readonly step: ProxyStep | 0;
  readonly items: readonly unknown[];
  /** Set once it has run. */
  outcome: Outcome | undefined;
  /** Set as soon as somebody waits for it. */
  promise: Promise<unknown> | undefined;

  private constructor(
    parent: Expression | undefined,
    { manner, root }: { manner: Manner; root: Held | GuestSource },
    step: ProxyStep | 0,
    items: readonly unknown[],
  ) {
    this.parent = parent;
    this.manner = manner;
    this.root = root;
    this.step = step;
    this.items = items;
  }

  /** Of no step yet. */
  static of(root: Held | GuestSource, manner: Manner): Expression {
    return new Expression(undefined, { manner, root }, 0, []);
  }

  /** This, then one step. */
  followedBy(step: ProxyStep, ...items: readonly unknown[]): Expression {
    return new Expression(this, this, step, items);
  }

  /** The same chain, to be run in another manner. */
  in(manner: Manner): Expression {
    if (this.outcome !== undefined || this.parent === undefined)
      return new Expression(this.parent, { manner, root: this.root }, this.step, this.items).came(
        this.outcome,
      );
    return new Expression(
      this.parent.in(manner),
      { manner, root: this.root },
      this.step,
      this.items,
    );
  }

  /** That it has run. */
  came(outcome: Outcome | undefined): this {
    this.outcome = outcome;
    return this;
  }

  /** Whether a step waits for something, and so can be no part of an operand. */
  get awaits(): boolean {
    for (let each: Expression | undefined = this; each !== undefined; each = each.parent) {
      if (each.outcome !== undefined) return false;
      if (each.step === ProxyStep.await || each.step === ProxyStep.enter) return true;
    }
    return false;
  }
}
