import { FrameChannel } from '../channel/frame-channel.js';
import type { Direction } from '../channel/frame-log.js';
import {
  CallDepthError,
  ProtocolError,
  type RingsnakeError,
  UnknownInterfaceError,
  WorkerExitedError,
} from '../errors.js';
import { type RingEnd, WaitResult } from '../ring/ring-end.js';
import { FrameKind, PROMISED_RESULTS_MAX } from '../wire/constants.gen.js';
import { type FrameHeader, frameHeader } from '../wire/frame.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { Call, Outcome } from './call.js';
import { CallObserver } from './call-observer.js';
import { type CallOptions, mergedOptions } from './call-options.js';
import { type CallTarget, serviceTargets } from './call-target.js';
import { Callee } from './callee.js';
import { DirectCalls, type DirectOffer } from './direct-calls.js';
import type { Exposure } from './exposure.js';
import {
  type Caller,
  type ClientClass,
  type InterfaceDefinition,
  propertyOf,
  type Service,
} from './interface.js';
import { type HandleStatistics, SessionObjects } from './objects.js';
import { type AwaitedManner, type GivenUpWatcher, OpenCalls, timeoutError } from './open-calls.js';
import { Pings } from './pings.js';
import { SchemaAgreements } from './schema-agreements.js';
import type { ServedInterface } from './served-interface.js';
import { type CallStarter, SessionCaller } from './session-caller.js';
import type { SessionStatistics } from './statistics.js';
import { Streams } from './streams.js';
import { valueOrNothing } from './value-or-nothing.js';

/** Blocking calls inside each other, each of which a call of the peer has come in between. */
const DEPTH_LIMIT = 256;

/** From so many on, only calls that one of them waits for are served: unrelated ones wait, so that they cannot reach the limit. */
const SERVING_DEPTH = 16;

const NO_DIRECT_CALLS = { made: 0, failed: 0 };

/** What a session asks of whoever started the peer. */
export interface SessionOwner {
  /** The error for calls that end because the peer is gone; called when a blocking wait noticed it first. */
  peerGone(): RingsnakeError;
  /** Something the peer did against the rules that harms nobody: a reply to a call that is not open. */
  onProtocolError(error: ProtocolError): void;
  /** The peer broke the wire: nothing can follow. */
  onBroken(error: ProtocolError): void;
  /** What the peer must do to serve the interface `name`. */
  servingHint?(name: string): string;
  /** The user's types, in values that no interface declares. */
  readonly types?: TypeRegistry | undefined;
  /** What errors tell the peer; default: all. */
  readonly exposure?: Exposure | undefined;
  /** Whether errors about values show their beginning; default: true. */
  readonly previews?: boolean | undefined;
  /** How closely what arrives is looked at; default: 'full'. */
  readonly validation?: ValidationLevel | undefined;
  /** Of every call. */
  readonly callOptions?: CallOptions;
  /** Whether it is recorded how long calls take. */
  readonly latencies?: boolean;
  readonly givenUpWatcher?: GivenUpWatcher;
  /** The peer's process; undefined: unknown. */
  readonly peerPid?: number | undefined;
}

/**
 * Calls in both directions over one channel: makes ours, and hands the peer's to the Callee. Threads: the one that made it. Normative: spec/wire/frame.md.
 * Twin: python/ringsnake/_session/session.py.
 */
export class Session implements CallStarter {
  readonly #channel: FrameChannel;
  readonly #callee: Callee;
  readonly #owner: SessionOwner;
  readonly #calls: OpenCalls;
  readonly #pings: Pings;
  readonly #streams: Streams;
  readonly #objects: SessionObjects;
  readonly #observers: { readonly calls: CallObserver; readonly handlers: CallObserver };
  readonly #agreements: SchemaAgreements;
  #peerInterfaces: readonly ServedInterface[] = [];
  /** Of the peer's interfaces, those that clients were made for. */
  readonly #definitions = new Map<number, InterfaceDefinition>();
  /** How often something that the peer sent was refused, by the code of the error. */
  readonly #rejected = new Map<string, number>();
  /** Set once; every later call is rejected with it. */
  #ended: RingsnakeError | undefined;
  /** Calls whose answers the event loop awaits; synchronous ones are awaited by the thread itself. */
  #expected = 0;
  /** Blocking calls inside each other. */
  #depth = 0;
  #direct: DirectCalls | undefined;
  #endedDirect = NO_DIRECT_CALLS;

  constructor(end: RingEnd, services: readonly Service[], owner: SessionOwner) {
    this.#owner = owner;
    const { types, latencies = false, previews = true } = owner;
    this.#streams = new Streams({
      expect: (waiting) => (waiting ? this.#expectMore() : this.#expectLess()),
      waitUntil: (condition) => this.#waitUntil(condition),
      onProtocolError: (error) => owner.onProtocolError(error),
      exposure: owner.exposure ?? 'full',
      previews,
    });
    this.#objects = new SessionObjects(this, (released) => this.#sendReleased(released));
    const observing = { latencies, pid: () => owner.peerPid };
    this.#observers = {
      calls: new CallObserver('call', observing),
      handlers: new CallObserver('handler', observing),
    };
    this.#channel = new FrameChannel(end, {
      types,
      validation: owner.validation,
      references: this.#objects,
      streams: this.#streams,
      onFrame: (header, reader, context) => this.#onFrame(header, reader, context),
      onBatch: () => this.#callee.run(),
      nameOf: (direction, header) => this.#nameOf(direction, header),
      onBroken: (error) => {
        this.#reject(error);
        this.end(error);
        owner.onBroken(error);
      },
    });
    this.#streams.attach(this.#channel);
    this.#calls = new OpenCalls(this.#channel, this, {
      observer: this.#observers.calls,
      watcher: owner.givenUpWatcher,
      previews,
      onWrite: (target) => {
        this.#streams.calling = target;
      },
      onRead: (target) => this.#streams.declare(target),
      onSettled: () => this.#expectLess(),
    });
    this.#pings = new Pings(this.#channel);
    this.#agreements = new SchemaAgreements(this.#channel);
    this.#callee = new Callee(this.#channel, services, {
      session: this,
      types,
      exposure: owner.exposure ?? 'full',
      previews,
      streams: this.#streams,
      objects: this.#objects,
      isBlockedOn: (callId) => this.#calls.isBlockedOn(callId),
      isDeep: () => this.#depth >= SERVING_DEPTH,
      observer: this.#observers.handlers,
      onRejected: (error) => this.#reject(error),
    });
  }

  /** From now on calls are made on this thread that can be. */
  callDirectly(offer: DirectOffer): void {
    const { types, validation = 'full', previews = true } = this.#owner;
    const serve = (): void => {
      // What is waited for will not come: a callback may have ended it.
      this.mustBeOpen();
      this.#waitOnce(-1);
    };
    const port = this.#channel.directPort();
    this.#direct = DirectCalls.to({ offer, port, types, validation, previews, serve });
  }

  get direct(): DirectCalls | undefined {
    return this.#observers.calls.isActive ? undefined : this.#direct;
  }

  /** What errors tell the peer. */
  get exposure(): Exposure {
    return this.#owner.exposure ?? 'full';
  }

  /** Whether errors about values show their beginning. */
  get previews(): boolean {
    return this.#owner.previews ?? true;
  }

  /** Called once, with what the peer announced in the handshake. */
  introduce(peerInterfaces: readonly ServedInterface[]): void {
    this.#peerInterfaces = peerInterfaces;
    this.#agreements.introduce(peerInterfaces.length);
  }

  /**
   * A client for an interface that the peer serves. Throws UnknownInterfaceError, or SchemaMismatchError when the peer's interface is another
   * with which this one cannot work.
   */
  client<Client>(clientClass: ClientClass<Client>, options: CallOptions = {}): Client {
    return new clientClass(this.caller(clientClass.definition, options));
  }

  /** What a client for that interface calls through. Throws as `client` does. */
  caller(definition: InterfaceDefinition, options: CallOptions = {}): Caller {
    const interfaceIndex = this.#peerInterfaces.findIndex(({ name }) => name === definition.name);
    const served = this.#peerInterfaces[interfaceIndex];
    if (served === undefined) {
      const names = namesOf(this.#peerInterfaces).join(', ') || 'nothing';
      const hint =
        this.#owner.servingHint?.(definition.name) ??
        `in Python call \`ringsnake.serve(${definition.name}Server(…))\` while the module is imported`;
      throw new UnknownInterfaceError(
        `the peer does not serve ${definition.name}; it serves ${names}: ${hint}`,
      );
    }
    const found =
      served.hash === definition.hash
        ? { definition, interfaceIndex }
        : this.#agreements.calling(definition, served, interfaceIndex);
    const merged = mergedOptions(this.#owner.callOptions ?? {}, options);
    const targets = serviceTargets(found.definition, found.interfaceIndex);
    this.#definitions.set(found.interfaceIndex, definition);
    return new SessionCaller(this, targets, merged);
  }

  /** Resolves, with milliseconds, when the peer's event loop has answered; rejects with CallTimeoutError after `timeout` of them. */
  ping(timeout?: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.mustBeOpen();
      this.#expectMore();
      this.#pings.send(timeout, (outcome) => {
        this.#expectLess();
        if (typeof outcome === 'number') resolve(outcome);
        else reject(outcome);
      });
    });
  }

  /** Resolves when the calls that run here have answered. */
  drain(): Promise<void> {
    return this.#callee.drain();
  }

  /** Whether the peer has not read that call yet. */
  isUnread(callId: number): boolean {
    return this.#channel.unreadCalls().has(callId);
  }

  /** What went through it so far; also when it has ended. */
  statistics(): SessionStatistics {
    const { sent, received } = this.#channel;
    const { answered, failed, cancelled, late, size: open } = this.#calls;
    const { call, callObject, callResult, result, error, cancel } = FrameKind;
    const direct = this.#direct?.counts ?? this.#endedDirect;
    return {
      calls: {
        made: sent.frames(call, callObject, callResult) + direct.made,
        answered: answered + direct.made - direct.failed,
        failed: failed + direct.failed,
        cancelled,
        late,
        open,
      },
      handlers: {
        received: received.frames(call, callObject, callResult),
        answered: sent.frames(result),
        failed: sent.frames(error),
        cancelled: received.frames(cancel),
        running: this.#callee.running,
      },
      frames: { sent: sent.toObject(), received: received.toObject() },
      latencies: {
        calls: this.#observers.calls.latencies(),
        handlers: this.#observers.handlers.latencies(),
      },
      handles: this.#objects.statistics(),
      rejected: Object.fromEntries(this.#rejected),
    };
  }

  /** Ends the session: every open and every later call is rejected with `reason`. */
  end(reason: RingsnakeError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#endedDirect = this.#direct?.counts ?? NO_DIRECT_CALLS;
    this.#direct = undefined;
    const unread = this.#channel.unreadCalls();
    this.#channel.close();
    this.#calls.end((callId) => errorOfCall(reason, unread.has(callId)));
    this.#pings.end(reason);
    this.#callee.end();
    this.#streams.end(reason);
    this.#objects.end();
  }

  #sendReleased(released: readonly number[]): void {
    if (this.#channel.closed) return;
    this.#channel.begin(frameHeader(FrameKind.release)).writeValue(released);
    this.#channel.commit();
    this.#channel.flush();
  }

  /** The peer is dead: takes what it had sent before. */
  receiveRest(): void {
    while (this.#ended === undefined && this.#channel.receive());
  }

  /** Throws the reason if the session has ended. */
  mustBeOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  start(target: CallTarget, args: readonly unknown[], manner: AwaitedManner): Call {
    this.mustBeOpen();
    const call = this.#calls.start(target, args, manner);
    this.#expectMore();
    this.#channel.flushSoon();
    return call;
  }

  get mayPipeline(): boolean {
    return this.#calls.size <= PROMISED_RESULTS_MAX;
  }

  /** How many objects and functions are in use across the session, by interface. */
  handles(): HandleStatistics {
    return this.#objects.statistics();
  }

  startSync(target: CallTarget, args: readonly unknown[], options: CallOptions): Outcome {
    this.mustBeOpen();
    if (this.#depth >= DEPTH_LIMIT) {
      throw new CallDepthError(
        `${propertyOf(target.method)}() would be blocking call ${DEPTH_LIMIT + 1} inside of another: the two sides call each other without end, or await where you can`,
      );
    }
    const call = this.#streams.blocking(() => this.#calls.start(target, args, { options }));
    this.#depth++;
    try {
      while (call.outcome === undefined) this.#wait(call, options);
    } finally {
      this.#depth--;
      if (this.#callee.hasPostponed) queueMicrotask(() => this.#callee.run());
    }
    return call.outcome;
  }

  #waitUntil(condition: () => boolean): void {
    while (!condition()) this.#waitOnce(-1);
  }

  #expectMore(): void {
    this.#expected++;
    if (this.#expected === 1) this.#channel.expect(true);
  }

  #expectLess(): void {
    this.#expected--;
    if (this.#expected === 0) this.#channel.expect(false);
  }

  /** Blocks the thread until something has arrived, and serves it. */
  #wait(call: Call, { signal }: CallOptions): void {
    const { deadline } = call;
    if (this.#callee.hasPostponed) {
      this.#callee.run();
      if (!call.isOpen) return;
    }
    const left = deadline === undefined ? -1 : deadline - performance.now();
    if (deadline !== undefined && left <= 0) {
      call.cancel(timeoutError(propertyOf(call.method)));
      return;
    }
    this.#waitOnce(left);
    // A handler that was served meanwhile may have aborted it.
    if (signal?.aborted) call.cancel(signal.reason);
  }

  #waitOnce(milliseconds: number): void {
    this.#streams.pump();
    // What has more to send at once may not be waited for.
    const result = this.#channel.wait(this.#streams.isReady ? 0 : milliseconds);
    if (!this.#channel.receive() && result === WaitResult.peerDied)
      this.end(this.#owner.peerGone());
  }

  #reject(error: unknown): void {
    const { code = 'unknown' } = error as { readonly code?: string };
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
  }

  /** For the log: what a frame is about. */
  #nameOf(direction: Direction, header: FrameHeader): string | undefined {
    const { kind, callId, interfaceIndex, methodIndex } = header;
    if (kind === FrameKind.call) {
      if (direction === 'received') return this.#callee.nameOfMethod(interfaceIndex, methodIndex);
      const definition = this.#definitions.get(interfaceIndex);
      return definition && `${definition.name}.${definition.methods[methodIndex]?.name}`;
    }
    const isOurs = (direction === 'sent') === (kind === FrameKind.cancel);
    return isOurs ? this.#calls.nameOf(callId) : this.#callee.nameOf(callId);
  }

  #onFrame(header: FrameHeader, reader: ValueReader, context: unknown): void {
    const { kind, callId } = header;
    switch (kind) {
      case FrameKind.call:
      case FrameKind.callObject:
      case FrameKind.callResult:
        this.#callee.receive(header, reader, context);
        break;
      case FrameKind.result:
      case FrameKind.error: {
        const problem = this.#calls.answer(kind === FrameKind.error, callId, reader);
        if (problem !== undefined) {
          this.#reject(problem);
          this.#owner.onProtocolError(problem);
        }
        break;
      }
      case FrameKind.cancel:
        valueOrNothing(reader);
        this.#callee.cancel(callId);
        break;
      case FrameKind.release:
        this.#objects.released(valueOrNothing(reader));
        break;
      case FrameKind.schema:
        this.#agreements.receive(header, valueOrNothing(reader), this.#callee);
        break;
      case FrameKind.ping:
        valueOrNothing(reader);
        this.#pings.answer(callId);
        break;
      case FrameKind.pong:
        valueOrNothing(reader);
        this.#pings.receive(callId);
        break;
      case FrameKind.items:
      case FrameKind.credit:
      case FrameKind.end:
      case FrameKind.stop:
        this.#streams.onFrame(header, reader);
        break;
      default:
        throw new ProtocolError(`frame kind ${kind} does not belong in a ring`);
    }
  }
}

/** Without ringsnake's own. */
function namesOf(interfaces: readonly ServedInterface[]): string[] {
  return interfaces.map(({ name }) => name).filter((name) => !name.startsWith('Ringsnake'));
}

/** What one call is told of the end: whether the peer may have begun it, too, if that is why it ends. */
function errorOfCall(reason: RingsnakeError, isUnread: boolean): RingsnakeError {
  return reason instanceof WorkerExitedError ? reason.ofCall({ delivered: !isUnread }) : reason;
}
