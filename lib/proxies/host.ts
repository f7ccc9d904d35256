import { RemoteError } from '../errors.js';
import { errorToWire, type WireError } from '../session/remote-error.js';
import { PROGRAM_ITEMS_MAX, ProxyKind, ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import { Answer } from './answer.js';
import { Given, LentFunction } from './given.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';
import { LentObjects } from './lent-objects.js';
import { Lowering } from './lowering.js';
import type { Manner } from './manner.js';
import { stateOf } from './proxy-state.js';
import { malformed, Refusal } from './refusal.js';
import { isThenable, type Place, STEPS } from './steps.js';

const ASYNC: Manner = { isSync: false, options: undefined };
const SYNC: Manner = { isSync: true, options: undefined };

/** Runs the guest's programs on objects of this side. Normative: spec/wire/proxies.md. Twin: python/ringsnake/_proxies/host.py. */
export class ObjectHost {
  readonly lent: LentObjects = new LentObjects();
  readonly #guest: Guest;
  /** By the manner in which they were passed. */
  readonly #functions = {
    sync: new WeakMap<object, LentFunction>(),
    async: new WeakMap<object, LentFunction>(),
  };

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** A function of the user's, as it is lent: the same each time. */
  callable(given: object, isSync: boolean): LentFunction {
    const known = isSync ? this.#functions.sync : this.#functions.async;
    let lent = known.get(given);
    if (lent === undefined) {
      lent = new LentFunction(given as (...args: unknown[]) => unknown, isSync);
      known.set(given, lent);
    }
    return lent;
  }

  /** An object of this side that came home. */
  own(number: unknown): object {
    const value = this.lent.get(number);
    return value instanceof LentFunction ? value.function : value;
  }

  /** The operand that a program gives, or the promise of it. */
  run(program: unknown): unknown {
    return this.#guarded(() => {
      if (!Array.isArray(program) || program.length === 0) throw malformed('a program', program);
      if (program.length > PROGRAM_ITEMS_MAX)
        throw malformed(`at most ${PROGRAM_ITEMS_MAX} items`, program.length);
      return this.#steps(program, 1, this.#subject(program[0]));
    });
  }

  #guarded(run: () => unknown): unknown {
    try {
      return run();
    } catch (error) {
      if (error instanceof Refusal) throw error.error;
      return this.raised(error);
    }
  }

  #subject(subject: unknown): unknown {
    if (Array.isArray(subject)) return this.#guest.decoded(subject, ASYNC);
    if (typeof subject !== 'number') throw malformed('a subject', subject, 0);
    return subject === 0 ? undefined : this.#known(subject);
  }

  #known(number: unknown): object {
    try {
      return this.lent.get(number);
    } catch (error) {
      throw new Refusal(error);
    }
  }

  #steps(program: readonly unknown[], from: number, first: unknown): unknown {
    let subject = first;
    let receiver: unknown;
    for (let at = from; at < program.length; ) {
      const number = program[at];
      if (number === ProxyStep.await) {
        const next = at + 1;
        if (isThenable(subject)) return this.#later(subject, program, next);
        at = next;
        continue;
      }
      const step = STEPS.get(number);
      if (step === undefined || at + step.items >= program.length)
        throw malformed('a step with its items', number, at);
      const items = program.slice(at + 1, at + 1 + step.items);
      const before = subject;
      subject = step.run(subject, this.#place(items, at + 1, receiver));
      receiver = number === ProxyStep.get ? before : undefined;
      at += 1 + step.items;
      if (subject instanceof Answer && at < program.length)
        throw malformed('the last step', program[at], at);
    }
    return this.toOperand(subject);
  }

  #later(promise: PromiseLike<unknown>, program: readonly unknown[], at: number): unknown {
    return promise.then(
      (value) => this.#guarded(() => this.#steps(program, at, value)),
      (error: unknown) => this.raised(error),
    );
  }

  #place(items: readonly unknown[], number: number, receiver: unknown): Place {
    const operands = (index: number, manner: Manner): unknown[] => {
      const listed = items[index];
      if (!Array.isArray(listed)) throw malformed('an array of operands', listed, number + index);
      return listed.map((item: unknown) => this.#guest.decoded(item, manner));
    };
    const keywords = (index: number, manner: Manner): Record<string, unknown> | undefined => {
      const listed = items[index];
      if (listed === null) return undefined;
      if (!Array.isArray(listed) || listed.length % 2 !== 0)
        throw malformed('an array of names and operands', listed, number + index);
      const named: [string, unknown][] = [];
      for (let at = 0; at < listed.length; at += 2)
        named.push([String(listed[at]), this.#guest.decoded(listed[at + 1], manner)]);
      return Object.fromEntries(named);
    };
    return {
      items,
      number,
      receiver,
      operand: (index) => this.#guest.decoded(items[index], ASYNC),
      operands: (index) => operands(index, ASYNC),
      argumentsFor: ({ isSync }) => {
        const manner = isSync ? SYNC : ASYNC;
        const named = keywords(1, manner);
        return named === undefined ? operands(0, manner) : [...operands(0, manner), named];
      },
      keywords: (index) => keywords(index, ASYNC),
    };
  }

  /** How the guest is told of a value. */
  toOperand(value: unknown): unknown {
    if (value instanceof Answer) return value.operand;
    if (value instanceof Given) return this.#given(value);
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
      return typeof value === 'symbol' ? this.#lend(Object(value)) : value;
    const state = stateOf(value);
    if (state instanceof Held && state.guest === this.#guest && !state.isReleased)
      return [ProxyOperand.reference, state.number];
    return this.#lend(value);
  }

  #given({ value }: Given): unknown {
    const lowering = new Lowering(this.#guest, false);
    try {
      return lowering.operand(value);
    } catch (error) {
      this.lent.release(lowering.lent);
      throw error;
    }
  }

  #lend(value: object): unknown {
    const kind = kindOf(value);
    // Nobody may ever await it there.
    if (kind === ProxyKind.awaitable) (value as PromiseLike<unknown>).then(undefined, ignore);
    return [ProxyOperand.object, this.lent.lend(value), kind];
  }

  /** How it is told of what was thrown. */
  raised(thrown: unknown): unknown[] {
    const { exposure, previews } = this.#guest.session;
    const wire = withoutDetails(errorToWire(thrown, { exposure, previews }));
    if (exposure !== 'full') return [ProxyOperand.raised, wire, null];
    const exception = thrown instanceof RemoteError ? stateOf(thrown.exception) : undefined;
    if (exception instanceof Held && exception.guest === this.#guest && !exception.isReleased)
      return [ProxyOperand.raised, wire, [ProxyOperand.reference, exception.number]];
    const isObject = typeof thrown === 'object' && thrown !== null;
    const own = isObject ? [ProxyOperand.object, this.lent.lend(thrown), ProxyKind.error] : null;
    return [ProxyOperand.raised, wire, own];
  }
}

function kindOf(value: object): ProxyKind {
  if (typeof value === 'function' || value instanceof LentFunction) return ProxyKind.function;
  if (isThenable(value)) return ProxyKind.awaitable;
  return value instanceof Error ? ProxyKind.error : ProxyKind.object;
}

/** They may be anything; the error itself has them. */
function withoutDetails(wire: WireError): WireError {
  const { details: _, cause, errors, ...rest } = wire;
  return {
    ...rest,
    ...(cause !== undefined && { cause: withoutDetails(cause) }),
    ...(errors !== undefined && { errors: errors.map(withoutDetails) }),
  };
}

function ignore(): void {}
