import { SessionClosedError, type WorkerExitedError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const KIB = 1024;

t.test('each open call of a dead worker says whether the worker had read it', async (t) => {
  const lines: string[] = [];
  const { worker, workbench } = await startWorkbench(t, {
    module: fixtureModule('obeys.py'),
    ringCapacity: 64 * KIB,
    stdout: 'lines',
    onLine: (line) => lines.push(line),
  });
  // Its handler says that it runs, and then sleeps in its thread: nothing is read any more.
  const running = workbench.echoText('import time\nprint("running", flush=True)\ntime.sleep(60)');
  await until('the handler', () => lines.includes('running'));
  const inRing = Array.from({ length: 5 }, (_, i) => workbench.add(i, i));
  const beyondRing = Array.from({ length: 8 }, () => workbench.echoText('x'.repeat(16 * KIB)));
  process.kill(worker.pid, 'SIGKILL');
  t.strictSame(await delivered([running]), [true], 'it ran');
  t.strictSame(await delivered(inRing), Array(5).fill(false), 'what lies in the ring did not');
  t.strictSame(await delivered(beyondRing), Array(8).fill(false), 'nor what found no room there');
});

t.test('a call that was read and whose answer is not there may have run', async (t) => {
  const { workbench } = await startWorkbench(t, { module: fixtureModule('obeys.py') });
  const outcomes = await delivered([
    workbench.echoText('import asyncio\n1'),
    workbench.echoText('import os\nos._exit(3)'),
    workbench.echoText('2'),
  ]);
  t.equal(outcomes[0], undefined, 'it was answered');
  t.equal(outcomes[1], true);
  t.equal(outcomes[2], false, 'the worker ended before it came to it');
});

t.test('a blocked call is told, too', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.throws(() => workbench.sync.exit(3), { code: 'RS_WORKER_EXITED', delivered: true });
  const later: unknown = await workbench.add(1, 1).catch((error: unknown) => error);
  t.match(later, { code: 'RS_WORKER_EXITED', delivered: null }, 'this one was never sent');
});

/** Of each call what its error says; undefined: it was answered. */
async function delivered(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return undefined;
    if (outcome.reason instanceof SessionClosedError) throw outcome.reason;
    return (outcome.reason as WorkerExitedError).delivered;
  });
}
