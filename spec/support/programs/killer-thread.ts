/** The thread of a `Killer`: waits for orders, and kills. */
import { parentPort, workerData } from 'node:worker_threads';
import { Order, type Orders } from '../killer.js';
import { isAsleep } from '../processes.js';

const { words, killedAt } = workerData as Orders;
/** After that long a side that should sleep does not; it is killed anyway, and the spec sees that nothing ends. */
const PATIENCE_MS = 5_000;

parentPort?.postMessage('ready');
while (true) {
  while (Atomics.load(words, Order.given) === 0) Atomics.wait(words, Order.given, 0);
  const never = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(never, 0, 0, (words[Order.delay] as number) / 1000);
  const deadline = performance.now() + PATIENCE_MS;
  while (!isAsleep(process.pid) && performance.now() < deadline);
  Atomics.store(killedAt, 0, process.hrtime.bigint());
  process.kill(words[Order.pid] as number, 'SIGKILL');
  Atomics.store(words, Order.given, 0);
  Atomics.notify(words, Order.given);
}
