/** A thread of worker_threads with a worker on another thread: tells what it did, and then does what `task` says until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { embed } from 'ringsnake';
import { LandlordServer, LodgerClient } from '../lodging/lodging.gen.js';

const { module, python, task } = workerData as { module: string; python: string; task: string };
const landlord = new LandlordServer({
  answer: (question) => {
    // Terminated in the middle of a callback.
    if (task === 'callback') for (;;) parentPort?.postMessage('busy');
    return question;
  },
  climb: (levels) => levels,
});
const worker = await embed({ module, python, serves: [landlord] });
const lodger = worker.client(LodgerClient);
let sum = 0;
for (let i = 0; i < 200; i++)
  sum += lodger.sync.echo([{ title: '', pages: i, tags: [] }])[0]?.pages ?? 0;
const asked = await lodger.ask(task === 'callback' ? 0 : 2);
parentPort?.postMessage({
  sum,
  asked,
  isOwnThread: lodger.sync.thread() !== (await lodger.thread()),
});
switch (task) {
  case 'sync':
    // Waits on the ring, for a coroutine that never ends.
    lodger.sync.run('result = 0');
    for (;;) lodger.sync.threadLater();
  case 'direct':
    for (;;) lodger.sync.run('import time\ntime.sleep(0.002)');
  case 'callback':
    lodger.sync.ask(1);
    break;
  case 'async':
    for (;;) await lodger.ask(3);
  case 'pending':
    await lodger.run('import time\nwhile True: time.sleep(0.01)');
    break;
  default:
    await worker.close();
}
