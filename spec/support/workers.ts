import { join } from 'node:path';
import type { SpawnOptions, Worker } from 'ringsnake';
import { startInPlace } from './place.js';
import { pythonCommand } from './python.js';
import { root } from './root.js';
import { HostServer, WorkbenchClient } from './workbench/workbench.gen.js';

/** The module of the specs' worker. */
export const workbenchModule: string = join(root, 'spec', 'support', 'workbench', 'workbench.py');

/** A module among the specs' fixtures. */
export const fixtureModule = (name: string): string =>
  join(root, 'spec', 'fixtures', 'modules', name);

/** What the worker may call: answers in capitals, and refuses. */
export const host: HostServer = new HostServer({
  note: (text) => text.toUpperCase(),
  refuse: () => {
    throw new RangeError('not today');
  },
});

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** Starts a worker that the test's end destroys. */
export async function start(t: Teardown, options: Partial<SpawnOptions> = {}): Promise<Worker> {
  const worker = await startInPlace({
    module: workbenchModule,
    python: pythonCommand(),
    serves: [host],
    ...options,
  });
  t.teardown(() => worker.destroy());
  return worker;
}

/** Starts a workbench that the test's end destroys. */
export async function startWorkbench(
  t: Teardown,
  options: Partial<SpawnOptions> = {},
): Promise<{ worker: Worker; workbench: WorkbenchClient }> {
  const worker = await start(t, options);
  return { worker, workbench: worker.client(WorkbenchClient) };
}
