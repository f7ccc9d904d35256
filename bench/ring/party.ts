import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onOneCpu, type Placement, place } from '../cpus.js';
import { root } from '../folder.js';
import { driverCommand, type Lineup, lineupName } from './lineup.js';
import { type Order, orderLine, type Span } from './order.js';

/** The two processes of a lineup. Both sleep until an order comes. Twin of its words: bench/limit/party.h. */
export class Party {
  readonly lineup: Lineup;
  readonly #driver: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly #exited: Promise<unknown>;
  #peerPid = 0;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #onData: () => void = () => {};

  constructor(lineup: Lineup) {
    this.lineup = lineup;
    const [program = '', ...argv] = driverCommand(lineup);
    // So that a peer in Python, which anyone may start, finds ours.
    const env = { ...process.env, PYTHONPATH: join(root, 'python') };
    this.#driver = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'], env });
    this.#exited = once(this.#driver, 'exit').then(() => this.#onData());
    this.#driver.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#onData();
    });
  }

  /** Both processes: the driver's and the peer's. */
  get pids(): readonly [number, number] {
    return [this.#driver.pid as number, this.#peerPid];
  }

  /** Whether both sides ran last on one CPU. */
  get onOneCpu(): boolean {
    return onOneCpu(...this.pids);
  }

  /** Resolves when both processes run, and run where they should. */
  async ready(placement: Placement): Promise<void> {
    [this.#peerPid = 0] = await this.#answer();
    place(placement, ...this.pids);
  }

  /** The times of calls in nanoseconds; of a stream records and nanoseconds of each window, in turn. */
  async obey(order: Order, span: Span): Promise<Uint32Array> {
    this.#driver.stdin.write(orderLine(order, span));
    return await this.#answer();
  }

  /** Resolves when both processes are gone: the driver waits for its peer. */
  async close(): Promise<void> {
    this.#driver.stdin.end();
    await this.#exited;
  }

  async #answer(): Promise<Uint32Array> {
    const [count = 0] = await this.#numbers(1);
    return await this.#numbers(count);
  }

  async #numbers(count: number): Promise<Uint32Array> {
    const wanted = count * Uint32Array.BYTES_PER_ELEMENT;
    while (this.#bytes < wanted) {
      const { exitCode, signalCode } = this.#driver;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(
          `${lineupName(this.lineup)} ended with ${signalCode ?? `exit code ${exitCode}`}`,
        );
      }
      await new Promise<void>((resolve) => {
        this.#onData = resolve;
      });
    }
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(wanted)];
    this.#bytes -= wanted;
    // A copy, since four-byte numbers want to start at a multiple of four.
    return new Uint32Array(Uint8Array.from(all.subarray(0, wanted)).buffer);
  }
}
