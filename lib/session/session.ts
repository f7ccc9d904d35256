import { FrameChannel } from '../channel/frame-channel.js';
import {
  ProtocolError,
  type RingsnakeError,
  SchemaMismatchError,
  UnknownCallError,
  UnknownInterfaceError,
} from '../errors.js';
import { type RingEnd, WaitResult } from '../ring/ring-end.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { FrameHeader } from '../wire/frame.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { Call, type Outcome } from './call.js';
import { Callee } from './callee.js';
import type {
  Caller,
  ClientClass,
  InterfaceDefinition,
  MethodDefinition,
  Service,
} from './interface.js';
import { located } from './located.js';
import { errorFromWire } from './remote-error.js';
import { type ServedInterface, schemaDifference } from './served-interface.js';

const CALL_IDS = 2 ** 32;

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
}

/**
 * Calls in both directions over one channel: makes ours, and hands the peer's to the Callee. Threads: the one that made it. Normative: spec/wire/frame.md.
 * Twin: python/ringsnake/_session/session.py.
 */
export class Session {
  readonly #channel: FrameChannel;
  readonly #callee: Callee;
  readonly #owner: SessionOwner;
  readonly #calls = new Map<number, Call>();
  #peerInterfaces: readonly ServedInterface[] = [];
  /** Set once; every later call is rejected with it. */
  #ended: RingsnakeError | undefined;
  #nextCallId = 1;
  /** Calls whose answers the event loop awaits; synchronous ones are awaited by the thread itself. */
  #expected = 0;

  constructor(end: RingEnd, services: readonly Service[], owner: SessionOwner) {
    this.#owner = owner;
    const { types } = owner;
    this.#channel = new FrameChannel(end, {
      types,
      onFrame: (header, reader) => this.#onFrame(header, reader),
      onBatch: () => this.#callee.run(),
      onBroken: (error) => {
        this.end(error);
        owner.onBroken(error);
      },
    });
    this.#callee = new Callee(this.#channel, services, types);
  }

  /** Called once, with what the peer announced in the handshake. */
  introduce(peerInterfaces: readonly ServedInterface[]): void {
    this.#peerInterfaces = peerInterfaces;
  }

  /**
   * A client for an interface that the peer serves. Throws UnknownInterfaceError or SchemaMismatchError: both sides' code
   * must come from the same interface.
   */
  client<Client>(clientClass: ClientClass<Client>): Client {
    const { definition } = clientClass;
    const interfaceIndex = this.#peerInterfaces.findIndex(({ name }) => name === definition.name);
    const served = this.#peerInterfaces[interfaceIndex];
    if (served === undefined) {
      const names = this.#peerInterfaces.map(({ name }) => name).join(', ') || 'nothing';
      const hint =
        this.#owner.servingHint?.(definition.name) ??
        `in Python call \`ringsnake.serve(${definition.name}Server(…))\` while the module is imported`;
      throw new UnknownInterfaceError(
        `the peer does not serve ${definition.name}; it serves ${names}: ${hint}`,
      );
    }
    if (served.hash !== definition.hash) {
      const difference = schemaDifference(definition.schema, served.schema);
      throw new SchemaMismatchError(
        `${definition.name} differs between the two sides: run \`ringsnake gen\` for both from the same file (- only here, + only there)\n${difference}`,
        difference,
      );
    }
    return new clientClass(this.#caller(definition, interfaceIndex));
  }

  /** Resolves when the calls that run here have answered. */
  drain(): Promise<void> {
    return this.#callee.drain();
  }

  /** Ends the session: every open and every later call is rejected with `reason`. */
  end(reason: RingsnakeError): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    this.#channel.close();
    for (const call of calls) call.settle({ ok: false, error: reason });
  }

  /** Throws the reason if the session has ended. */
  mustBeOpen(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  #caller(definition: InterfaceDefinition, interfaceIndex: number): Caller {
    return {
      call: (methodIndex, args) =>
        new Promise((resolve, reject) => {
          this.#send(definition, { interfaceIndex, methodIndex, args }, (outcome) => {
            this.#expectLess();
            if (outcome.ok) resolve(outcome.value);
            else reject(outcome.error);
          });
          this.#expectMore();
          this.#channel.flushSoon();
        }),
      callSync: (methodIndex, args) => {
        let settled: Outcome | undefined;
        this.#send(definition, { interfaceIndex, methodIndex, args }, (outcome) => {
          settled = outcome;
        });
        return this.#await(() => settled);
      },
    };
  }

  /** Sends a call. `onSettled` is called exactly once unless this throws. */
  #send(
    definition: InterfaceDefinition,
    target: { interfaceIndex: number; methodIndex: number; args: readonly unknown[] },
    onSettled: (outcome: Outcome) => void,
  ): void {
    this.mustBeOpen();
    const method = definition.methods[target.methodIndex] as MethodDefinition;
    const callId = this.#takeCallId();
    const channel = this.#channel;
    channel.refuseWhenFull();
    const { interfaceIndex, methodIndex } = target;
    const writer = channel.begin({ kind: FrameKind.call, callId, interfaceIndex, methodIndex });
    try {
      method.writeArguments(writer, target.args);
    } catch (error) {
      channel.abort();
      throw located(error, (path) => `${method.name}(${path})`);
    }
    channel.commit();
    this.#calls.set(callId, new Call(method, onSettled));
  }

  #expectMore(): void {
    this.#expected++;
    if (this.#expected === 1) this.#channel.expect(true);
  }

  #expectLess(): void {
    this.#expected--;
    if (this.#expected === 0) this.#channel.expect(false);
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

  /** Blocks the thread until `settled` returns something, serving the peer's calls meanwhile. */
  #await(settled: () => Outcome | undefined): unknown {
    while (true) {
      const outcome = settled();
      if (outcome !== undefined) {
        if (outcome.ok) return outcome.value;
        throw outcome.error;
      }
      const result = this.#channel.wait(-1);
      if (!this.#channel.receive() && result === WaitResult.peerDied)
        this.end(this.#owner.peerGone());
    }
  }

  #onFrame(header: FrameHeader, reader: ValueReader): void {
    switch (header.kind) {
      case FrameKind.call:
        this.#callee.receive(header, reader);
        break;
      case FrameKind.result:
        this.#onAnswer(
          header,
          (call) => ({ ok: true, value: call.method.readResult(reader) }),
          reader,
        );
        break;
      case FrameKind.error:
        this.#onAnswer(
          header,
          () => ({ ok: false, error: errorFromWire(reader.readValue()) }),
          reader,
        );
        break;
      default:
        throw new ProtocolError(`frame kind ${header.kind} does not belong in a ring`);
    }
  }

  #onAnswer(header: FrameHeader, decode: (call: Call) => Outcome, reader: ValueReader): void {
    const call = this.#calls.get(header.callId);
    if (call === undefined) {
      this.#owner.onProtocolError(
        new UnknownCallError(
          `the peer answered call ${header.callId}, which is not open; the answer was dropped`,
        ),
      );
      return;
    }
    this.#calls.delete(header.callId);
    let outcome: Outcome;
    try {
      outcome = decode(call);
      reader.finish();
    } catch (error) {
      outcome = { ok: false, error: located(error, (path) => `${call.method.name}()${path}`) };
    }
    call.settle(outcome);
  }
}
