import type { FrameChannel } from '../channel/frame-channel.js';
import {
  CallTimeoutError,
  type RingsnakeError,
  UnknownCallError,
  ValidationError,
} from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { ValueReader } from '../wire/value-reader.js';
import { Call, type Outcome } from './call.js';
import { currentContext, type HandledContext } from './call-context.js';
import type { CallObserver } from './call-observer.js';
import type { CallOptions, Metadata } from './call-options.js';
import { CallTable } from './call-table.js';
import type { CallTarget } from './call-target.js';
import { contextToWire, NO_METADATA } from './frame-context.js';
import { propertyOf } from './interface.js';
import { located } from './located.js';
import { LONGEST_TIMER } from './patience.js';
import { errorFromWire, tracebackOf, withoutStack } from './remote-error.js';

const CALL_IDS = 2 ** 32;

/** Is told of calls that nobody waits for any more and that the peer has not answered. */
export interface GivenUpWatcher {
  givenUp(callId: number, method: string): void;
  /** It was answered after all. */
  answered(callId: number): void;
}

interface OpenCallsParts {
  readonly observer: CallObserver;
  readonly watcher: GivenUpWatcher | undefined;
  readonly previews: boolean;
  /** A call of that method is about to be written. */
  readonly onWrite: (called: CallTarget) => void;
  /** A result of that method was read. */
  readonly onRead: (called: CallTarget) => void;
  /** A call that the event loop awaited is settled. */
  readonly onSettled: () => void;
}

/** How a call is made. */
export interface CallManner {
  readonly options: CallOptions;
  /** Called exactly once, unless the call could not be made. Undefined: a thread is blocked until the call is settled. */
  readonly onSettled?: (outcome: Outcome) => void;
}

/** Of a call that the event loop awaits. */
export type AwaitedManner = Required<CallManner>;

/** What is left of the time of a call, and what travels with it. */
interface Terms {
  readonly context: HandledContext | undefined;
  /** As `performance.now()` tells the time. */
  readonly deadline: number | undefined;
  /** Milliseconds until then. */
  readonly timeout: number | undefined;
  readonly metadata: Metadata;
}

/** The calls we have made and that were not answered yet. Threads: the session's. Twin: python/ringsnake/_session/open_calls.py. */
export class OpenCalls {
  readonly #channel: FrameChannel;
  readonly #session: object;
  readonly #calls = new CallTable<Call>();
  #nextCallId = 1;
  /** Answers that came after the caller had stopped waiting. */
  late = 0;
  /** Answers with errors that came in time. */
  failed = 0;
  /** Answers with results that did. */
  answered = 0;
  /** Calls given up. */
  cancelled = 0;
  readonly #observer: CallObserver;
  /** Told of calls that were given up, and of their late answers. */
  readonly #watcher: GivenUpWatcher | undefined;
  readonly #onWrite: (called: CallTarget) => void;
  readonly #onRead: (called: CallTarget) => void;
  readonly #onSettled: () => void;
  /** Whether errors about values show their beginning. */
  readonly #previews: boolean;

  constructor(channel: FrameChannel, session: object, parts: OpenCallsParts) {
    const { observer, watcher, previews, onWrite, onRead, onSettled } = parts;
    this.#previews = previews;
    this.#onWrite = onWrite;
    this.#onRead = onRead;
    this.#watcher = watcher;
    this.#onSettled = onSettled;
    this.#channel = channel;
    this.#session = session;
    this.#observer = observer;
  }

  #shown(error: unknown): unknown {
    if (!this.#previews && error instanceof ValidationError) error.withoutPreviews();
    return error;
  }

  /** Undefined when no such call is open. */
  nameOf(callId: number): string | undefined {
    const target = this.#calls.get(callId)?.target;
    return target && `${target.interfaceName}.${target.method.name}`;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Sends a call. Throws what the arguments have wrong, BackpressureError, or why there is no time for it. */
  start(target: CallTarget, args: readonly unknown[], manner: CallManner): Call {
    const terms = termsOf(manner.options, propertyOf(target.method));
    return this.#observer.isActive
      ? this.#startObserved(target, args, { manner, terms })
      : this.#send(target, args, { manner, terms });
  }

  #startObserved(
    target: CallTarget,
    args: readonly unknown[],
    { manner, terms }: { manner: CallManner; terms: Terms },
  ): Call {
    const { interfaceName, method } = target;
    const isBlocking = manner.onSettled === undefined;
    const call = { interface: interfaceName, method: method.name, isBlocking };
    const observed = this.#observer.begin(call, terms.metadata);
    try {
      return observed.run(() => {
        // Whoever hears of its start may have added some.
        const extended = withMetadata(terms, observed.metadata);
        const call = this.#send(target, args, { manner, terms: extended });
        call.observed = observed;
        return call;
      });
    } catch (error) {
      observed.fail(error);
      throw error;
    }
  }

  #send(
    target: CallTarget,
    args: readonly unknown[],
    { manner, terms }: { manner: CallManner; terms: Terms },
  ): Call {
    const { method, kind, interfaceIndex, methodIndex } = target;
    const channel = this.#channel;
    const { options, onSettled } = manner;
    const isBlocking = onSettled === undefined;
    const { context, timeout, metadata } = terms;
    const callId = this.#takeCallId();
    channel.refuseWhenFull();
    const hasContext = timeout !== undefined || metadata !== NO_METADATA;
    const parent = context?.session === this.#session ? context.callId : 0;
    const writer = channel.begin(
      { kind, hasContext, isBlocking, callId, interfaceIndex, methodIndex, parent },
      hasContext ? contextToWire(terms) : undefined,
    );
    this.#onWrite(target);
    try {
      method.writeArguments(writer, args);
    } catch (error) {
      channel.abort();
      const problem = located(error, (path) => `${propertyOf(method)}(${path})`, {
        definition: target.definition,
        method,
        part: 'arguments',
        value: { given: args },
      });
      throw this.#shown(problem);
    }
    channel.commit();
    const call = new Call(this, {
      callId,
      target,
      context,
      deadline: terms.deadline,
      onSettled,
    });
    this.#calls.add(callId, call);
    if (timeout !== undefined || options.signal !== undefined) this.#limit(call, options, terms);
    return call;
  }

  /** Whether a thread of ours is blocked until that call, or one for which it was made, is answered. */
  isBlockedOn(callId: number): boolean {
    for (let id = callId; id !== 0; ) {
      const call = this.#calls.get(id);
      if (call === undefined) return false;
      if (call.isBlocking && call.isOpen) return true;
      id = call.context?.session === this.#session ? call.context.parent : 0;
    }
    return false;
  }

  /** An answer, as it lies in the ring. Returns what is wrong with its being sent at all. */
  answer(isError: boolean, callId: number, reader: ValueReader): UnknownCallError | undefined {
    const call = this.#calls.get(callId);
    if (call === undefined) {
      return new UnknownCallError(
        `the peer answered call ${callId}, which is not open; the answer was dropped`,
      );
    }
    this.#calls.delete(callId);
    if (!call.isOpen) {
      this.late++;
      this.#watcher?.answered(callId);
      if (!isError && call.method.onLate !== undefined) {
        const outcome = read(call, isError, reader);
        if (outcome.ok) call.method.onLate(outcome.value);
      }
    } else {
      if (isError) this.failed++;
      else this.answered++;
      const outcome = read(call, isError, reader);
      if (!outcome.ok) this.#shown(outcome.error);
      if (!isError) this.#onRead(call.target);
      call.settle(outcome);
    }
    return undefined;
  }

  /** All that wait get the reason that `reasonOf` gives for their numbers. */
  end(reasonOf: (callId: number) => RingsnakeError): void {
    const calls = this.#calls.values();
    this.#calls.clear();
    for (const call of calls) call.settle({ ok: false, error: reasonOf(call.callId) });
  }

  onSettled(call: Call): void {
    if (!call.isBlocking) this.#onSettled();
  }

  /** Its number stays taken until the peer has answered. */
  onAbandoned(call: Call): void {
    this.cancelled++;
    this.#tellAbandoned(call);
    if (!this.#channel.closed) this.#watcher?.givenUp(call.callId, propertyOf(call.method));
  }

  #tellAbandoned(call: Call): void {
    if (this.#channel.closed || !this.#calls.has(call.callId)) return;
    if (this.#channel.isWriting) {
      // An accessor of what is being sent has aborted it.
      queueMicrotask(() => this.#tellAbandoned(call));
      return;
    }
    this.#channel.send(FrameKind.cancel, { callId: call.callId });
    this.#channel.flushSoon();
  }

  #limit(call: Call, { signal }: CallOptions, { timeout }: Terms): void {
    const timer =
      timeout === undefined || call.isBlocking || timeout > LONGEST_TIMER
        ? undefined
        : setTimeout(() => call.cancel(timeoutError(propertyOf(call.method))), Math.ceil(timeout));
    const onAbort = (): void => call.cancel(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    call.holds(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #takeCallId(): number {
    while (this.#nextCallId === 0 || this.#calls.has(this.#nextCallId)) this.#advanceCallId();
    const callId = this.#nextCallId;
    this.#advanceCallId();
    return callId;
  }

  #advanceCallId(): void {
    this.#nextCallId = (this.#nextCallId + 1) % CALL_IDS;
  }
}

export function timeoutError(method: string): CallTimeoutError {
  return new CallTimeoutError(`${method}() was not answered in time`);
}

function withMetadata(terms: Terms, metadata: Metadata): Terms {
  return Object.keys(metadata).length === 0 ? terms : { ...terms, metadata };
}

function read(call: Call, isError: boolean, reader: ValueReader): Outcome {
  try {
    const value = isError ? reader.readValue() : call.method.readResult(reader);
    reader.finish();
    if (!isError) return { ok: true, value };
    // Whoever hears of it gives it a stack.
    const error = withoutStack(() => errorFromWire(value, call.method.throws));
    return { ok: false, error, traceback: tracebackOf(value) };
  } catch (error) {
    const { method, definition } = call.target;
    const refused = { definition, method, part: 'result', value: { reader } } as const;
    return {
      ok: false,
      error: located(error, (path) => `${propertyOf(method)}()${path}`, refused),
    };
  }
}

const NO_TERMS: Terms = {
  context: undefined,
  deadline: undefined,
  timeout: undefined,
  metadata: NO_METADATA,
};

/** Throws when the call need not be made any more. */
function termsOf(options: CallOptions, method: string): Terms {
  const { signal, timeout, metadata } = options;
  const context = currentContext();
  signal?.throwIfAborted();
  context?.throwIfCancelled();
  if (timeout === undefined && metadata === undefined && context === undefined) return NO_TERMS;
  const now = performance.now();
  const own = timeout === undefined ? Number.POSITIVE_INFINITY : now + timeout;
  const inherited = context?.deadline ?? Number.POSITIVE_INFINITY;
  const deadline = Math.min(own, inherited);
  const merged =
    context === undefined || context.metadata === NO_METADATA ? undefined : context.metadata;
  const together = merged === undefined ? metadata : { ...merged, ...metadata };
  if (deadline <= now) throw timeoutError(method);
  const isLimited = deadline !== Number.POSITIVE_INFINITY;
  return {
    context,
    deadline: isLimited ? deadline : undefined,
    timeout: isLimited ? deadline - now : undefined,
    metadata: together ?? NO_METADATA,
  };
}
