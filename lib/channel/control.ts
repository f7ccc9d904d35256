import { Socket as NetSocket, type Socket } from 'node:net';
import { HandshakeError, type ProtocolError } from '../errors.js';
import { sendWithDescriptors } from '../ring/descriptors.js';
import { CONTROL_FRAME_MAX, FRAME_HEADER_BYTES, type FrameKind } from '../wire/constants.gen.js';
import { frameHeader, readFrameHeader, writeFrameHeader } from '../wire/frame.js';
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';

const LENGTH_BYTES = 4;

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
  #received: Uint8Array = new Uint8Array(0);

  /** Takes `descriptor` over: it ends with the thread, at the latest. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#socket = new NetSocket({ fd: descriptor, readable: true, writable: true });
    // A reset connection is an end like any other; its reason is known better by who watches the process.
    this.#socket.on('error', () => this.#receiver?.onEnd());
  }

  /** From now on `receiver` is told what arrives. Called once. */
  listen(receiver: ControlReceiver): void {
    this.#receiver = receiver;
    this.#socket.on('data', (bytes) => this.#onData(bytes));
    this.#socket.on('end', () => receiver.onEnd());
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
    while (this.#received.length >= LENGTH_BYTES) {
      const received = this.#received;
      const view = new DataView(received.buffer, received.byteOffset, received.length);
      const length = view.getUint32(0, true);
      if (length > CONTROL_FRAME_MAX) {
        this.#receiver?.onBroken(
          new HandshakeError(`a control message of ${length} bytes is not one of ours`),
        );
        this.close();
        return;
      }
      if (received.length < LENGTH_BYTES + length) return;
      this.#received = received.subarray(LENGTH_BYTES + length);
      this.#onMessage(received.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    }
  }

  #onMessage(frame: Uint8Array): void {
    try {
      const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
      const { kind } = readFrameHeader(view, 0, frame.length);
      const reader = new ValueReader();
      reader.reset(frame, view, FRAME_HEADER_BYTES, frame.length);
      const value = reader.readValue();
      reader.finish();
      this.#receiver?.onFrame(kind, value);
    } catch (error) {
      this.#receiver?.onBroken(
        new HandshakeError(`a control message is malformed: ${String(error)}`, { cause: error }),
      );
    }
  }
}
