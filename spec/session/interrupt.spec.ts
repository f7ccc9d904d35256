import { spawn } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import type { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench, workbenchModule } from '../support/workers.js';

await auditLeaks(t);

const module = fixtureModule('stubborn.py');
const MINUTE = 60_000;

/** Makes a call that is given up after 20 ms. */
async function giveUp(
  workbench: WorkbenchClient,
  call: (client: WorkbenchClient) => Promise<unknown>,
): Promise<void> {
  await t.rejects(call(workbench.withOptions({ timeout: 20 })), { code: 'RS_CALL_TIMEOUT' });
}

const KINDS: readonly (readonly [string, string, (client: WorkbenchClient) => Promise<unknown>])[] =
  [
    ['sleeps', 'sleep', (client) => client.block(MINUTE)],
    ['computes in Python', 'Interrupted', (client) => client.compute()],
    ['computes in a task', 'task Interrupted', (client) => client.callHost(1)],
    ['computes in a thread of the pool', 'thread Interrupted', (client) => client.flood(MINUTE, 1)],
  ];

for (const [name, note, call] of KINDS) {
  t.test(`a handler that ${name} is interrupted when nobody waits for it`, async (t) => {
    const { worker, workbench } = await startWorkbench(t, { module, interruptAfter: 30 });
    await giveUp(workbench, call);
    await until('the late answer', () => worker.statistics().session.calls.late === 1);
    t.equal(await workbench.environment(''), note);
    t.equal(await workbench.add(1, 2), 3, 'and the worker goes on');
    t.equal(worker.statistics().session.calls.open, 0);
  });
}

t.test('a handler whose call is aborted is interrupted, too, though not before', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module, interruptAfter: 0 });
  const controller = new AbortController();
  const call = workbench.withOptions({ signal: controller.signal }).block(MINUTE);
  await until('it sleeps', async () => (await worker.pythonStack())?.includes('in block') ?? false);
  controller.abort();
  await t.rejects(call, { name: 'AbortError' });
  t.equal(await workbench.environment(''), 'sleep');
});

t.test('who waits for the answer is not hit by the interrupt of another', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module, interruptAfter: 10 });
  // In the loop, in a thread, and in the handler that holds the loop up.
  const later = workbench.addLater(1, 2);
  const pooled = workbench.flood(700, 1);
  const holding = workbench.block(400);
  await giveUp(workbench, (client) => client.addLater(3, 4));
  await giveUp(workbench, (client) => client.flood(MINUTE, 1));
  await giveUp(workbench, (client) => client.compute());
  t.equal(await later, 3);
  t.equal(await pooled, 700);
  await holding;
  await until('the late answers', () => worker.statistics().session.calls.late === 3);
  const notes = (await workbench.environment(''))?.split(',');
  t.notOk(notes?.includes('sleep'));
  t.notOk(notes?.includes('Interrupted'), 'it was given up before it had begun');
  t.equal(await workbench.flood(50, 1), 50, 'nor is who comes after it in that thread');
});

t.test('a handler that goes on is killed, and the worker starts again', async (t) => {
  const { worker, workbench } = await startWorkbench(t, {
    module,
    interruptAfter: 20,
    killAfter: 200,
    restart: { delay: 1 },
  });
  const stubborn: typeof giveUp = (client, call) => giveUp(client, call);
  let restarts = 0;
  for (const call of [
    (client: WorkbenchClient) => client.echoText('x'),
    (client: WorkbenchClient) => client.sum(new Float64Array(1)),
  ]) {
    await stubborn(workbench, call);
    const open = workbench.add(1, 2);
    await t.rejects(open, {
      code: 'RS_WORKER_EXITED',
      signal: 'SIGKILL',
      delivered: false,
      message:
        /killed by SIGKILL: (echoText|sum)\(\) went on for 200 ms after its caller had given it up/,
    });
    restarts++;
    await until('the restart', () => worker.statistics().restarts === restarts);
    t.equal(await workbench.add(1, 2), 3);
  }
});

t.test('a call that has not begun is not held against the worker', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module, killAfter: 50 });
  const { pid } = worker;
  const holding = workbench.block(400);
  await giveUp(workbench, (client) => client.add(1, 2));
  await holding;
  t.equal(worker.pid, pid);
  t.equal(await workbench.add(1, 2), 3);
});

t.test('without these options nothing is interrupted, and none of them may be odd', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module });
  await giveUp(workbench, (client) => client.block(300));
  await until('the late answer', () => worker.statistics().session.calls.late === 1);
  t.equal(await workbench.environment(''), '');
  for (const odd of [-1, Number.NaN, '1' as unknown as number]) {
    for (const name of ['interruptAfter', 'killAfter'])
      await t.rejects(spawn({ module: workbenchModule, [name]: odd }), RangeError);
  }
});
