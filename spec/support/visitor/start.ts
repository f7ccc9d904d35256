import type { SpawnOptions, Worker } from 'ringsnake';
import { startInPlace } from '../place.js';
import { pythonCommand } from '../python.js';

/** Python code with `js` in it, in a worker that may use this process. */
export interface Visitor {
  readonly worker: Worker;
  /** Runs statements, then gives what the expression gives, by value. */
  run(statements: string, expression?: string): Promise<unknown>;
}

/** The test's end destroys the worker. */
export async function startVisitor(
  t: { teardown(action: () => unknown): unknown },
  options: SpawnOptions = {},
): Promise<Visitor> {
  const worker = await startInPlace({
    python: pythonCommand(),
    exposeJavaScript: true,
    ...options,
  });
  t.teardown(() => worker.destroy());
  const { py } = worker;
  await py.exec('import asyncio, gc, ringsnake\nfrom ringsnake import UNSET, js');
  return {
    worker,
    run: async (statements, expression = 'result') => {
      await py.exec(statements);
      return await py.value(await py.eval(expression));
    },
  };
}
