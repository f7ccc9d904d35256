/** A line that says that work goes on, after a second of it, on a terminal. */
import { Worker } from 'node:worker_threads';
import type { TextStream } from './io.js';

const DELAY_MS = 1000;
const INTERVAL_MS = 200;

/**
 * The work is the compiler's and blocks this thread: another one draws. It writes to the terminal itself, because streams of
 * a thread go through this one.
 */
const PROGRAM = `
const { workerData: { state, text, delay, interval, descriptor } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const start = performance.now();
let drawn = false;
for (let wait = delay; Atomics.wait(state, 0, 0, wait) === 'timed-out'; wait = interval) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  writeSync(descriptor, '\\r\\x1b[K' + text + ' ' + seconds + ' s');
  drawn = true;
}
if (drawn) writeSync(descriptor, '\\r\\x1b[K');
Atomics.store(state, 1, 1);
Atomics.notify(state, 1);
`;

/** Where nobody looks at a terminal, nothing but the work happens. */
export async function withProgress<T>(
  stderr: TextStream,
  text: string,
  work: () => Promise<T>,
): Promise<T> {
  // Streams of terminals have descriptors.
  const { isTTY, fd } = stderr as TextStream & { readonly fd?: number };
  if (isTTY !== true || fd === undefined) return work();
  const state = new Int32Array(new SharedArrayBuffer(8));
  const workerData = { state, text, delay: DELAY_MS, interval: INTERVAL_MS, descriptor: fd };
  const drawer = new Worker(PROGRAM, { eval: true, workerData });
  let starts = true;
  drawer.once('online', () => {
    starts = false;
  });
  try {
    return await work();
  } finally {
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
    // The line is gone before anything else is written; a thread that never came to life has drawn none.
    if (!starts) Atomics.wait(state, 1, 0, 1000);
    await drawer.terminate();
  }
}
