import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Order } from '../peers/bench.js';
import type { Calls } from './driver.js';

interface Answer {
  readonly id: number;
  readonly result: unknown;
}

const NEWLINE = 0x0a;

/** JSON objects, one a line, both ways over any pair of streams; answers find their calls by id. */
export class JsonLines implements Calls {
  readonly #requests: Writable;
  readonly #open = new Map<number, (result: unknown) => void>();
  /** Chunks of a line that has not ended yet: joined once, so that a long line costs no repeated copying. */
  #parts: Buffer[] = [];
  #nextId = 1;

  constructor(requests: Writable, answers: Readable) {
    this.#requests = requests;
    answers.on('data', (chunk: Buffer) => this.#onChunk(chunk));
  }

  add(a: number, b: number): Promise<number> {
    return this.#call('add', [a, b]) as Promise<number>;
  }

  record(order: Order): Promise<Order> {
    return this.#call('record', [order]) as Promise<Order>;
  }

  async bytes(data: Uint8Array): Promise<Uint8Array> {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
    return Buffer.from((await this.#call('bytes', [text])) as string, 'base64');
  }

  #call(method: string, args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      this.#requests.write(`${JSON.stringify({ id, method, args })}\n`);
    });
  }

  #onChunk(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#parts.push(chunk.subarray(start, end));
      const line =
        this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
      this.#parts = [];
      start = end + 1;
      this.#onAnswer(JSON.parse(line.toString('utf8')) as Answer);
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }

  #onAnswer({ id, result }: Answer): void {
    const settle = this.#open.get(id);
    this.#open.delete(id);
    settle?.(result);
  }
}

/** Ends this process when the peer fails, since its open calls would wait for ever. The peer has said why on stderr. */
export function endWithout(peer: ChildProcess): void {
  peer.once('exit', (code, signal) => {
    if (code !== 0) throw new Error(`the JSON peer ended with ${signal ?? `exit code ${code}`}`);
  });
}
