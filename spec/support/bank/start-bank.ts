import { join } from 'node:path';
import type { HandleStatistics, Worker } from 'ringsnake';
import { collectGarbage } from '../collector.js';
import { root } from '../root.js';
import { start } from '../workers.js';
import { BankClient, TasksClient } from './bank.gen.js';
import { bankServer } from './bank-server.js';

export const bankModule: string = join(root, 'spec', 'support', 'bank', 'bank.py');

/** Two banks, one on each side, and Python's half of the tests. */
export async function startBank(t: { teardown(action: () => unknown): unknown }): Promise<{
  readonly worker: Worker;
  readonly bank: BankClient;
  /** Runs a task in Python, with the bank that is here. */
  readonly run: (task: string) => Promise<unknown>;
}> {
  const here: { worker?: Worker } = {};
  const handles = (): HandleStatistics => (here.worker as Worker).handles();
  const worker = await start(t, { module: bankModule, serves: [bankServer(handles)] });
  here.worker = worker;
  const tasks = worker.client(TasksClient);
  const run = async (task: string): Promise<unknown> => JSON.parse(await tasks.run(task));
  return { worker, bank: worker.client(BankClient), run };
}

/** Waits until so many objects of Python's are held here, by the name of their type; at most 5 s. */
export async function untilHeld(bank: BankClient, held: Record<string, number>): Promise<void> {
  const end = performance.now() + 5_000;
  const wanted = JSON.stringify(held);
  for (let last = ''; last !== wanted; ) {
    if (performance.now() > end) throw new Error(`held after 5 s: ${last}, not ${wanted}`);
    await collectGarbage();
    const { exported } = JSON.parse(await bank.handles()) as { exported: object };
    last = JSON.stringify(exported);
  }
}
