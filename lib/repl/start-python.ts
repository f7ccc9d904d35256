/** The only place that knows where Python runs. */
import { embed as embedPython } from '../worker/embed.js';
import { spawn } from '../worker/spawn.js';
import { interruptPrompt } from '../worker/thread.js';
import type { Worker } from '../worker/worker.js';
import type { WorkerOptions } from '../worker/worker-options.js';
import type { ReplArguments } from './arguments.js';

/** Rejects as `spawn()` and `embed()` do. */
export async function startPython({ embed, python, module }: ReplArguments): Promise<Worker> {
  const options: WorkerOptions = {
    ...(python !== undefined && { python }),
    ...(module !== undefined && { module }),
  };
  // What is typed may end it; who typed it stays.
  // Nothing is given up here: but what runs can be interrupted then.
  return embed
    ? embedPython({ ...options, interruptAfter: Number.MAX_SAFE_INTEGER })
    : spawn({ ...options, restart: true });
}

/** Stops what Python runs at the moment, as Ctrl-C does at Python's own prompt. */
export function interruptPython(worker: Worker): void {
  try {
    // On a thread of this process the signal would be ours.
    if (worker.pid === process.pid) interruptPrompt();
    else process.kill(worker.pid, 'SIGINT');
  } catch {
    // It has ended.
  }
}
