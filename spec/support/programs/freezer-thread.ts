/**
 * Runs in a worker_threads thread, so that it goes on while the main thread is blocked: stops a process and lets it go on, again and
 * again, at random moments. `workerData` is a `Freezes`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Freezes } from '../freezer.js';
import { stateOf } from '../processes.js';
import { Random } from '../soak.js';

const { pid, times, seed, longest, every, longTime } = workerData as Freezes;
const random = new Random(seed);
const never = new Int32Array(new SharedArrayBuffer(4));
const pause = (milliseconds: number): void => {
  Atomics.wait(never, 0, 0, milliseconds);
};

let done = 0;
for (; done < times && stateOf(pid) !== 'X'; done++) {
  pause((random.next() % (longest * 1000)) / 1000);
  process.kill(pid, 'SIGSTOP');
  pause(done % every === every - 1 ? longTime : (random.next() % (longest * 1000)) / 1000);
  process.kill(pid, 'SIGCONT');
}
parentPort?.postMessage(done);
