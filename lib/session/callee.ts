import type { FrameChannel } from '../channel/frame-channel.js';
import { CancelledError, DeadlockError, ProtocolError, UnknownMethodError } from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';
import { type FrameHeader, frameHeader } from '../wire/frame.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { HandledContext, runInContext } from './call-context.js';
import type { CallObserver, Observed } from './call-observer.js';
import { CallTable } from './call-table.js';
import type { Exposure } from './exposure.js';
import { contextFromWire, NO_METADATA } from './frame-context.js';
import {
  type InterfaceDefinition,
  type MethodDefinition,
  propertyOf,
  type Service,
  type SignalPlace,
} from './interface.js';
import { located } from './located.js';
import type { SessionObjects } from './objects.js';
import { PromisedResults } from './promised-results.js';
import { sendError } from './send-error.js';
import type { Streams } from './streams.js';

/** A service, or an object that the peer holds. */
export interface CalledObject {
  readonly definition: InterfaceDefinition;
  readonly implementation: object;
}

/** A call the peer made. */
export interface IncomingCall {
  readonly context: HandledContext;
  readonly target: CalledObject;
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
  /** What errors tell the peer. */
  readonly exposure: Exposure;
  /** Whether errors about values show their beginning. */
  readonly previews: boolean;
  readonly streams: Streams;
  readonly objects: SessionObjects;
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
  /** As callers with other schemas see them, whose indices come behind theirs. */
  readonly #adapted: CalledObject[] = [];
  readonly #parts: CalleeParts;
  readonly #received: IncomingCall[] = [];
  /** Calls that nothing waits for here, while too many lie inside each other. */
  readonly #postponed: IncomingCall[] = [];
  /** Calls that were not answered yet. */
  readonly #open = new CallTable<IncomingCall>();
  #onDrained: (() => void) | undefined;
  /** Callers that stopped waiting, to be told to their handlers when no frame is being read. */
  #cancelled: HandledContext[] = [];
  readonly #promised: PromisedResults;

  constructor(channel: FrameChannel, services: readonly Service[], parts: CalleeParts) {
    this.#channel = channel;
    this.#services = services;
    this.#parts = parts;
    this.#promised = new PromisedResults(parts.objects);
  }

  /** One call, as it lies in the ring: decodes it for `run`, or answers it with what is wrong. */
  receive(header: FrameHeader, reader: ValueReader, wireContext: unknown): void {
    const { callId } = header;
    if (this.#open.has(callId))
      throw new ProtocolError(`the peer made call ${callId} again before it was answered`);
    let found: Found;
    try {
      found = this.#find(header);
    } catch (error) {
      this.#parts.onRejected(error);
      this.#answerError(callId, error);
      this.#channel.flushSoon();
      return;
    }
    const { target, method } = found;
    try {
      const args = method.readArguments(reader);
      reader.finish();
      const call: IncomingCall = {
        context: this.#contextOf(header, wireContext),
        target,
        method,
        args,
        isBlocking: header.isBlocking,
        observed: undefined,
      };
      this.#parts.streams.bind(call.context, { definition: target.definition, method });
      if (method.resultInterface !== undefined) this.#promised.open(callId, method.resultInterface);
      this.#received.push(call);
      this.#open.add(callId, call);
    } catch (error) {
      const problem = located(error, (path) => `${propertyOf(method)}(${path})`, {
        definition: target.definition,
        method,
        part: 'arguments',
        value: { reader },
      });
      this.#parts.onRejected(problem);
      this.#answerError(callId, problem);
      this.#channel.flushSoon();
    }
  }

  service(interfaceIndex: number): CalledObject | undefined {
    const services = this.#services;
    return services[interfaceIndex] ?? this.#adapted[interfaceIndex - services.length];
  }

  /** The same, for callers with another schema; false: not under that index. */
  add(interfaceIndex: number, service: CalledObject): boolean {
    if (interfaceIndex !== this.#services.length + this.#adapted.length) return false;
    this.#adapted.push(service);
    return true;
  }

  /** What a call is addressed to. Throws what the peer is to hear when that is not there. */
  #find(header: FrameHeader): Found {
    const { kind, interfaceIndex, methodIndex } = header;
    if (kind === FrameKind.call) {
      const service = this.service(interfaceIndex);
      return foundMethod(service, methodIndex, `interface ${interfaceIndex}`);
    }
    const target =
      kind === FrameKind.callObject
        ? this.#parts.objects.exported(methodIndex)
        : this.#promised.get(methodIndex);
    return foundMethod(target, interfaceIndex, target.definition.name);
  }

  /** Resolves when the calls that run here have answered. */
  async drain(): Promise<void> {
    while (this.#open.size > 0)
      await new Promise<void>((resolve) => {
        this.#onDrained = resolve;
      });
  }

  /** Calls that were not answered yet. */
  get running(): number {
    return this.#open.size;
  }

  /** Of a call that was not answered yet. */
  nameOf(callId: number): string | undefined {
    const call = this.#open.get(callId);
    return call && `${call.target.definition.name}.${call.method.name}`;
  }

  /** Of what is served. */
  nameOfMethod(interfaceIndex: number, methodIndex: number): string | undefined {
    const definition = this.service(interfaceIndex)?.definition;
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
    const open = this.#open.values();
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

  #closeCall(callId: number): void {
    this.#open.delete(callId);
    if (this.#open.size === 0) this.#onDrained?.();
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
    if (this.#promised.waits(call)) return;
    try {
      context.throwIfCancelled();
      const result = this.#parts.observer.isActive
        ? this.#runObserved(call)
        : runInContext(context, () => invoke(call));
      if (isThenable(result)) this.#answerLater(call, result);
      else this.#answer(call, result);
    } catch (error) {
      this.#answerError(context.callId, error, call.method);
    }
  }

  #runObserved(call: IncomingCall): unknown {
    const { context, target, method, isBlocking } = call;
    const observed = this.#parts.observer.begin(
      { interface: target.definition.name, method: method.name, isBlocking },
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
        this.#afterAnswer();
      },
      (error: unknown) => {
        this.#answerError(callId, error, call.method);
        this.#afterAnswer();
      },
    );
  }

  /** Calls on the result may have waited for it. */
  #afterAnswer(): void {
    if (this.#received.length > 0) this.run();
    else this.#channel.flushSoon();
  }

  #answer({ context, target, method, observed }: IncomingCall, value: unknown): void {
    const { callId, cancelled } = context;
    if (this.#channel.closed) return;
    if (cancelled) {
      this.#answerError(
        callId,
        new CancelledError(`nobody waited for ${propertyOf(method)}() any more`),
      );
      return;
    }
    const writer = this.#channel.begin(frameHeader(FrameKind.result, { callId }));
    try {
      const origin = { definition: target.definition, method };
      this.#parts.streams.answering({ context, throws: method.throws, origin }, () =>
        method.writeResult(writer, value),
      );
    } catch (error) {
      this.#channel.abort();
      this.#answerError(
        callId,
        located(error, (path) => `${propertyOf(method)}()${path}`, {
          definition: target.definition,
          method,
          part: 'result',
          value: { given: value },
        }),
      );
      return;
    }
    try {
      this.#channel.commit();
      this.#closeCall(callId);
      observed?.succeed();
      if (method.resultInterface !== undefined)
        this.#received.push(...this.#promised.settle(callId, { ok: true, value }));
    } catch (error) {
      this.#answerError(callId, error);
    }
  }

  #answerError(callId: number, thrown: unknown, method?: MethodDefinition): void {
    const observed = this.#open.get(callId)?.observed;
    try {
      if (!this.#channel.closed) this.#sendError(callId, thrown, method);
    } finally {
      this.#closeCall(callId);
      observed?.fail(thrown);
    }
  }

  #sendError(callId: number, thrown: unknown, method: MethodDefinition | undefined): void {
    this.#received.push(...this.#promised.settle(callId, { ok: false, error: thrown }));
    const { types, exposure, previews } = this.#parts;
    const throws = method?.throws;
    const frame = { kind: FrameKind.error, callId, types, exposure, previews, throws };
    sendError(this.#channel, frame, thrown);
  }
}

interface Found {
  readonly target: CalledObject;
  readonly method: MethodDefinition;
}

function foundMethod(target: CalledObject | undefined, index: number, where: string): Found {
  const method = target?.definition.methods[index];
  if (target !== undefined && method !== undefined) return { target, method };
  throw new UnknownMethodError(
    `method ${index} of ${where} is not served here: run \`ringsnake gen\` for both sides from the same file`,
  );
}

function invoke({ target, method, args, context }: IncomingCall): unknown {
  const implementation = target.implementation as Record<string, unknown>;
  const handler = implementation[propertyOf(method)];
  if (typeof handler !== 'function') {
    throw new UnknownMethodError(
      `the object that serves ${target.definition.name} here has no method ${propertyOf(method)}`,
    );
  }
  const { signal } = method;
  const given = signal === undefined ? args : withSignal(args, signal, context.signal);
  return handler.apply(implementation, given);
}

function withSignal(
  args: readonly unknown[],
  { argument, member }: SignalPlace,
  signal: AbortSignal,
): unknown[] {
  if (member === undefined) return [...args.slice(0, argument), signal, ...args.slice(argument)];
  const options = { ...(args[argument] as object | undefined), [member]: signal };
  return args.map((each, index) => (index === argument ? options : each));
}

function deadlock({ method }: IncomingCall): DeadlockError {
  return new DeadlockError(
    `${propertyOf(method)}() answered with a promise, and this thread is blocked in the very call that waits for it: await that call, or let the handler answer at once`,
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
