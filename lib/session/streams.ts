import type { FrameChannel, MessageStreams } from '../channel/frame-channel.js';
import { DeadlockError, ProtocolError, UnknownStreamError, ValidationError } from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { ReadItem, StreamSource, WriteItem } from '../wire/extensions/streams.js';
import { type FrameHeader, frameHeader } from '../wire/frame.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { ValueWriter } from '../wire/value-writer.js';
import { currentContext, type HandledContext } from './call-context.js';
import type { Exposure } from './exposure.js';
import type { ErrorDefinition } from './interface.js';
import { errorFromWire } from './remote-error.js';
import { RemoteStream } from './remote-stream.js';
import { sendError } from './send-error.js';
import { StreamBatch } from './stream-batch.js';
import { type ConsumerOwner, type StreamCodec, StreamConsumer } from './stream-consumer.js';
import type { StreamOrigin } from './stream-origin.js';
import { type ProducerOwner, StreamProducer } from './stream-producer.js';
import { valueOrNothing } from './value-or-nothing.js';

const STREAM_IDS = 2 ** 32;

/** What streams ask of their session. */
export interface StreamsOwner {
  /** Somebody waits for an item, or no longer. */
  expect(waiting: boolean): void;
  /** Blocks the thread until the condition holds, which what arrives may change. */
  waitUntil(condition: () => boolean): void;
  onProtocolError(error: ProtocolError): void;
  /** What errors tell the peer. */
  readonly exposure: Exposure;
  /** Whether errors about values show their beginning. */
  readonly previews: boolean;
}

/** A call, and what its method declares to throw. */
export interface AnsweredCall {
  readonly context: HandledContext;
  readonly throws: readonly ErrorDefinition[] | undefined;
  readonly origin: CalledMethod;
}

/** What a call is addressed to. */
export type CalledMethod = Pick<StreamOrigin, 'definition' | 'method'>;

/**
 * The streams of a session, in both directions. Normative: spec/wire/streams.md. Threads: the session's.
 * Twin: python/ringsnake/_session/streams.py.
 */
export class Streams implements MessageStreams, ProducerOwner, ConsumerOwner {
  readonly #owner: StreamsOwner;
  #channel!: FrameChannel;
  readonly #producers = new Map<number, StreamProducer>();
  readonly #consumers = new Map<number, StreamConsumer>();
  #nextId = 1;
  /** Of the message being written: theirs is to begin when it is sent. */
  #staged: StreamProducer[] = [];
  /** Of the message being read. */
  #opened: StreamConsumer[] = [];
  /** What producers begin, or go on with, when nothing else runs. */
  #ready: StreamProducer[] = [];
  /** The call whose answer is being written. */
  #answered: AnsweredCall | undefined;
  /** What the call that is being written is addressed to. */
  calling: CalledMethod | undefined;
  /** Whether a call is being written that blocks the thread. */
  #isBlocking = false;

  constructor(owner: StreamsOwner) {
    this.#owner = owner;
  }

  /** Called once, before the first message. */
  attach(channel: FrameChannel): void {
    this.#channel = channel;
  }

  /** How many there are that have not ended. */
  get size(): number {
    return this.#producers.size + this.#consumers.size;
  }

  /** Writes an answer: its streams belong to that call. */
  answering(call: AnsweredCall, write: () => void): void {
    this.#answered = call;
    try {
      write();
    } finally {
      this.#answered = undefined;
    }
  }

  /** Writes a call that blocks the thread: no promise of this side goes on until it is answered. */
  blocking<T>(write: () => T): T {
    this.#isBlocking = true;
    try {
      return write();
    } finally {
      this.#isBlocking = false;
    }
  }

  /** The streams of the message that was just read end with that call, if it is given up. */
  bind(context: HandledContext, { definition, method }: CalledMethod): void {
    for (const [index, consumer] of this.#opened.entries()) {
      consumer.origin = { definition, method, part: 'arguments', index };
      context.add(consumer);
      consumer.holds(() => context.delete(consumer));
    }
  }

  /** The streams of the message that was just read are the result of that method. */
  declare({ definition, method }: CalledMethod): void {
    // Of almost every result: it is asked for each.
    if (this.#opened.length === 0) return;
    for (const [index, consumer] of this.#opened.entries()) {
      consumer.throws = method.throws;
      consumer.origin = { definition, method, part: 'result', index };
    }
  }

  send(source: StreamSource<unknown>, writeItem: WriteItem, readSent?: ReadItem): number {
    if (this.#isBlocking && Symbol.asyncIterator in source)
      throw new DeadlockError(
        'a blocking call cannot send an asynchronous source: nothing can produce its items while this thread is blocked; await the call, or give an iterable that does not wait',
      );
    const id = this.#takeId();
    const index = this.#staged.length;
    const called = this.#answered?.origin ?? this.calling;
    const part = this.#answered ? 'result' : 'arguments';
    const origin: StreamOrigin | undefined = called && { ...called, part, index };
    const batch = new StreamBatch(this.#channel, { id, writeItem, origin });
    const answered = this.#answered;
    const call = answered?.context;
    const context = call ?? currentContext();
    const throws = answered?.throws;
    const producer = new StreamProducer({
      id,
      source,
      batch,
      owner: this,
      call,
      context,
      throws,
      readSent,
      origin,
    });
    this.#producers.set(id, producer);
    this.#staged.push(producer);
    return id;
  }

  settle(sent: boolean): void {
    if (this.#staged.length === 0) return;
    const staged = this.#staged;
    this.#staged = [];
    if (sent) {
      for (const producer of staged) this.onYield(producer);
      return;
    }
    // The source was not touched, and whoever gave it has it still.
    for (const { id } of staged) this.#producers.delete(id);
  }

  receive(id: number, readItem: ReadItem, writeSent?: WriteItem): RemoteStream<unknown> {
    return RemoteStream.of(this.#open(id, { readItem, writeSent }));
  }

  refuse(id: number): void {
    if (!this.#consumers.has(id)) this.#open(id, {});
    this.#consumers.get(id)?.stop();
  }

  keep(): void {
    if (this.#opened.length > 0) this.#opened = [];
  }

  giveBack(): void {
    const opened = this.#opened;
    this.#opened = [];
    for (const consumer of opened) consumer.stop();
  }

  /** A frame of kinds items to stop. Throws ProtocolError where the session must end. */
  onFrame(header: FrameHeader, reader: ValueReader): void {
    const { kind, callId: id } = header;
    switch (kind) {
      case FrameKind.items:
        this.#consumer(id, kind)?.receive(header.methodIndex, reader);
        return;
      case FrameKind.end:
        this.#onEndFrame(id, reader);
        return;
      case FrameKind.credit:
        this.#onCreditFrame(this.#producer(id), header.methodIndex, reader);
        return;
      default:
        this.#producer(id)?.stop();
    }
    valueOrNothing(reader);
  }

  #onCreditFrame(producer: StreamProducer | undefined, units: number, reader: ValueReader): void {
    producer?.credit(units, reader);
    if (!producer?.isAsked) valueOrNothing(reader);
  }

  /** Whether producers here can go on now. */
  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Lets producers go on that do so without an event loop. For who blocks the thread. */
  pump(): void {
    const ready = this.#ready;
    if (ready.length === 0) return;
    this.#ready = [];
    for (const producer of ready) producer.pump();
  }

  /** The session is over. */
  end(reason: Error): void {
    const producers = [...this.#producers.values()];
    const consumers = [...this.#consumers.values()];
    this.#producers.clear();
    this.#consumers.clear();
    for (const producer of producers) producer.abandon();
    for (const consumer of consumers) consumer.end({ error: reason });
  }

  onYield(producer: StreamProducer): void {
    if (this.#ready.length === 0) setImmediate(() => this.pump());
    this.#ready.push(producer);
  }

  onEnd({ id, throws }: StreamProducer, failure: { readonly error: unknown } | undefined): void {
    this.#producers.delete(id);
    const channel = this.#channel;
    if (channel.closed) return;
    if (failure === undefined) channel.send(FrameKind.end, { callId: id });
    else {
      const { exposure, previews } = this.#owner;
      const frame = { kind: FrameKind.end, callId: id, exposure, previews, throws };
      sendError(channel, frame, failure.error);
    }
    channel.flushSoon();
  }

  sendCredit(id: number, units: number): void {
    this.#tell(FrameKind.credit, { callId: id, methodIndex: units });
  }

  sendAsk(id: number, write: (writer: ValueWriter) => void): void {
    const channel = this.#channel;
    if (channel.closed) return;
    const writer = channel.begin(frameHeader(FrameKind.credit, { callId: id, methodIndex: 1 }));
    try {
      write(writer);
    } catch (error) {
      channel.abort();
      throw error;
    }
    channel.commit();
    channel.flushSoon();
  }

  sendStop(id: number): void {
    this.#tell(FrameKind.stop, { callId: id });
  }

  shown(error: unknown): unknown {
    if (!this.#owner.previews && error instanceof ValidationError) error.withoutPreviews();
    return error;
  }

  expect(waiting: boolean): void {
    this.#owner.expect(waiting);
  }

  waitUntil(condition: () => boolean): void {
    this.#owner.waitUntil(condition);
  }

  #tell(kind: FrameKind, fields: Partial<FrameHeader>): void {
    const channel = this.#channel;
    if (channel.closed) return;
    if (channel.isWriting) {
      // An accessor of what is being sent has taken an item.
      queueMicrotask(() => this.#tell(kind, fields));
      return;
    }
    channel.send(kind, fields);
    channel.flushSoon();
  }

  #open(id: number, codec: StreamCodec): StreamConsumer {
    if (this.#consumers.has(id))
      throw new ProtocolError(`the peer opened stream ${id} again before it ended`);
    const consumer = new StreamConsumer(id, codec, this);
    this.#consumers.set(id, consumer);
    this.#opened.push(consumer);
    return consumer;
  }

  #onEndFrame(id: number, reader: ValueReader): void {
    const consumer = this.#consumer(id, FrameKind.end);
    this.#consumers.delete(id);
    consumer?.end(readFailure(reader, consumer.throws));
  }

  #consumer(id: number, kind: FrameKind): StreamConsumer | undefined {
    const consumer = this.#consumers.get(id);
    if (consumer === undefined) {
      const what = kind === FrameKind.end ? 'an end' : 'items';
      this.#owner.onProtocolError(
        new UnknownStreamError(
          `the peer sent ${what} of stream ${id}, which is not open; the frame was dropped`,
        ),
      );
    }
    return consumer;
  }

  /** Undefined for one that has ended meanwhile, of which the consumer did not know. */
  #producer(id: number): StreamProducer | undefined {
    return this.#producers.get(id);
  }

  #takeId(): number {
    while (this.#nextId === 0 || this.#producers.has(this.#nextId)) this.#advance();
    const id = this.#nextId;
    this.#advance();
    return id;
  }

  #advance(): void {
    this.#nextId = (this.#nextId + 1) % STREAM_IDS;
  }
}

/** What an end tells of: a failure, or none. A malformed one is a failure, too. */
function readFailure(
  reader: ValueReader,
  throws: readonly ErrorDefinition[] | undefined,
): { readonly error: unknown } | undefined {
  try {
    const value = reader.readValue();
    reader.finish();
    return value === null ? undefined : { error: errorFromWire(value, throws) };
  } catch (error) {
    return { error };
  }
}
