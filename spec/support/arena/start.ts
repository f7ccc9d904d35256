import { join } from 'node:path';
import { type HandleStatistics, type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { BankClient } from '../bank/bank.gen.js';
import { bankServer } from '../bank/bank-server.js';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { hostTicker } from '../ticker/serve.js';
import { TickerClient } from '../ticker/ticker.gen.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { host } from '../workers.js';

/** A worker with which every kind of call can be made. */
export interface Arena {
  readonly worker: Worker;
  readonly workbench: WorkbenchClient;
  readonly ticker: TickerClient;
  readonly bank: BankClient;
}

export const arenaModule: string = join(root, 'spec', 'support', 'arena', 'arena.py');

/** Starts one. Nobody ends it but the caller. */
export async function startArena(options: Partial<SpawnOptions> = {}): Promise<Arena> {
  const here: { worker?: Worker } = {};
  const handles = (): HandleStatistics => (here.worker as Worker).handles();
  const worker = await spawn({
    module: arenaModule,
    python: pythonCommand(),
    serves: [host, hostTicker(), bankServer(handles)],
    ringCapacity: 65_536,
    ...options,
  });
  here.worker = worker;
  return {
    worker,
    workbench: worker.client(WorkbenchClient),
    ticker: worker.client(TickerClient),
    bank: worker.client(BankClient),
  };
}
