import type { Socket } from 'node:net';
import { HandshakeError, type ProtocolError } from '../errors.js';
import {
  keepToOurselves,
  receiveWithDescriptors,
  sendWithDescriptors,
  socketOver,
} from '../ring/descriptors.js';
import { CONTROL_FRAME_MAX, FRAME_HEADER_BYTES, FrameKind } from '../wire/constants.gen.js';
import { frameHeader, readFrameHeader, writeFrameHeader } from '../wire/frame.js';
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';

const LENGTH_BYTES = 4;
/** Bytes that are asked for at once while the hello is awaited. */
const HELLO_CHUNK = 64 * 1024;

/** The host's first message. */
export interface AcceptedHello {
  readonly control: ControlSocket;
  readonly hello: unknown;
  /** They came along, and are the caller's. */
  readonly descriptors: readonly number[];
}

/** What a control socket hands up. */
export interface ControlReceiver {
  onFrame(kind: FrameKind, value: unknown): void;
  /** The peer closed its end, in order or by dying. */
  onEnd(): void;
  onBroken(error: ProtocolError): void;
}

/**
 * The Unix socket beside the rings: handshake, descriptors, orderly end. Normative: spec/wire/handshake.md §2.
 * Twin: python/ringsnake/_channel/control.py.
 *
 * Each message is a length (u32, little-endian) and a frame as in the rings.
 */
export class ControlSocket {
  readonly #descriptor: number;
  readonly #socket: Socket;
  #receiver: ControlReceiver | undefined;
  #received: Uint8Array;

  /** Takes `descriptor` over: it ends with the thread, at the latest. `received`: what was read from it before. */
  constructor(descriptor: number, received: Uint8Array = new Uint8Array(0)) {
    this.#descriptor = descriptor;
    this.#received = received;
    this.#socket = socketOver(descriptor, { writable: true });
    // A reset connection is an end like any other; its reason is known better by who watches the process.
    this.#socket.on('error', () => this.#receiver?.onEnd());
  }

  /** A worker's end: takes the inherited `descriptor` over, and blocks until the host's hello is there. Throws HandshakeError. */
  static accept(descriptor: number): AcceptedHello {
    keepToOurselves(descriptor);
    const descriptors: number[] = [];
    let received: Uint8Array = new Uint8Array(0);
    while (true) {
      const message = firstMessage(received);
      if (message !== undefined) {
        const { kind, value } = readMessage(message);
        if (kind !== FrameKind.hello)
          throw new HandshakeError(`the host began with frame kind ${kind}`);
        const rest = received.subarray(LENGTH_BYTES + message.length);
        return { control: new ControlSocket(descriptor, rest), hello: value, descriptors };
      }
      const chunk = new Uint8Array(HELLO_CHUNK);
      const part = receiveWithDescriptors(descriptor, chunk);
      if (part.length === 0)
        throw new HandshakeError('the host closed the connection before its hello was complete');
      descriptors.push(...part.descriptors);
      received = Buffer.concat([received, chunk.subarray(0, part.length)]);
    }
  }

  /** From now on `receiver` is told what arrives. Called once. */
  listen(receiver: ControlReceiver): void {
    this.#receiver = receiver;
    this.#socket.on('data', (bytes) => this.#onData(bytes));
    this.#socket.on('end', () => receiver.onEnd());
    // What came along with the hello.
    if (this.#received.length > 0) queueMicrotask(() => this.#onData(new Uint8Array(0)));
  }

  /** Sends one frame; `descriptors` travel with it and stay ours. Blocks for as long as the socket's buffer is full. */
  send(kind: FrameKind, value: unknown, descriptors: readonly number[] = []): void {
    const writer = new ValueWriter();
    writer.resetPrivate();
    const lengthAt = writer.reserve(LENGTH_BYTES);
    const headerAt = writer.reserve(FRAME_HEADER_BYTES);
    writeFrameHeader(writer.view, headerAt, frameHeader(kind));
    writer.writeValue(value);
    writer.view.setUint32(lengthAt, writer.length - LENGTH_BYTES, true);
    sendWithDescriptors(this.#descriptor, writer.written(), descriptors);
  }

  /** Whether this socket alone keeps the event loop alive. */
  reference(keep: boolean): void {
    if (keep) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(bytes: Uint8Array): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (let message = this.#next(); message !== undefined; message = this.#next())
      this.#receiver?.onFrame(message.kind, message.value);
  }

  /** The next message, if it is complete and well-formed. */
  #next(): { kind: FrameKind; value: unknown } | undefined {
    try {
      const frame = firstMessage(this.#received);
      if (frame === undefined) return undefined;
      this.#received = this.#received.subarray(LENGTH_BYTES + frame.length);
      return readMessage(frame);
    } catch (error) {
      this.#received = new Uint8Array(0);
      this.#receiver?.onBroken(error as HandshakeError);
      this.close();
      return undefined;
    }
  }
}

/** The frame of the first message, once it is complete. Throws HandshakeError. */
function firstMessage(received: Uint8Array): Uint8Array | undefined {
  if (received.length < LENGTH_BYTES) return undefined;
  const view = new DataView(received.buffer, received.byteOffset, received.length);
  const length = view.getUint32(0, true);
  if (length > CONTROL_FRAME_MAX)
    throw new HandshakeError(`a control message of ${length} bytes is not one of ours`);
  if (received.length < LENGTH_BYTES + length) return undefined;
  return received.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
}

/** Throws HandshakeError. */
function readMessage(frame: Uint8Array): { kind: FrameKind; value: unknown } {
  try {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const { kind } = readFrameHeader(view, 0, frame.length);
    const reader = new ValueReader();
    reader.reset(frame, view, FRAME_HEADER_BYTES, frame.length);
    const value = reader.readValue();
    reader.finish();
    return { kind, value };
  } catch (error) {
    throw new HandshakeError(`a control message is malformed: ${String(error)}`, { cause: error });
  }
}
