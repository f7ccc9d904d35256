import { join } from 'node:path';
import { type Python, type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';

/** Modules that the explorers import. */
export const modules: string = join(root, 'spec', 'support', 'explorer');

/** A worker without a module, which the test's end destroys, and Python in it. */
export async function startExplorer(
  t: { teardown(action: () => unknown): unknown },
  options: SpawnOptions = {},
): Promise<{ worker: Worker; py: Python }> {
  const worker = await spawn({ python: pythonCommand(), cwd: modules, ...options });
  t.teardown(() => worker.destroy());
  return { worker, py: worker.py };
}

/** How many calls an action makes. */
export async function callsOf(worker: Worker, action: () => unknown): Promise<number> {
  const before = worker.statistics().session.calls.made;
  await action();
  return worker.statistics().session.calls.made - before;
}
