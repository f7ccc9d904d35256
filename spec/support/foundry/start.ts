import { join } from 'node:path';
import { type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { ForemanClient, FoundryClient } from './foundry.gen.js';
import { putLoad } from './load.js';
import { type LoadReport, merged } from './report.js';
import { hostFoundry } from './served.js';

/** Serves a foundry, and puts a load on the host's. */
export const foundryModule: string = join(root, 'spec', 'support', 'foundry', 'foundry.py');

/** Lanes of each side that await; one more of Python's blocks. */
const LANES = 6;
/** Of a lane of Python's, before it looks whether it is to go on. */
const PIECES_AT_ONCE = 20;

/** Two foundries, one on each side of a session. */
export class Foundries {
  readonly worker: Worker;
  readonly foundry: FoundryClient;
  readonly #foreman: ForemanClient;
  readonly #misplaced: () => number;

  private constructor(worker: Worker, misplaced: () => number) {
    this.worker = worker;
    this.foundry = worker.client(FoundryClient);
    this.#foreman = worker.client(ForemanClient);
    this.#misplaced = misplaced;
  }

  /** A small ring, so that it fills. */
  static async start(options: Partial<SpawnOptions> = {}): Promise<Foundries> {
    const { service, misplaced } = hostFoundry();
    const worker = await spawn({
      module: foundryModule,
      python: pythonCommand(),
      serves: [service],
      ringCapacity: 65_536,
      ...options,
    });
    return new Foundries(worker, misplaced);
  }

  /** Every kind of work in both directions until `done` says so. */
  async work({ seed, done }: { seed: number; done: () => boolean }): Promise<{
    readonly here: LoadReport;
    readonly python: LoadReport;
    /** Numbers that came twice, or not in order, to either side. */
    readonly misplaced: number;
  }> {
    const ofPython = async (load: () => Promise<string>): Promise<LoadReport> => {
      let report = merged([]);
      while (!done() && report.wrong.length === 0)
        report = merged([report, JSON.parse(await load()) as LoadReport]);
      return report;
    };
    const [here, ...python] = await Promise.all([
      putLoad(this.foundry, { lanes: LANES, seed, done }),
      ofPython(() => this.#foreman.load(LANES, PIECES_AT_ONCE)),
      ofPython(() => this.#foreman.loadBlocking(PIECES_AT_ONCE)),
    ]);
    const misplaced = this.#misplaced() + (await this.foundry.misplaced());
    return { here, python: merged(python), misplaced };
  }

  /** What Python holds. */
  async holds(): Promise<{ descriptors: number; kibibytes: number; objects: object }> {
    return JSON.parse(await this.#foreman.holds()) as Awaited<ReturnType<this['holds']>>;
  }
}
