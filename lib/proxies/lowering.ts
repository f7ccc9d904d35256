import { EncodeError, ReleasedError, ValidationError } from '../errors.js';
import { located } from '../session/located.js';
import { ProxyKind, ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import { memberSegment, within } from '../wire/validation.js';
import { Tuple } from '../wire/values/tuple.js';
import { Expression, type Outcome } from './expression.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';
import { Keywords } from './keywords.js';
import { layoutOf } from './layout.js';
import { stateOf } from './proxy-state.js';
import { Slice } from './slice.js';

const DEPTH_LIMIT = 120;

/** Values of JavaScript as operands of one program. Normative: spec/wire/proxies.md §2. Twin: python/ringsnake/_proxies/lowering.py. */
export class Lowering {
  readonly #guest: Guest;
  readonly #isSync: boolean;
  /** Objects of ours that the program names, each once more. */
  readonly lent: number[] = [];
  /** Expressions that somebody waits for already, or that await and so are no part of an operand. */
  readonly pending: Expression[] = [];
  #depth = 0;

  constructor(guest: Guest, isSync: boolean) {
    this.#guest = guest;
    this.#isSync = isSync;
  }

  /** A whole program. */
  program(expression: Expression): unknown[] {
    const steps: Expression[] = [];
    let first: Expression = expression;
    while (first.outcome === undefined && first.parent !== undefined) {
      // Blocking, nobody could wait for it.
      if (first !== expression && first.promise !== undefined && !this.#isSync)
        this.pending.push(first);
      steps.push(first);
      first = first.parent;
    }
    const program: unknown[] = [this.#subject(first)];
    for (let at = steps.length - 1; at >= 0; at--) {
      try {
        this.#step(program, steps[at] as Expression);
      } catch (error) {
        throw located(error, (path) => `${nameOf(steps[at + 1])}(${path})`);
      }
    }
    return program;
  }

  /** One value. */
  operand(value: unknown): unknown {
    switch (typeof value) {
      case 'undefined':
        return null;
      case 'function':
        return this.#function(value);
      case 'object':
        return value === null ? null : this.#object(value);
      case 'symbol':
        throw new EncodeError('a symbol cannot cross');
      default:
        return value;
    }
  }

  /** An object of ours, by reference. */
  lend(value: object, kind: ProxyKind): unknown[] {
    const number = this.#guest.host.lent.lend(value);
    this.lent.push(number, 1);
    return [ProxyOperand.object, number, kind];
  }

  #subject(first: Expression): unknown {
    if (first.outcome !== undefined) {
      const state = stateOf(first.outcome.value);
      if (state === undefined) return this.#plainSubject(first.outcome);
      return this.#subject(state instanceof Held ? Expression.of(state, first.manner) : state);
    }
    return first.root instanceof Held ? this.#number(first.root) : 0;
  }

  #plainSubject({ value }: Outcome): unknown {
    const operand = this.operand(value);
    return Array.isArray(operand) ? operand : [ProxyOperand.value, operand];
  }

  #step(program: unknown[], { step, items }: Expression): void {
    program.push(step);
    const layout = layoutOf(step as ProxyStep);
    for (let at = 0; at < layout.length; at++) {
      const item = items[at];
      switch (layout[at]) {
        case 'operand':
          program.push(this.operand(item));
          break;
        case 'operands':
          program.push(this.#operands(item as readonly unknown[]));
          break;
        case 'keywords':
          program.push(item === undefined ? null : this.#keywords(item as Keywords));
          break;
        default:
          program.push(item);
      }
    }
  }

  #operands(args: readonly unknown[]): unknown[] {
    return args.map((argument, at) => this.#at(`arguments[${at}]`, argument));
  }

  #keywords({ entries }: Keywords): unknown[] {
    return entries.flatMap(([name, value]) => [
      name,
      this.#at(`arguments${memberSegment(name)}`, value),
    ]);
  }

  #at(segment: string, value: unknown): unknown {
    try {
      return this.operand(value);
    } catch (error) {
      throw within(error, segment);
    }
  }

  #function(value: object): unknown {
    const state = stateOf(value);
    if (state === undefined)
      return this.lend(this.#guest.host.callable(value, this.#isSync), ProxyKind.callback);
    if (state instanceof Held) return [ProxyOperand.reference, this.#number(state)];
    if (state.outcome === undefined && (state.promise !== undefined || state.awaits)) {
      this.pending.push(this.#isSync ? state.in({ ...state.manner, isSync: true }) : state);
      return null;
    }
    const program = this.#inside(() => this.program(state));
    return program.length > 1 ? [ProxyOperand.program, program] : referred(program[0]);
  }

  #number(held: Held): number {
    if (held.guest !== this.#guest) {
      held.guest.mustBeOpen();
      throw new ValidationError('an object of this worker', 'one of another');
    }
    if (held.isReleased)
      throw new ReleasedError('this object was released: it cannot be used any more');
    return held.number;
  }

  #object(value: object): unknown {
    if (Array.isArray(value)) return this.#inside(() => this.#array(value));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#inside(() => this.#plainObject(value as Record<string, unknown>));
    if (value instanceof Map) return this.#inside(() => this.#map(value));
    if (value instanceof Set) return this.#inside(() => this.#set(value));
    if (value instanceof Slice)
      return [ProxyOperand.slice, ...this.#operands([value.start, value.stop, value.step])];
    if (value instanceof Keywords)
      throw new EncodeError('kwargs() is for the last argument of a call');
    if (value instanceof Promise) throw new EncodeError('a promise cannot cross: await it');
    return value;
  }

  #array(value: readonly unknown[]): unknown {
    const items = Array.from(value, (item, at) => this.#at(`[${at}]`, item));
    const isChanged = items.some((item, at) => !isSame(item, value[at]));
    if (!isChanged) return value instanceof Tuple ? value : [ProxyOperand.value, value];
    return [value instanceof Tuple ? ProxyOperand.tuple : ProxyOperand.list, ...items];
  }

  #plainObject(value: Record<string, unknown>): unknown {
    const parts: unknown[] = [ProxyOperand.dictionary];
    let isChanged = false;
    for (const key of Object.keys(value)) {
      const member = value[key];
      const item = this.#at(memberSegment(key), member);
      isChanged ||= !isSame(item, member);
      parts.push(key, item);
    }
    return isChanged ? parts : value;
  }

  #map(value: ReadonlyMap<unknown, unknown>): unknown {
    const parts: unknown[] = [ProxyOperand.dictionary];
    let isChanged = false;
    for (const [key, member] of value) {
      const lowered = [this.operand(key), this.operand(member)];
      isChanged ||= !(isSame(lowered[0], key) && isSame(lowered[1], member));
      parts.push(...lowered);
    }
    return isChanged ? parts : value;
  }

  #set(value: ReadonlySet<unknown>): unknown {
    const items = Array.from(value, (item) => this.operand(item));
    const members = [...value];
    return items.every((item, at) => isSame(item, members[at]))
      ? value
      : [ProxyOperand.set, ...items];
  }

  #inside<Result>(lower: () => Result): Result {
    if (this.#depth >= DEPTH_LIMIT)
      throw new EncodeError(`nested deeper than ${DEPTH_LIMIT}, or a cycle`);
    this.#depth++;
    try {
      return lower();
    } finally {
      this.#depth--;
    }
  }
}

/** What is called, or done otherwise. */
function nameOf(before: Expression | undefined): string {
  return before?.step === ProxyStep.get ? String(before.items[0]) : 'call';
}

/** Whether a value crosses as it is. */
function isSame(operand: unknown, value: unknown): boolean {
  if (Object.is(operand, value)) return true;
  return Array.isArray(operand) && operand[0] === ProxyOperand.value && operand[1] === value;
}

function referred(subject: unknown): unknown {
  return typeof subject === 'number' ? [ProxyOperand.reference, subject] : subject;
}
