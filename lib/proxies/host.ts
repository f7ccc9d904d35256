import { types } from 'node:util';
import { RemoteError } from '../errors.js';
import { currentContext } from '../session/call-context.js';
import { errorToWire, type WireError } from '../session/remote-error.js';
import {
  PROGRAM_DEPTH_MAX,
  PROGRAM_ITEMS_MAX,
  ProxyKind,
  ProxyOperand,
  ProxyStep,
} from '../wire/constants.gen.js';
import { mustBeGiven } from './access.js';
import { Answer } from './answer.js';
import { Given, LentFunction } from './given.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';
import { LentObjects } from './lent-objects.js';
import { Lowering } from './lowering.js';
import { isMade } from './made-here.js';
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
  /** The same for all programs of a session. */
  #isExposed = false;
  #running = 0;
  #depth = 0;
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
  own(number: unknown): unknown {
    return unwrapped(this.lent.get(number));
  }

  /** Whether a program of the guest's runs at this moment. */
  get isRunning(): boolean {
    return this.#running > 0;
  }

  /** The operand that a program gives, or the promise of it. A guest to whom nothing is exposed may call what it was given. */
  run(program: unknown, isExposed: boolean): unknown {
    this.#isExposed = isExposed;
    const use = isExposed ? this.#frequent(program) : undefined;
    if (use !== undefined) return this.#guarded(() => this.toOperand(use()));
    return this.#guarded(() => {
      const steps = checked(program);
      const subject =
        isExposed || typeof steps[0] === 'number' ? this.#subject(steps[0]) : undefined;
      if (!isExposed) this.#refuse(steps, subject);
      return this.#answer(steps, 1, subject);
    });
  }

  /** What is most frequent, without all that any program may need: a property, or a call of plain values. */
  #frequent(program: unknown): (() => unknown) | undefined {
    if (!Array.isArray(program)) return undefined;
    const [number, step, first, second, third] = program as unknown[];
    const subject = this.lent.find(number);
    if (subject === undefined || isMade(subject, LentFunction)) return undefined;
    if (step === ProxyStep.get && program.length === 3 && typeof first === 'string')
      return () => (subject as unknown as Record<string, unknown>)[first];
    if (typeof subject !== 'function') return undefined;
    const called = subject as (...args: unknown[]) => unknown;
    if (step === ProxyStep.call && program.length === 4 && second === null && arePlain(first))
      return () => Reflect.apply(called, undefined, first);
    if (step !== ProxyStep.apply || program.length !== 5 || third !== null || !arePlain(second))
      return undefined;
    const receiver = isReference(first) ? this.lent.find(first[1]) : undefined;
    return receiver && (() => Reflect.apply(called, unwrapped(receiver), second));
  }

  /** What a program gives that stands in an operand of another. */
  nested(program: unknown): unknown {
    try {
      return this.#nested(program);
    } catch (error) {
      // In an answer there is no program that could be refused.
      throw error instanceof Refusal && !this.isRunning ? error.error : error;
    }
  }

  #nested(program: unknown): unknown {
    const steps = checked(program);
    // Of a guest that may not: it is no operand then.
    if (!this.#isExposed) throw malformed('an operand', ProxyOperand.program);
    if (this.#depth >= PROGRAM_DEPTH_MAX)
      throw malformed(`at most ${PROGRAM_DEPTH_MAX} programs inside each other`, this.#depth + 1);
    this.#depth++;
    try {
      const value = this.#steps(steps, 1, this.#subject(steps[0]));
      if (isMade(value, Later)) throw malformed('a step that does not await', steps[value.at - 1]);
      if (!isMade(value, Answer)) return value;
      if (value.operand[0] === ProxyOperand.value) return value.operand[1];
      throw malformed('a step that gives an object', value.operand);
    } finally {
      this.#depth--;
    }
  }

  #refuse(program: readonly unknown[], subject: unknown): void {
    try {
      mustBeGiven(program, subject);
    } catch (error) {
      throw new Refusal(error);
    }
  }

  #guarded(run: () => unknown): unknown {
    this.#running++;
    try {
      return run();
    } catch (error) {
      if (error instanceof Refusal) throw error.error;
      return this.raised(error);
    } finally {
      this.#running--;
    }
  }

  #subject(subject: unknown): unknown {
    if (Array.isArray(subject)) return this.#guest.decoded(subject, ASYNC);
    if (typeof subject !== 'number') throw malformed('a subject', subject, 0);
    return subject === 0 ? undefined : this.#known(subject);
  }

  #known(number: unknown): unknown {
    try {
      return this.lent.get(number);
    } catch (error) {
      throw new Refusal(error);
    }
  }

  #answer(program: readonly unknown[], from: number, first: unknown): unknown {
    const value = this.#steps(program, from, first);
    if (!isMade(value, Later)) return this.toOperand(value);
    const context = currentContext();
    // Whatever its `then` gives, and however often it calls.
    return Promise.resolve(value.promise).then(
      (awaited) =>
        this.#guarded(() => {
          // Nobody would give back what it gives.
          if (context?.cancelled === true) return null;
          if (isMade(awaited, Answer) && value.at < program.length)
            throw malformed('the last step', program[value.at], value.at);
          return this.#answer(program, value.at, awaited);
        }),
      (error: unknown) => this.raised(error),
    );
  }

  /** What the last step gives, or what has to be awaited first. */
  #steps(program: readonly unknown[], from: number, first: unknown): unknown {
    let subject = first;
    let found: Found = NOWHERE;
    for (let at = from; at < program.length; ) {
      const number = program[at];
      if (number === ProxyStep.await) {
        at += 1;
        if (isThenable(subject)) return new Later(subject, at);
        continue;
      }
      const step = STEPS.get(number);
      if (step === undefined || at + step.items >= program.length)
        throw malformed('a step with its items', number, at);
      const items = program.slice(at + 1, at + 1 + step.items);
      const before = unwrapped(subject);
      const place = this.#place(items, { number: at + 1, ...found });
      subject = step.run(number === ProxyStep.call ? subject : before, place);
      found = foundBy(number, before, items);
      at += 1 + step.items;
      if (isMade(subject, Answer) && at < program.length)
        throw malformed('the last step', program[at], at);
      // Of an asynchronous iterator: the program is not over before the items are there.
      if (isWaiting(number) && subject instanceof Promise) return new Later(subject, at);
    }
    return subject;
  }

  #place(items: readonly unknown[], at: Pick<Place, 'number' | 'receiver' | 'name'>): Place {
    const { number } = at;
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
      ...at,
      items,
      toOperand: (value) => this.toOperand(value),
      raised: (thrown) => this.raised(thrown),
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
    if (isMade(value, Answer)) return value.operand;
    if (isMade(value, Given)) return this.#given(value);
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
      return typeof value === 'symbol' ? this.#lend(value) : value;
    const state = stateOf(value);
    if (state instanceof Held && state.guest === this.#guest && !state.isReleased)
      return [ProxyOperand.reference, state.number];
    const number = this.#guest.callbacks.numberOf(value);
    return number === undefined ? this.#lend(value) : [ProxyOperand.reference, number];
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

  #lend(value: object | symbol): unknown {
    const kind = kindOf(value);
    // Nobody may ever await it there. Of others `then` may be what begins the work, such as a query.
    if (types.isPromise(value)) Promise.prototype.then.call(value, undefined, ignore);
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

function kindOf(value: object | symbol): ProxyKind {
  if (isMade(value, LentFunction)) return ProxyKind.callback;
  if (typeof value === 'function') return ProxyKind.function;
  try {
    if (isThenable(value)) return ProxyKind.awaitable;
    return value instanceof Error ? ProxyKind.error : ProxyKind.object;
  } catch {
    // A getter of its, or what stands before it.
    return ProxyKind.object;
  }
}

/** Operands that stand for themselves. */
function arePlain(operands: unknown): operands is unknown[] {
  return Array.isArray(operands) && !operands.some(Array.isArray);
}

function isReference(operand: unknown): operand is readonly [number, unknown] {
  return Array.isArray(operand) && operand.length === 2 && operand[0] === ProxyOperand.reference;
}

/** What a step has found the next subject in, and by which name. */
type Found = Pick<Place, 'receiver' | 'name'>;

const NOWHERE: Found = { receiver: undefined, name: 'it' };

function foundBy(step: unknown, receiver: unknown, [name]: readonly unknown[]): Found {
  const isMember = step === ProxyStep.get || step === ProxyStep.getItem;
  return isMember ? { receiver, name: String(name) } : NOWHERE;
}

/** What has to be awaited before the program goes on. */
class Later {
  readonly promise: PromiseLike<unknown>;
  /** The place of the next step. */
  readonly at: number;

  constructor(promise: PromiseLike<unknown>, at: number) {
    this.promise = promise;
    this.at = at;
  }
}

function checked(program: unknown): readonly unknown[] {
  if (!Array.isArray(program) || program.length === 0) throw malformed('a program', program);
  if (program.length > PROGRAM_ITEMS_MAX)
    throw malformed(`at most ${PROGRAM_ITEMS_MAX} items`, program.length);
  return program;
}

/** Whether a step gives a promise only of what it would give otherwise. */
function isWaiting(step: unknown): boolean {
  return step === ProxyStep.next || step === ProxyStep.close;
}

/** Functions that were given are themselves, but when they are called. */
function unwrapped(value: unknown): unknown {
  return isMade(value, LentFunction) ? value.function : value;
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
