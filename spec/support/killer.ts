import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from './root.js';

/** Words that a killer and its thread share. */
export const Order = { given: 0, pid: 1, delay: 2 } as const;

/** What the thread of a killer is given. */
export interface Orders {
  readonly words: Int32Array;
  /** Nanoseconds of the monotonic clock. */
  readonly killedAt: BigInt64Array;
}

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/**
 * Kills processes from a thread of its own, each while this one sleeps: blocked, or in its event loop's poll. It says nothing, so
 * that nothing but the death wakes this thread.
 */
export class Killer {
  readonly #orders: Orders = {
    words: new Int32Array(new SharedArrayBuffer(12)),
    killedAt: new BigInt64Array(new SharedArrayBuffer(8)),
  };
  readonly #thread: Worker;

  private constructor() {
    const program = join(root, 'dist', 'spec', 'support', 'programs', 'killer-thread.js');
    this.#thread = new Worker(program, { workerData: this.#orders, execArgv: [] });
  }

  /** A killer whose thread runs already. */
  static async start(t: Teardown): Promise<Killer> {
    const killer = new Killer();
    t.teardown(() => killer.#thread.terminate());
    await once(killer.#thread, 'message');
    killer.#thread.unref();
    return killer;
  }

  /** Kills a process, at the earliest in so many microseconds, as soon as this thread sleeps. One at a time. */
  order(pid: number, delay: number): void {
    const { words } = this.#orders;
    words[Order.pid] = pid;
    words[Order.delay] = delay;
    Atomics.store(words, Order.given, 1);
    Atomics.notify(words, Order.given);
  }

  /** When it killed, in nanoseconds of `process.hrtime.bigint()`. Blocks until it has. */
  killedAt(): bigint {
    const { words, killedAt } = this.#orders;
    Atomics.wait(words, Order.given, 1);
    return Atomics.load(killedAt, 0);
  }
}
