import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { type Pool, type PoolOptions, pool } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { CrewClient, GateServer } from './crew.gen.js';

/** The module of the specs' pools. */
export const crewModule: string = join(root, 'spec', 'support', 'crew', 'crew.py');

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** Where calls of `enter` stand until they are let in. */
export class Turnstile {
  readonly #waiting = new Map<string, () => void>();
  readonly #arrivals = new EventEmitter();
  /** Names in the order in which they came. */
  readonly arrived: string[] = [];
  readonly service: GateServer = new GateServer({
    pass: (name) =>
      new Promise((resolve) => {
        this.#waiting.set(name, resolve);
        this.arrived.push(name);
        this.#arrivals.emit('arrival');
      }),
  });

  /** Resolves when so many have come. */
  async arrivals(count: number): Promise<void> {
    while (this.arrived.length < count) await once(this.#arrivals, 'arrival');
  }

  /** Lets these in; without names all that stand there. */
  open(...names: string[]): void {
    for (const name of names.length === 0 ? [...this.#waiting.keys()] : names) {
      this.#waiting.get(name)?.();
      this.#waiting.delete(name);
    }
  }
}

/** Starts a pool of two, unless told otherwise, that the test's end destroys. */
export async function startCrew(
  t: Teardown,
  options: Partial<PoolOptions> = {},
): Promise<{ workers: Pool; crew: CrewClient; gate: Turnstile }> {
  const gate = new Turnstile();
  const workers = await pool({
    module: crewModule,
    python: pythonCommand(),
    serves: [gate.service],
    workers: 2,
    ...options,
  });
  t.teardown(() => workers.destroy());
  return { workers, crew: workers.client(CrewClient), gate };
}

/** Processes of a pool that take calls. */
export function pidsOf(workers: Pool): number[] {
  return workers.statistics().members.flatMap(({ pid }) => pid ?? []);
}
