import type { FrameChannel } from '../channel/frame-channel.js';
import {
  CancelledError,
  DeadlockError,
  EncodeError,
  ProtocolError,
  UnknownMethodError,
} from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';
import { type FrameHeader, frameHeader } from '../wire/frame.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { HandledContext, runInContext } from './call-context.js';
import type { CallObserver, Observed } from './call-observer.js';
import { contextFromWire, NO_METADATA } from './frame-context.js';
import type { MethodDefinition, Service } from './interface.js';
import { located } from './located.js';
import { errorToWire, shortened, type WireError, withoutDetails } from './remote-error.js';

/** A call the peer made. */
interface IncomingCall {
  readonly context: HandledContext;
  readonly implementation: Record<string, (...args: unknown[]) => unknown>;
  readonly interfaceName: string;
  readonly method: MethodDefinition;
  readonly args: unknown[];
  /** Whether a thread of the caller is blocked until it is answered. */
  readonly isBlocking: boolean;
  /** Undefined: nobody is told of it. */
  observed: Observed | undefined;
}

/** What a callee knows of its session. */
export interface CalleeParts {
  readonly session: object;
  readonly types: TypeRegistry | undefined;
  /** Whether this thread is blocked until that call of ours is answered. */
  readonly isBlockedOn: (callId: number) => boolean;
  /** Whether so many blocking calls lie inside each other that only what they wait for is served. */
  readonly isDeep: () => boolean;
  readonly observer: CallObserver;
  /** A call that cannot be handled. */
  readonly onRejected: (error: unknown) => void;
}

/**
 * Runs the calls that the peer makes, and answers each exactly once. Threads: the channel's. Normative: spec/wire/frame.md §4.
 * Twin: python/ringsnake/_session/callee.py.
 */
export class Callee {
  readonly #channel: FrameChannel;
  readonly #services: readonly Service[];
  readonly #parts: CalleeParts;
  readonly #received: IncomingCall[] = [];
  /** Calls that nothing waits for here, while too many lie inside each other. */
  readonly #postponed: IncomingCall[] = [];
  /** Calls that were not answered yet. */
  readonly #open = new Map<number, IncomingCall>();
  /** Callers that stopped waiting, to be told to their handlers when no frame is being read. */
  #cancelled: HandledContext[] = [];

  constructor(channel: FrameChannel, services: readonly Service[], parts: CalleeParts) {
    this.#channel = channel;
    this.#services = services;
    this.#parts = parts;
  }

  /** One call, as it lies in the ring: decodes it for `run`, or answers it with what is wrong. */
  receive(header: FrameHeader, reader: ValueReader, wireContext: unknown): void {
    const { callId } = header;
    if (this.#open.has(callId))
      throw new ProtocolError(`the peer made call ${callId} again before it was answered`);
    const service = this.#services[header.interfaceIndex];
    const method = service?.definition.methods[header.methodIndex];
    if (service === undefined || method === undefined) {
      const problem = new UnknownMethodError(
        `method ${header.methodIndex} of interface ${header.interfaceIndex} is not served here: run \`ringsnake gen\` for both sides from the same file`,
      );
      this.#parts.onRejected(problem);
      this.#answerError(callId, problem);
      this.#channel.flushSoon();
      return;
    }
    try {
      const args = method.readArguments(reader);
      reader.finish();
      const call: IncomingCall = {
        context: this.#contextOf(header, wireContext),
        implementation: service.implementation as IncomingCall['implementation'],
        interfaceName: service.definition.name,
        method,
        args,
        isBlocking: header.isBlocking,
        observed: undefined,
      };
      this.#received.push(call);
      this.#open.set(callId, call);
    } catch (error) {
      const problem = located(error, (path) => `${method.name}(${path})`);
      this.#parts.onRejected(problem);
      this.#answerError(callId, problem);
      this.#channel.flushSoon();
    }
  }

  /** Calls that were not answered yet. */
  get running(): number {
    return this.#open.size;
  }

  /** Of a call that was not answered yet. */
  nameOf(callId: number): string | undefined {
    const call = this.#open.get(callId);
    return call && `${call.interfaceName}.${call.method.name}`;
  }

  /** Of what is served. */
  nameOfMethod(interfaceIndex: number, methodIndex: number): string | undefined {
    const definition = this.#services[interfaceIndex]?.definition;
    return definition && `${definition.name}.${definition.methods[methodIndex]?.name}`;
  }

  /** The peer waits no longer. Of a call that was answered meanwhile: nothing. */
  cancel(callId: number): void {
    const call = this.#open.get(callId);
    if (call !== undefined) this.#cancelled.push(call.context);
  }

  /** Whether `run` has something to do that it could not do before. */
  get hasPostponed(): boolean {
    return this.#postponed.length > 0 && !this.#parts.isDeep();
  }

  /** Runs what was received. May be entered again from within a handler that makes a synchronous call. */
  run(): void {
    this.#tellCancelled();
    if (this.hasPostponed) this.#received.unshift(...this.#postponed.splice(0));
    for (let call = this.#received.shift(); call !== undefined; call = this.#received.shift()) {
      if (this.#channel.closed) return;
      if (this.#mustWait(call)) {
        this.#postponed.push(call);
        continue;
      }
      this.#run(call);
      // The next handler may run for long; this answer shall not wait for it.
      this.#channel.flush();
    }
  }

  /** Whether no thread is blocked until it is answered, neither the peer's nor this one, while too many calls lie inside each other. */
  #mustWait({ isBlocking, context }: IncomingCall): boolean {
    const { isDeep, isBlockedOn } = this.#parts;
    return !isBlocking && isDeep() && !isBlockedOn(context.parent);
  }

  /** The session is over: nobody waits for what runs here. */
  end(): void {
    this.#received.length = 0;
    this.#postponed.length = 0;
    const open = [...this.#open.values()];
    this.#cancelled = open.map(({ context }) => context);
    this.#open.clear();
    for (const { observed } of open)
      observed?.fail(new CancelledError('the session ended before the call was answered'));
    this.#tellCancelled();
  }

  #contextOf(header: FrameHeader, wireContext: unknown): HandledContext {
    const { session } = this.#parts;
    const { callId, parent, hasContext } = header;
    if (!hasContext)
      return new HandledContext(session, {
        callId,
        parent,
        deadline: undefined,
        metadata: NO_METADATA,
      });
    const { timeout, metadata } = contextFromWire(wireContext);
    const deadline = timeout === undefined ? undefined : performance.now() + timeout;
    return new HandledContext(session, { callId, parent, deadline, metadata });
  }

  #tellCancelled(): void {
    while (this.#cancelled.length > 0) {
      const contexts = this.#cancelled;
      this.#cancelled = [];
      for (const context of contexts) context.cancel();
    }
  }

  #run(call: IncomingCall): void {
    const { context } = call;
    try {
      context.throwIfCancelled();
      const result = this.#parts.observer.isActive
        ? this.#runObserved(call)
        : runInContext(context, () => invoke(call));
      if (isThenable(result)) this.#answerLater(call, result);
      else this.#answer(call, result);
    } catch (error) {
      this.#answerError(context.callId, error);
    }
  }

  #runObserved(call: IncomingCall): unknown {
    const { context, interfaceName, method, isBlocking } = call;
    const observed = this.#parts.observer.begin(
      { interface: interfaceName, method: method.name, isBlocking },
      context.metadata,
    );
    call.observed = observed;
    return runInContext(context, () => observed.run(() => invoke(call)));
  }

  #answerLater(call: IncomingCall, result: PromiseLike<unknown>): void {
    const { callId, parent } = call.context;
    // No promise of this thread can go on before that blocking call has ended.
    if (parent !== 0 && this.#parts.isBlockedOn(parent)) {
      this.#answerError(callId, deadlock(call));
      result.then(ignore, ignore);
      return;
    }
    result.then(
      (value) => {
        this.#answer(call, value);
        this.#channel.flushSoon();
      },
      (error: unknown) => {
        this.#answerError(callId, error);
        this.#channel.flushSoon();
      },
    );
  }

  #answer({ context, method, observed }: IncomingCall, value: unknown): void {
    const { callId, cancelled } = context;
    if (this.#channel.closed) return;
    if (cancelled) {
      this.#answerError(callId, new CancelledError(`nobody waited for ${method.name}() any more`));
      return;
    }
    const writer = this.#channel.begin(frameHeader(FrameKind.result, { callId }));
    try {
      method.writeResult(writer, value);
    } catch (error) {
      this.#channel.abort();
      this.#answerError(
        callId,
        located(error, (path) => `${method.name}()${path}`),
      );
      return;
    }
    try {
      this.#channel.commit();
      this.#open.delete(callId);
      observed?.succeed();
    } catch (error) {
      this.#answerError(callId, error);
    }
  }

  #answerError(callId: number, thrown: unknown): void {
    const observed = this.#open.get(callId)?.observed;
    try {
      if (!this.#channel.closed) this.#sendErrorOf(callId, thrown);
    } finally {
      this.#open.delete(callId);
      observed?.fail(thrown);
    }
  }

  #sendErrorOf(callId: number, thrown: unknown): void {
    const error = errorToWire(thrown);
    try {
      this.#sendError(callId, error);
    } catch (problem) {
      this.#sendPlainError(callId, error, problem);
    }
  }

  /** The caller must hear something. */
  #sendPlainError(callId: number, error: WireError, problem: unknown): void {
    try {
      if (!(problem instanceof EncodeError)) throw problem;
      this.#sendError(callId, withoutDetails(error, problem.message));
    } catch {
      // Larger than the ring carries; this fits into any.
      this.#sendError(callId, shortened(error));
    }
  }

  #sendError(callId: number, error: WireError): void {
    const writer = this.#channel.begin(frameHeader(FrameKind.error, { callId }));
    const { types } = this.#parts;
    try {
      writer.writeValue(error, types && { types });
    } catch (problem) {
      this.#channel.abort();
      throw problem;
    }
    this.#channel.commit();
  }
}

function invoke({ implementation, interfaceName, method, args }: IncomingCall): unknown {
  const handler = implementation[method.name];
  if (typeof handler !== 'function') {
    throw new UnknownMethodError(
      `the object that serves ${interfaceName} here has no method ${method.name}`,
    );
  }
  return handler.apply(implementation, args);
}

function deadlock({ method }: IncomingCall): DeadlockError {
  return new DeadlockError(
    `${method.name}() answered with a promise, and this thread is blocked in the very call that waits for it: await that call, or let the handler answer at once`,
  );
}

function ignore(): void {}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
