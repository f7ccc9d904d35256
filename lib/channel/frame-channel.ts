import {
  BackpressureError,
  EncodeError,
  MessageTooLargeError,
  ProtocolError,
  ResourceError,
} from '../errors.js';
import { OpenBatch } from '../ring/open-batch.js';
import { Exchange, PeerState, type RingEnd, WaitResult } from '../ring/ring-end.js';
import { ValuePort } from '../ring/value-port.js';
import { BULK_REFERENCE_BYTES, FRAME_HEADER_BYTES, FrameKind } from '../wire/constants.gen.js';
import type { ReferencePort } from '../wire/extensions/references.js';
import type { StreamPort } from '../wire/extensions/streams.js';
import { type FrameHeader, frameHeader, readFrameHeader, writeFrameHeader } from '../wire/frame.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import { decode, encode } from '../wire/value.js';
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { DirectPort } from './direct-port.js';
import { FrameCounts } from './frame-counts.js';
import { FrameLog, type FrameNames } from './frame-log.js';

/** Bytes that may wait for room in the ring before further calls are refused. */
const HIGH_WATER_MARK = 64 * 1024 * 1024;
/** Batches of records received per turn of the event loop, so that other events get their turn. */
const ROUNDS_PER_TURN = 8;

/** Room that most frames are content with: one that is not is copied into the ring. */
const USUAL_FRAME = 4096;
/** Frames that wait for the end of a tick. The peer may have nothing else to do meanwhile. */
const HELD_BACK_MOST = 16;
/** Before the system is asked again for what it has refused a waiting frame. */
const REFUSED_PAUSE_MS = 20;

/** In front of a context. */
const CONTEXT_LENGTH_BYTES = 4;

const CALLS: ReadonlySet<FrameKind> = new Set([
  FrameKind.call,
  FrameKind.callObject,
  FrameKind.callResult,
]);

/** The streams that messages name. */
export interface MessageStreams extends StreamPort {
  /** The message that was written is on its way, or was given up. */
  settle(sent: boolean): void;
  /** The message was read. */
  keep(): void;
  /** Nobody gets the message that was read. */
  giveBack(): void;
}

/** What a channel hands up. */
export interface FrameReceiver {
  /**
   * One frame. Its bytes are gone when this returns: decode now, run nobody's code. What it throws breaks the channel.
   */
  onFrame(header: FrameHeader, reader: ValueReader, context: unknown): void;
  /** A batch was decoded and its room given back: run what it asked for. */
  onBatch(): void;
  /** The peer broke the wire; the channel receives no more. */
  onBroken(error: ProtocolError): void;
  /** Has the objects that messages refer to. */
  readonly references?: ReferencePort | undefined;
  /** How closely declared types are looked at. Default: 'full'. */
  readonly validation?: ValidationLevel | undefined;
  /** The user's types, in what arrives. */
  readonly types?: TypeRegistry | undefined;
  readonly streams?: MessageStreams | undefined;
  /** For whoever reads the log. */
  readonly nameOf: FrameNames;
}

/**
 * Frames both ways over one channel, each in a record, or in a bulk segment if it is larger than half a ring. Threads: the one that made it. Twin: python/ringsnake/_channel/frame_channel.py.
 *
 * Sending: `begin`, write the value, then `commit` or `abort`. The peer sees a committed frame after `flush`, `flushSoon` or
 * `wait`, which wake it if it sleeps. When the ring is full, frames wait here in order.
 */
export class FrameChannel {
  readonly #end: RingEnd;
  readonly #receiver: FrameReceiver;
  readonly #writer: ValueWriter;
  readonly #reader: ValueReader;
  /** Data that goes by reference. */
  readonly #port: ValuePort;
  readonly #streams: MessageStreams | undefined;
  readonly #references: ReferencePort | undefined;
  /** Committed frames that the peer does not see yet. */
  readonly #batch: OpenBatch;
  /** Encoded frames that found no room, oldest first. */
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  /** Whether the oldest waiting frame found no segment, rather than no room in the ring. */
  #lacksSegment = false;
  /** Tries again what the system has refused memory or a descriptor for. Undefined: it has not. */
  #retry: NodeJS.Timeout | undefined;
  /** Once is enough. */
  #hasWarned = false;
  /** What went either way, also what waits for room. */
  readonly sent = new FrameCounts();
  readonly received = new FrameCounts();
  /** Undefined: nobody reads it. */
  readonly #log: FrameLog | undefined;
  /** Of the open frame. */
  #header: FrameHeader = frameHeader(FrameKind.goodbye);
  #writing = false;
  #reading = false;
  #flushScheduled = false;
  #closed = false;
  #broken = false;

  constructor(end: RingEnd, receiver: FrameReceiver) {
    this.#end = end;
    this.#batch = new OpenBatch(end.endpoint);
    this.#receiver = receiver;
    this.#port = new ValuePort(end);
    this.#log = FrameLog.ifWanted((direction, header) => receiver.nameOf(direction, header));
    const { types, references, streams, validation } = receiver;
    this.#references = references;
    this.#streams = streams;
    this.#writer = new ValueWriter({ port: this.#port, references, streams });
    this.#reader = new ValueReader({ port: this.#port, types, references, streams, validation });
    end.endpoint.exchange[Exchange.wanted] = 1;
    end.endpoint.listen(() => this.#onReady());
  }

  /**
   * Throws BackpressureError when too much waits already. For calls, not for answers: those must go out, and there are never
   * more of them than the peer has open calls.
   */
  refuseWhenFull(): void {
    if (this.#backlogBytes > HIGH_WATER_MARK) {
      throw new BackpressureError(
        `${this.#backlogBytes} bytes already wait for the peer to read: await earlier calls before making more`,
      );
    }
  }

  /** From so many bytes on data goes by reference. */
  get bulkThreshold(): number {
    return this.#port.threshold;
  }

  /** For messages that go another way. */
  directPort(): DirectPort {
    return new DirectPort(this.#end, {
      begin: () => {
        if (this.#writing) return false;
        this.#writing = true;
        return true;
      },
      end: () => {
        this.#writing = false;
      },
    });
  }

  /** Bytes of the open frame that go by reference. */
  get placedBytes(): number {
    return this.#port.placedBytes;
  }

  /** Whether a frame is open. */
  get isWriting(): boolean {
    return this.#writing;
  }

  /** Sends a frame that says all in its header. */
  send(kind: FrameKind, fields: Partial<FrameHeader>): void {
    this.begin(frameHeader(kind, fields)).writeNil();
    this.commit();
  }

  /** Opens a frame and returns the writer for its one value, behind the context of a call if the header says that there is one. */
  begin(header: FrameHeader, context?: unknown): ValueWriter {
    if (this.#writing) {
      throw new EncodeError(
        'a message was begun while another one is being written: a getter must not call the peer',
      );
    }
    const writer = this.#writer;
    const { bytes, view } = this.#end;
    const batch = this.#batch;
    // Behind waiting frames nothing may overtake.
    if (this.#backlog.length === 0 && (batch.fits(USUAL_FRAME) || batch.open(FRAME_HEADER_BYTES)))
      writer.reset(bytes, view, batch.at, batch.limit);
    else writer.resetPrivate();
    this.#writing = true;
    this.#header = header;
    const at = writer.reserve(FRAME_HEADER_BYTES);
    writeFrameHeader(writer.view, at, header);
    if (header.hasContext) this.#writeContext(context);
    return writer;
  }

  #writeContext(context: unknown): void {
    let encoded: Uint8Array;
    try {
      encoded = encode(context);
    } catch (error) {
      this.abort();
      throw error;
    }
    const writer = this.#writer;
    const at = writer.reserve(CONTEXT_LENGTH_BYTES + encoded.length);
    writer.view.setUint32(at, encoded.length, true);
    writer.bytes.set(encoded, at + CONTEXT_LENGTH_BYTES);
  }

  /** Gives the open frame up; nothing was sent. */
  abort(): void {
    this.#settle(false);
    this.#writing = false;
    this.#streams?.settle(false);
  }

  /** What the open frame refers to was sent with it, or not. */
  #settle(sent: boolean): void {
    this.#port.settle(sent);
    this.#references?.settle(sent);
  }

  /** Sends the open frame, or keeps it until the ring has room. Throws MessageTooLargeError, and then nothing was sent. */
  commit(): void {
    const { length, inPlace } = this.#writer;
    const limit = inPlace ? length : Math.max(this.#end.endpoint.maxPayload, this.#end.bulkLimit);
    this.#settle(length <= limit);
    this.#writing = false;
    if (inPlace) this.#batch.add(length);
    this.#streams?.settle(length <= limit);
    if (length > limit) throw new MessageTooLargeError(length, limit);
    if (!inPlace) {
      const frame = this.#writer.written();
      if (this.#backlog.length > 0 || !this.#trySend(frame)) this.#wait(frame.slice());
    }
    this.sent.add(this.#header.kind, length);
    if (this.#log !== undefined) this.#log.note('sent', this.#header, length);
  }

  /** Shows the peer what was committed, and wakes it if it sleeps. Every commit is followed by this, `flushSoon` or `wait`. */
  flush(): void {
    if (!this.#closed) this.#batch.publish();
  }

  /** The same, once for many frames that are sent in one tick: the peer has the first of them at once. */
  flushSoon(): void {
    if (this.#flushScheduled && this.#batch.size < HELD_BACK_MOST) return;
    this.flush();
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(this.#flushScheduledFrames);
  }

  readonly #flushScheduledFrames = (): void => {
    this.#flushScheduled = false;
    this.flush();
  };

  /**
   * Receives what is there, one batch. False when there was nothing.
   */
  receive(): boolean {
    if (this.#closed || this.#broken) return false;
    const { endpoint, bytes, view } = this.#end;
    const { exchange } = endpoint;
    try {
      if (!this.#end.look()) return false;
      const count = exchange[Exchange.count] as number;
      for (let i = 0; i < count; i++) {
        const offset = exchange[Exchange.records + 2 * i] as number;
        const length = exchange[Exchange.records + 2 * i + 1] as number;
        this.#read(bytes, view, { offset, length });
      }
      // Should the bulk frame behind them have to wait.
      exchange[Exchange.count] = 0;
      // Before release(): the reference to the bulk frame lies in the ring.
      if (exchange[Exchange.bulk] === 1 && !this.#readBulk()) {
        this.#tryAgainLater();
        if (count > 0) this.#receiver.onBatch();
        return count > 0;
      }
    } catch (error) {
      this.#break(error);
      return false;
    }
    this.#end.giveRoomBack();
    this.#receiver.onBatch();
    return true;
  }

  #read(bytes: Uint8Array, view: DataView, at: { offset: number; length: number }): void {
    const { offset, length } = at;
    if (this.#end.trusted) {
      this.#readFrame(bytes, view, at);
      return;
    }
    const copy = bytes.slice(offset, offset + length);
    this.#readFrame(copy, new DataView(copy.buffer), { offset: 0, length });
  }

  #readFrame(bytes: Uint8Array, view: DataView, at: { offset: number; length: number }): void {
    const { offset, length } = at;
    const header = readFrameHeader(view, offset, length);
    this.received.add(header.kind, length);
    if (this.#log !== undefined) this.#log.note('received', header, length);
    const reader = this.#reader;
    const end = offset + length;
    let start = offset + FRAME_HEADER_BYTES;
    let context: unknown;
    this.#reading = true;
    try {
      if (header.hasContext) {
        const contextEnd = endOfContext(view, start, end);
        context = readContext(bytes.subarray(start + CONTEXT_LENGTH_BYTES, contextEnd));
        start = contextEnd;
      }
      reader.reset(bytes, view, start, end);
      this.#receiver.onFrame(header, reader, context);
    } finally {
      this.#reading = false;
    }
    if (reader.finished) {
      this.#port.keep();
      this.#streams?.keep();
    } else this.#discard(bytes, view, { offset: start, length: end - start });
  }

  /** Nobody gets this value: what it refers to goes back, also what was not read yet. */
  #discard(
    bytes: Uint8Array,
    view: DataView,
    { offset, length }: { offset: number; length: number },
  ): void {
    const reader = this.#reader;
    try {
      reader.discard(bytes, view, { offset, end: offset + length });
    } catch {
      // Malformed, as was told before, or it refers to what is not there.
    }
    this.#port.giveBack();
    this.#streams?.giveBack();
  }

  /** False: it cannot be had now. */
  #readBulk(): boolean {
    const { endpoint } = this.#end;
    const borrowed = endpoint.borrow();
    if (borrowed === undefined) return false;
    const { loan, buffer, length } = borrowed;
    try {
      this.#read(new Uint8Array(buffer), new DataView(buffer), { offset: 0, length });
    } finally {
      endpoint.giveBack(loan);
    }
    return true;
  }

  /** Blocks the thread until there is something to receive. Milliseconds; negative: for ever. */
  wait(timeout: number): (typeof WaitResult)[keyof typeof WaitResult] {
    if (this.#reading)
      throw new EncodeError(
        'a blocking call was made while a message is being read: a registered type must not call the peer',
      );
    this.#drainBacklog();
    // What could not be had is there, and would be found at once.
    if (this.#end.holds) {
      const { endpoint } = this.#end;
      endpoint.pause(soon(timeout));
      // Who blocks has no event loop that would tell of the peer's end.
      return endpoint.peerState() === PeerState.there ? WaitResult.ready : WaitResult.peerDied;
    }
    const left = this.#retry === undefined ? timeout : soon(timeout);
    return this.#end.wait(left) as (typeof WaitResult)[keyof typeof WaitResult];
  }

  /** Answers are awaited, or not: keeps the event loop alive, and lets it spin before it sleeps. */
  expect(answers: boolean): void {
    if (this.#closed) return;
    const { endpoint } = this.#end;
    endpoint.exchange[Exchange.expecting] = answers ? 1 : 0;
    if (answers && endpoint.exchange[Exchange.referenced] === 0) endpoint.reference();
  }

  /**
   * Calls that were sent and that the peer has not read: it cannot have acted on them. Of what is larger than half a ring nothing is
   * known once it was sent.
   */
  unreadCalls(): Set<number> {
    const unread = new Set<number>();
    if (this.#closed) return unread;
    const { endpoint, view } = this.#end;
    const places = endpoint.unreadMessages();
    for (let i = 0; i < places.length; i += 2)
      addCall(unread, view, { offset: places[i] as number, length: places[i + 1] as number });
    for (const { buffer, byteOffset, length } of this.#backlog)
      addCall(unread, new DataView(buffer, byteOffset, length), { offset: 0, length });
    return unread;
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#backlog = [];
    this.#backlogBytes = 0;
    this.#end.close();
  }

  get closed(): boolean {
    return this.#closed;
  }

  #onReady(): void {
    this.#drainBacklog();
    for (let round = 0; round < ROUNDS_PER_TURN && this.receive(); round++);
  }

  #trySend(frame: Uint8Array): boolean {
    const { endpoint, bytes } = this.#end;
    if (frame.length > endpoint.maxPayload) return this.#trySendBulk(frame);
    const batch = this.#batch;
    if (!batch.fits(frame.length) && !batch.open(frame.length)) return false;
    bytes.set(frame, batch.at);
    batch.add(frame.length);
    return true;
  }

  #trySendBulk(frame: Uint8Array): boolean {
    const { endpoint } = this.#end;
    const segment = endpoint.allocate(frame.length);
    this.#lacksSegment = segment < 0;
    if (segment < 0) return false;
    new Uint8Array(endpoint.segmentBuffer(segment)).set(frame);
    const sent = endpoint.lend(segment, frame.length);
    if (sent) endpoint.wakePeer();
    else endpoint.drop(segment);
    return sent;
  }

  #wait(frame: Uint8Array): void {
    this.#backlog.push(frame);
    this.#backlogBytes += frame.length;
    if (this.#backlog.length === 1) this.#wantRoomFor(frame);
  }

  /** What the oldest waiting frame waits for; undefined: none waits. */
  #wantRoomFor(frame: Uint8Array | undefined): void {
    const { endpoint } = this.#end;
    const isBulk = frame !== undefined && frame.length > endpoint.maxPayload;
    const lacksSegment = isBulk && this.#lacksSegment;
    endpoint.wantSegment(lacksSegment);
    if (lacksSegment) endpoint.wantRoom(0);
    else endpoint.wantRoom(isBulk ? BULK_REFERENCE_BYTES : (frame?.length ?? 0));
  }

  #drainBacklog(): void {
    if (this.#closed || this.#backlog.length === 0) return;
    const sent = this.#sendOldest();
    if (sent > 0) this.#backlog = this.#backlog.slice(sent);
    // Room is no reason to wake up for what the system has refused.
    this.#wantRoomFor(this.#retry === undefined ? this.#backlog[0] : undefined);
    if (sent > 0) this.flush();
  }

  /** How many of the waiting frames went. */
  #sendOldest(): number {
    let sent = 0;
    try {
      for (const frame of this.#backlog) {
        if (!this.#trySend(frame)) break;
        this.#backlogBytes -= frame.length;
        sent++;
      }
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error;
      // Whoever sent it was told that it will go.
      this.#tryAgainLater();
    }
    return sent;
  }

  /** The system has refused memory or a descriptor. */
  #tryAgainLater(): void {
    const { exchange } = this.#end.endpoint;
    // What lies there is no reason to wake up, either.
    if (this.#end.holds) exchange[Exchange.wanted] = 0;
    if (!this.#hasWarned)
      process.emitWarning(
        'a large message waits until this process has memory and a descriptor for it: see its limits (`ulimit -n`) and what it holds open',
        { type: 'ResourceWarning', code: 'RS_RESOURCE' },
      );
    this.#hasWarned = true;
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      exchange[Exchange.wanted] = 1;
      this.#onReady();
    }, REFUSED_PAUSE_MS).unref();
  }

  #break(error: unknown): void {
    this.#broken = true;
    this.#receiver.onBroken(
      error instanceof ProtocolError
        ? error
        : new ProtocolError(
            `${error instanceof ResourceError ? 'a message cannot be received' : 'the peer broke the wire'}: ${String(error)}`,
            { cause: error },
          ),
    );
  }
}

/** Milliseconds; negative: for ever. No longer than until the system is asked again. */
const soon = (timeout: number): number =>
  timeout < 0 ? REFUSED_PAUSE_MS : Math.min(timeout, REFUSED_PAUSE_MS);

function endOfContext(view: DataView, start: number, end: number): number {
  if (end - start >= CONTEXT_LENGTH_BYTES) {
    const length = view.getUint32(start, true);
    if (length <= end - start - CONTEXT_LENGTH_BYTES) return start + CONTEXT_LENGTH_BYTES + length;
  }
  throw new ProtocolError('a call ends before its context does');
}

/** A context that is no value is none: the call stands. */
function readContext(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** Adds the id of the call that the frame makes, if it makes one. */
function addCall(
  calls: Set<number>,
  view: DataView,
  { offset, length }: { offset: number; length: number },
): void {
  try {
    const { kind, callId } = readFrameHeader(view, offset, length);
    if (CALLS.has(kind)) calls.add(callId);
  } catch {
    // The peer has written over it.
  }
}
