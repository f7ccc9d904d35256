import { channel } from 'node:diagnostics_channel';
import type { Incarnation } from './incarnation.js';
import type { ExitEvent, RestartEvent } from './supervisor.js';

/** What `ringsnake:worker:start` publishes: a process has imported its module. */
export interface WorkerStartEvent {
  readonly pid: number;
  readonly module: string;
}

// Kept here: a channel that nobody refers to forgets that it has subscribers.
const start = channel('ringsnake:worker:start');
const exit = channel('ringsnake:worker:exit');
const restart = channel('ringsnake:worker:restart');

/** Tells whoever subscribed to Node's diagnostics channels what becomes of the processes of workers. */
export const workerEvents = {
  started({ pid }: Incarnation, module: string): void {
    if (start.hasSubscribers) start.publish({ pid, module } satisfies WorkerStartEvent);
  },
  exited(event: ExitEvent): void {
    if (exit.hasSubscribers) exit.publish(event);
  },
  restarted(event: RestartEvent): void {
    if (restart.hasSubscribers) restart.publish(event);
  },
};
