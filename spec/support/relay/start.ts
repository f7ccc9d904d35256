import { join } from 'node:path';
import { callContext, type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { ChoresClient, WatchServer } from './relay.gen.js';
import type { Knowledge } from './relay.js';

/** What TypeScript knows of the call that it handles. */
function knowledge(): Knowledge {
  const context = callContext();
  if (context === undefined) throw new Error('there is no call here');
  const { callId, deadline, metadata } = context;
  const left = deadline === undefined ? null : deadline - performance.now();
  return { callId, left, metadata: JSON.stringify(metadata) };
}

/** A worker that does chores, and what its calls have noted here. */
export interface Chores {
  readonly worker: Worker;
  readonly chores: ChoresClient;
  /** Reasons of calls to `never` that were cancelled. */
  readonly cancelled: unknown[];
}

/** Starts a worker that the test's end destroys. */
export async function startChores(
  t: { teardown(action: () => unknown): unknown },
  options: Partial<SpawnOptions> = {},
): Promise<Chores> {
  const cancelled: unknown[] = [];
  const watch = new WatchServer({
    knowledge,
    never: () => {
      const { signal } = callContext() as { signal: AbortSignal };
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          cancelled.push(signal.reason);
          reject(signal.reason as Error);
        });
      });
    },
  });
  const worker = await spawn({
    module: join(root, 'spec/support/relay/relay.py'),
    python: pythonCommand(),
    serves: [watch],
    ...options,
  });
  t.teardown(() => worker.destroy());
  return { worker, chores: worker.client(ChoresClient), cancelled };
}
