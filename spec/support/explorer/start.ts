import { join } from 'node:path';
import type { Python, SpawnOptions, Worker } from 'ringsnake';
import { onThread, startInPlace } from '../place.js';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';

/** Modules that the explorers import. */
export const modules: string = join(root, 'spec', 'support', 'explorer');

/** A worker without a module, which the test's end destroys, and Python in it. */
export async function startExplorer(
  t: { teardown(action: () => unknown): unknown },
  options: SpawnOptions = {},
): Promise<{ worker: Worker; py: Python }> {
  // A thread has the current folder of its process.
  if (onThread) process.chdir(modules);
  const worker = await startInPlace({ python: pythonCommand(), cwd: modules, ...options });
  t.teardown(() => worker.destroy());
  return { worker, py: worker.py };
}

/** How many calls an action makes. */
export async function callsOf(worker: Worker, action: () => unknown): Promise<number> {
  const before = worker.statistics().session.calls.made;
  await action();
  return worker.statistics().session.calls.made - before;
}
