/**
 * `terminated-threads COUNT`: so many threads of worker_threads are terminated in the middle of something they do with workers of their own, four at a
 * time, while the main thread makes calls. Prints `done` when Python still answers.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker as Thread } from 'node:worker_threads';
import { embed } from 'ringsnake';
import { LandlordServer, LodgerClient } from '../lodging/lodging.gen.js';

const TASKS = ['sync', 'direct', 'callback', 'async', 'pending', 'starting'] as const;
const AT_A_TIME = 4;

const [, , count = '0'] = process.argv;
const module = process.env['LODGING'] as string;
const python = process.env['LODGING_PYTHON'] as string;

/** Terminates one in the middle of its task. */
async function terminate(number: number): Promise<void> {
  const task = TASKS[number % TASKS.length] as string;
  const thread = new Thread(new URL('lodging-thread.js', import.meta.url), {
    execArgv: [],
    workerData: { module, python, task },
  });
  // It may be stopped before it has begun, or anywhere in its start.
  if (task === 'starting') await pause((number * 7) % 150);
  else await once(thread, 'message');
  if (task === 'callback') await once(thread, 'message');
  await thread.terminate();
}

const landlord = new LandlordServer({ answer: (question) => question, climb: (levels) => levels });
const worker = await embed({ module, python, serves: [landlord] });
const lodger = worker.client(LodgerClient);
let next = 0;
const enders = Array.from({ length: AT_A_TIME }, async () => {
  while (next < Number(count)) {
    await terminate(next++);
    if (lodger.sync.ask(1) !== '0') throw new Error('Python has lost its way');
  }
});
await Promise.all(enders);
if ((await lodger.ask(2)) !== '0 1') throw new Error('the worker has lost its way');
await worker.close();
console.log('done');
