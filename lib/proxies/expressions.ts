import { ProxyStep } from '../wire/constants.gen.js';
import { called } from './call.js';
import { Expression, type GuestSource } from './expression.js';
import { Held } from './held.js';
import type { Manner } from './manner.js';
import { stateOf } from './proxy-state.js';

/** Expressions for what Python can do with objects, whatever then becomes of them. */
export class Expressions {
  readonly source: GuestSource;
  readonly manner: Manner;

  constructor(source: GuestSource, manner: Manner) {
    this.source = source;
    this.manner = manner;
  }

  /** Nothing yet. */
  get nothing(): Expression {
    return Expression.of(this.source, this.manner);
  }

  /** What stands for a proxy, or for a value of ours, run in this manner. */
  of(value: unknown): Expression {
    const state = stateOf(value);
    if (state instanceof Held) return Expression.of(state, this.manner);
    if (state === undefined) return this.nothing.came({ guest: undefined, value });
    return state.manner.isSync === this.manner.isSync ? state : state.in(this.manner);
  }

  load(module: string): Expression {
    return this.nothing.followedBy(ProxyStep.load, module);
  }

  evaluate(code: string, namespace: unknown): Expression {
    return this.nothing.followedBy(ProxyStep.evaluate, code, namespace);
  }

  execute(code: string, namespace: unknown, captures: boolean): Expression {
    return this.nothing.followedBy(ProxyStep.execute, code, namespace, captures);
  }

  builtin(name: string, args: readonly unknown[]): Expression {
    return called(this.load('builtins').followedBy(ProxyStep.get, name), args);
  }

  operate(name: string, [first, ...others]: readonly unknown[]): Expression {
    return this.of(first).followedBy(ProxyStep.operate, name, others);
  }
}
