import { readSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { socketOver } from '../ring/descriptors.js';
import { LineSplitter } from './line-splitter.js';
import { TextTail } from './text-tail.js';

/** Bytes kept for error messages. */
const TAIL = 8 * 1024;
const CHUNK = 64 * 1024;
/** Bytes that a blocked thread reads before it looks for its answer again. */
const DRAIN_MAX = 1024 * 1024;
/** Bytes that wait for a stream while the thread is blocked, so that it cannot take them; what comes then is lost to it. */
const BLOCKED_MAX = 8 * 1024 * 1024;

/**
 * What becomes of an output of the worker. `inherit`: it goes where this process's goes. `pipe`: it is read from `worker.stdout` or
 * `worker.stderr`; who does not read it holds the worker up. `lines`: `onLine` is called. `ignore`: nobody sees it.
 */
export type OutputMode = 'inherit' | 'pipe' | 'lines' | 'ignore';

/** Which output a line comes from. */
export type OutputName = 'stdout' | 'stderr';

/** Where output goes: a stream, which may ask for a pause, or a function, which is fast. */
export type OutputTarget =
  | { readonly stream: Writable }
  | { readonly onLine: (line: string) => void }
  | undefined;

/**
 * Our end of a socket that the worker writes its output to. Keeps its last lines. The thread may be blocked, so that libuv does not
 * read: then `drain()` does, lest the worker waits for us while we wait for it.
 */
export class OutputPipe {
  readonly #descriptor: number;
  readonly #socket: Socket;
  readonly #stream: Writable | undefined;
  readonly #lines: LineSplitter | undefined;
  readonly #tail = new TextTail(TAIL);
  #paused = false;

  /** Takes `descriptor` over: it ends with the thread, at the latest. */
  constructor(descriptor: number, target: OutputTarget) {
    this.#descriptor = descriptor;
    this.#stream = target && 'stream' in target ? target.stream : undefined;
    this.#lines = target && 'onLine' in target ? new LineSplitter(target.onLine) : undefined;
    this.#socket = socketOver(descriptor, { writable: false });
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('end', () => this.#lines?.finish());
    // A reset connection is an end like any other.
    this.#socket.on('error', () => {});
  }

  /** The last lines of it. */
  get tail(): string {
    return this.#tail.toString();
  }

  /** Reads what is there without waiting, at most a mebibyte. False when there was nothing, or when its reader has asked for a pause. */
  drain(): boolean {
    // Who asked for a stream of its own says how fast it reads.
    if (this.#paused && this.#stream !== process.stderr) return false;
    return this.#read();
  }

  /** The worker has ended: takes all that it has left. */
  takeRest(): void {
    while (this.#read());
    this.#lines?.finish();
  }

  reference(keep: boolean): void {
    if (keep) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(): boolean {
    if (this.#socket.destroyed) return false;
    // What libuv had read before it was paused comes first.
    const waiting = this.#socket.read() as Buffer | null;
    let length = 0;
    const buffer = Buffer.allocUnsafe(CHUNK);
    while (length < DRAIN_MAX) {
      const count = readNow(this.#descriptor, buffer);
      if (count === 0) break;
      this.#take(Buffer.from(buffer.subarray(0, count)));
      length += count;
    }
    return waiting !== null || length > 0;
  }

  #take(chunk: Buffer): void {
    this.#tail.push(chunk);
    this.#lines?.push(chunk);
    const stream = this.#stream;
    if (stream === undefined || stream.writableLength > BLOCKED_MAX) return;
    if (stream.write(chunk) || this.#paused) return;
    this.#paused = true;
    this.#socket.pause();
    stream.once('drain', () => {
      this.#paused = false;
      this.#socket.resume();
    });
  }
}

/** Bytes read; 0 when there are none now, or never again. */
function readNow(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer);
  } catch {
    return 0;
  }
}
