import { EncodeError, ValidationError } from '../errors.js';
import type { CallOptions } from '../session/call-options.js';
import type { Caller, MethodDefinition } from '../session/interface.js';
import { rejection, withLocalStack } from '../session/local-stack.js';
import { errorFromWire, tracebackOf } from '../session/remote-error.js';
import type { Session } from '../session/session.js';
import { ProxyKind, ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import { Tuple } from '../wire/values/tuple.js';
import { asynchronous } from './asynchronous.js';
import { Callbacks } from './callbacks.js';
import type { Expression } from './expression.js';
import { Held } from './held.js';
import { ObjectHost } from './host.js';
import { Lowering } from './lowering.js';
import type { Manner } from './manner.js';
import { ringsnakeObjectsDefinition } from './objects.gen.js';
import { placeIn } from './place.js';
import { stateOf } from './proxy-state.js';
import { malformed } from './refusal.js';
import { Slice } from './slice.js';
import { synchronous } from './synchronous.js';

const RUN = 0;
const RELEASE = 1;

/** Numbers that wait to be given back together. */
const RELEASED_MAX = 2048;

const ASYNC: Manner = { isSync: false, options: undefined };
const SYNC: Manner = { isSync: true, options: undefined };

interface Raised {
  readonly error: unknown;
  /** None where an error of ours has come home. */
  readonly traceback?: string;
}

/** A program that can be sent. */
export interface Prepared {
  readonly manner: Manner;
  readonly program: readonly unknown[];
  /** Objects of ours in it: number, count, number, count… */
  readonly lent: readonly number[];
  /** What has to be awaited first: then it is prepared anew. */
  readonly pending: readonly Expression[];
}

/** Uses objects of the other side of one session. Normative: spec/wire/proxies.md. Twin: python/ringsnake/_proxies/guest.py. */
export class Guest {
  readonly session: Session;
  readonly host: ObjectHost = new ObjectHost(this);
  readonly callbacks: Callbacks = new Callbacks(this);
  #caller: Caller | undefined;
  readonly #callers = new WeakMap<CallOptions, Caller>();
  readonly #collected = new FinalizationRegistry<number>((number) => this.giveBack(number));
  /** To be given back: number, count, number, count… */
  #released: number[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  /** Throws why there is nobody to talk to any more. */
  mustBeOpen(): void {
    this.session.mustBeOpen();
  }

  /** The program of an expression. Of one that cannot be run yet only what it waits for counts. */
  prepare(expression: Expression): Prepared {
    const { manner } = expression;
    const lowering = new Lowering(this, manner.isSync);
    const { lent, pending } = lowering;
    try {
      const program = lowering.program(expression);
      if (pending.length > 0) this.host.lent.release(lent);
      return { manner, program, lent, pending };
    } catch (error) {
      this.host.lent.release(lent);
      throw error;
    }
  }

  /** What a program gives. */
  async run({ manner, program, lent }: Prepared): Promise<unknown> {
    let operand: unknown;
    try {
      operand = await this.#callerFor(manner).call(RUN, [program]);
    } catch (error) {
      throw this.#unsent(error, program, lent);
    }
    return isRaised(operand)
      ? rejection(this.#raisedBy(operand, manner))
      : this.decoded(operand, manner);
  }

  /** The same, blocking. */
  runSync({ manner, program, lent }: Prepared, below: (...args: never[]) => unknown): unknown {
    let operand: unknown;
    try {
      operand = this.#callerFor(manner).callSync(RUN, [program]);
    } catch (error) {
      throw this.#unsent(error, program, lent);
    }
    return this.#taken(operand, { manner, below });
  }

  /** An attribute of an object: the most frequent of all programs. */
  getSync(held: Held, manner: Manner, name: string): unknown {
    const program = [held.number, ProxyStep.get, name];
    const operand = this.#callerFor(manner).callSync(RUN, [program]);
    if (typeof operand !== 'object' || operand === null) return operand;
    return this.#taken(operand, { manner, below: this.getSync });
  }

  /** A call with arguments that are operands as they are. */
  callSync(held: Held, manner: Manner, args: readonly unknown[]): unknown {
    const program = [held.number, ProxyStep.call, args, null];
    const operand = this.#callerFor(manner).callSync(RUN, [program]);
    if (typeof operand !== 'object' || operand === null) return operand;
    return this.#taken(operand, { manner, below: this.callSync });
  }

  /** The operand that a program of no operands gives. */
  operandOf(program: readonly unknown[], manner: Manner): Promise<unknown> {
    return this.#callerFor(manner).call(RUN, [program]);
  }

  operandOfSync(program: readonly unknown[], manner: Manner): unknown {
    return this.#callerFor(manner).callSync(RUN, [program]);
  }

  /** What an operand of the other side's stands for. Throws what it says was raised. */
  decoded(operand: unknown, manner: Manner): unknown {
    if (!Array.isArray(operand)) return operand;
    const [tag, first, second] = operand as unknown[];
    switch (tag) {
      case ProxyOperand.value:
        return first;
      case ProxyOperand.reference:
        return this.host.own(first);
      case ProxyOperand.object:
        return this.#arrived(first, second, manner);
      case ProxyOperand.list:
        return this.#all(operand, manner);
      case ProxyOperand.tuple:
        return new Tuple(this.#all(operand, manner));
      case ProxyOperand.dictionary:
        return dictionary(this.#all(operand, manner));
      case ProxyOperand.set:
        return new Set(this.#all(operand, manner));
      case ProxyOperand.slice: {
        const [start, stop, step] = this.#all(operand, manner);
        return new Slice(start, stop, step);
      }
      case ProxyOperand.program:
        return this.host.nested(first);
      case ProxyOperand.raised:
        throw this.#raisedBy([tag, first, second], manner).error;
      default:
        throw malformed('an operand', tag).error;
    }
  }

  /** The other side gives references back. What is still to be looked at of earlier messages may name them. */
  givenBack(references: readonly number[]): void {
    setImmediate(() => this.host.lent.release(references));
  }

  /** Gives a reference back. */
  release(held: Held): void {
    if (held.isReleased) return;
    held.isReleased = true;
    this.#collected.unregister(held);
    this.giveBack(held.number);
  }

  /** How the other side is told what was thrown here. */
  raised(thrown: unknown): unknown[] {
    return this.host.raised(thrown);
  }

  /** What a function that was given here gives: blocks until it is there. */
  calledSync(number: number, args: readonly unknown[]): unknown {
    const program = this.#callOf(number, args);
    let operand: unknown;
    try {
      operand = this.#ownCaller().callSync(RUN, [program]);
    } catch (error) {
      throw this.#unsent(error, program, numbersIn(program));
    }
    return this.#taken(operand, { manner: SYNC, below: this.calledSync });
  }

  /** The same, later. */
  async called(number: number, args: readonly unknown[]): Promise<unknown> {
    const program = this.#callOf(number, args);
    return await this.run({ manner: ASYNC, program, lent: numbersIn(program), pending: [] });
  }

  #callOf(number: number, args: readonly unknown[]): unknown[] {
    return [number, ProxyStep.call, args.map((argument) => this.host.toOperand(argument)), null];
  }

  #all(operand: readonly unknown[], manner: Manner): unknown[] {
    return operand.slice(1).map((item) => this.decoded(item, manner));
  }

  #arrived(number: unknown, kind: unknown, manner: Manner): unknown {
    if (typeof number !== 'number') throw malformed('the number of an object', number).error;
    if (kind === ProxyKind.callback || kind === ProxyKind.asyncCallback)
      return this.callbacks.get(number, kind);
    const held = new Held(this, number);
    this.#collected.register(held, number, held);
    return manner.isSync ? synchronous(held, manner) : asynchronous(held, manner);
  }

  /** What could not be encoded was not sent, and refers to nothing. */
  #unsent(error: unknown, program: readonly unknown[], lent: readonly number[]): unknown {
    if (!(error instanceof EncodeError || error instanceof ValidationError)) return error;
    if (error.path.startsWith('run(')) this.host.lent.release(lent);
    return error.locate(placeIn(program, error.path));
  }

  /** Made when it is needed: a worker whose module is still being imported serves nothing. */
  #ownCaller(): Caller {
    if (this.#caller !== undefined) return this.#caller;
    const onLate = (operand: unknown): void => this.giveBackAll(operand);
    const [run, ...others] = ringsnakeObjectsDefinition.methods;
    const methods = [{ ...(run as MethodDefinition), onLate }, ...others];
    this.#caller = this.session.caller({ ...ringsnakeObjectsDefinition, methods });
    return this.#caller;
  }

  #callerFor({ options }: Manner): Caller {
    if (options === undefined) return this.#ownCaller();
    let caller = this.#callers.get(options);
    if (caller === undefined) {
      caller = this.#ownCaller().withOptions(options);
      this.#callers.set(options, caller);
    }
    return caller;
  }

  #taken(
    operand: unknown,
    { manner, below }: { manner: Manner; below: (...args: never[]) => unknown },
  ): unknown {
    if (isRaised(operand)) throw withLocalStack(this.#raisedBy(operand, manner), below);
    return this.decoded(operand, manner);
  }

  #raisedBy([, wire, exception]: readonly unknown[], manner: Manner): Raised {
    const known = Array.isArray(exception) ? this.decoded(exception, manner) : null;
    // Ours has come home.
    if (known !== null && stateOf(known) === undefined) return { error: known };
    const error = errorFromWire(wire);
    Object.defineProperty(error, 'exception', { value: known });
    return { error, traceback: tracebackOf(wire) };
  }

  /** The references in what nobody will look at. */
  giveBackAll(operand: unknown): void {
    if (!Array.isArray(operand) || operand[0] === ProxyOperand.value) return;
    const [tag, number] = operand as unknown[];
    if (tag !== ProxyOperand.object) for (const part of operand.slice(1)) this.giveBackAll(part);
    else if (typeof number === 'number') this.giveBack(number);
  }

  /** So many references to one object. */
  giveBack(number: number, count = 1): void {
    if (this.#released.length === 0) queueMicrotask(() => this.#flush());
    this.#released.push(number, count);
    // A thread that never gets to its loop shall not keep everything.
    if (this.#released.length >= RELEASED_MAX) this.#flush();
  }

  #flush(): void {
    const released = this.#released;
    if (released.length === 0) return;
    this.#released = [];
    // With the session everything is forgotten.
    this.#ownCaller()
      .call(RELEASE, [released])
      .catch(() => {});
  }
}

function dictionary(parts: readonly unknown[]): unknown {
  const entries: [unknown, unknown][] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) entries.push([parts[at], parts[at + 1]]);
  return entries.every(([key]) => typeof key === 'string')
    ? Object.fromEntries(entries as [string, unknown][])
    : new Map(entries);
}

/** Objects of ours among the arguments of a call, each once: number, count, number, count… */
function numbersIn([, , args]: readonly unknown[]): number[] {
  const numbers: number[] = [];
  for (const each of args as readonly unknown[])
    if (Array.isArray(each) && each[0] === ProxyOperand.object) numbers.push(each[1] as number, 1);
  return numbers;
}

function isRaised(operand: unknown): operand is readonly [unknown, unknown, unknown] {
  return Array.isArray(operand) && operand[0] === ProxyOperand.raised;
}

const guests = new WeakMap<object, Guest>();

/** The one of a session. */
export function guestOf(session: Session): Guest {
  let guest = guests.get(session);
  if (guest === undefined) {
    guest = new Guest(session);
    guests.set(session, guest);
  }
  return guest;
}
