import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from './root.js';

/** Which process is stopped, and how often. */
export interface Freezes {
  readonly pid: number;
  readonly times: number;
  readonly seed: number;
  /** Milliseconds: each stop, and the time up to it, is shorter. */
  readonly longest: number;
  /** Each so-many-th stop takes `longTime` milliseconds instead. */
  readonly every: number;
  readonly longTime: number;
}

/** Stops a process and lets it go on, from a thread of its own. Resolves to how often, when it runs again. */
export async function freeze(freezes: Freezes): Promise<number> {
  const program = join(root, 'dist', 'spec', 'support', 'programs', 'freezer-thread.js');
  const thread = new Worker(program, { workerData: freezes, execArgv: [] });
  try {
    const [times] = (await once(thread, 'message')) as [number];
    return times;
  } finally {
    await thread.terminate();
  }
}
