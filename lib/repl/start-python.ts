/** The only place that knows where Python runs. */
import * as ringsnake from '../index.js';
import type { SpawnOptions } from '../worker/spawn.js';
import type { Worker } from '../worker/worker.js';
import type { ReplArguments } from './arguments.js';

type Start = (options: SpawnOptions) => Promise<Worker>;

/** Rejects as `spawn()` does, and where there is no Python on a thread. */
export async function startPython({ embed, python, module }: ReplArguments): Promise<Worker> {
  const options: SpawnOptions = {
    // What is typed may end it; who typed it stays.
    restart: true,
    ...(python !== undefined && { python }),
    ...(module !== undefined && { module }),
  };
  if (!embed) return ringsnake.spawn(options);
  const start = (ringsnake as { readonly embed?: Start }).embed;
  if (start === undefined)
    throw new Error('this ringsnake cannot run Python on a thread: leave out --embed');
  return start(options);
}

/** Stops what Python runs at the moment, as Ctrl-C does at Python's own prompt. */
export function interruptPython(worker: Worker): void {
  // On a thread of this process the signal would be ours.
  if (worker.pid === process.pid) return;
  try {
    process.kill(worker.pid, 'SIGINT');
  } catch {
    // It has ended.
  }
}
