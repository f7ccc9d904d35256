/** A line that says that work goes on, after a second of it, on a terminal. */
import { Worker } from 'node:worker_threads';
import type { TextStream } from './io.js';

/** What takes the time, in every command. */
export const READING = 'ringsnake: reading types…';

const DELAY_MS = 1000;
const INTERVAL_MS = 200;

/** What the drawing thread is: in the second word that both share. In the first, the work is done or not. */
const DRAWING = 1;

/**
 * The work is the compiler's and blocks this thread: another one draws. It writes to the terminal itself, because streams of
 * a thread go through this one. A terminal that takes nothing misses a line.
 */
const PROGRAM = `
const { workerData: { state, text, delay, interval, descriptor } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const start = performance.now();
let isDrawn = false;
const draw = (line) => {
  try {
    writeSync(descriptor, '\\r\\x1b[K' + line);
  } catch {}
};
Atomics.store(state, 1, ${DRAWING});
for (let wait = delay; Atomics.wait(state, 0, 0, wait) === 'timed-out'; wait = interval) {
  draw(text + ' ' + ((performance.now() - start) / 1000).toFixed(1) + ' s');
  isDrawn = true;
}
if (isDrawn) draw('');
Atomics.store(state, 1, 0);
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
  try {
    return await work();
  } finally {
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
    // The line is gone before anything else is written.
    Atomics.wait(state, 1, DRAWING, DELAY_MS);
    await drawer.terminate();
  }
}
