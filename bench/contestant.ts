import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Variant } from './contest.js';
import type { Placement } from './cpus.js';
import type { Driver } from './drivers/driver.js';
import { root } from './folder.js';
import type { Order, Slice } from './party.js';
import type { Trial } from './trials/trial.js';

/** One driver in one trial: its process (party.ts) and what it measured so far. */
export class Contestant {
  readonly driver: Driver;
  readonly slices = new Map<Variant, Slice[]>();
  readonly #name: string;
  readonly #child: ChildProcess;

  constructor(trial: Trial, driver: Driver, placement: Placement) {
    this.driver = driver;
    this.#name = `${driver.name} in ${trial.name}`;
    const args = [trial.name, driver.name, placement];
    this.#child = fork(join(root, 'dist', 'bench', 'party.js'), args, {
      // Times travel as they are, a Float64Array, not as JSON.
      serialization: 'advanced',
    });
  }

  /** Resolves when the answers were checked and the process waits for orders. */
  async ready(): Promise<void> {
    await this.#answer();
  }

  async warmUp(order: Order): Promise<void> {
    await this.#obey(order);
  }

  async measure(order: Order): Promise<void> {
    const slices = this.slices.get(order.variant) ?? [];
    slices.push(await this.#obey(order));
    this.slices.set(order.variant, slices);
  }

  /** Resolves when the process is gone, so that it cannot disturb what is measured next. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await exited;
  }

  async #obey(order: Order): Promise<Slice> {
    this.#child.send(order);
    return (await this.#answer()) as Slice;
  }

  /** The next message; rejects when the process ends instead. It has then said why on stderr. */
  async #answer(): Promise<unknown> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]) => message),
        once(this.#child, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`${this.#name} ended with ${by ?? `exit code ${code}`}`);
        }),
      ]);
    } finally {
      settled.abort();
    }
  }
}
