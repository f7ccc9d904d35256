import { spawn } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { runs } from '../support/processes.js';
import { pythonCommand } from '../support/python.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, host, startWorkbench, workbenchModule } from '../support/workers.js';

await auditLeaks(t);

t.test('close() lets running calls answer, then ends the worker in good order', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  const running = Promise.all([workbench.callHost(50), workbench.add(1, 1)]);
  const closed = worker.close();
  t.equal((await running)[1], 2);
  t.strictSame(await closed, { exitCode: 0, signal: null });
  t.notOk(runs(worker.pid));
});

t.test('close() may be called again, and at the same time', async (t) => {
  const { worker } = await startWorkbench(t);
  const [one, other] = await Promise.all([worker.close(), worker.close()]);
  t.strictSame([one, other, await worker.close()], Array(3).fill({ exitCode: 0, signal: null }));
  await worker.destroy();
});

t.test('calls after close() are refused', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  await worker.close();
  await t.rejects(workbench.add(1, 1), { code: 'RS_SESSION_CLOSED' });
  t.throws(() => workbench.sync.add(1, 1), { code: 'RS_SESSION_CLOSED' });
});

t.test('destroy() ends a worker that does not listen, and its calls', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  const call = workbench.block(60_000);
  const destroyed = worker.destroy();
  await t.rejects(call, { code: 'RS_SESSION_CLOSED' });
  t.equal((await destroyed).signal, 'SIGKILL');
});

t.test('a worker is disposed of as other resources are', async (t) => {
  const { worker } = await startWorkbench(t);
  await worker[Symbol.asyncDispose]();
  t.notOk(runs(worker.pid));
});

t.test('a worker may be closed from within a call that it makes', async (t) => {
  const { HostServer } = await import('../support/workbench/workbench.gen.js');
  const closing: Promise<unknown>[] = [];
  const { worker, workbench } = await startWorkbench(t, {
    serves: [
      new HostServer({
        note: (text) => {
          closing.push(worker.close());
          return text;
        },
        refuse: () => {},
      }),
    ],
  });
  t.equal(await workbench.callHost(1), 'note 0');
  await Promise.all(closing);
  t.notOk(runs(worker.pid));
});

t.test('workers give back all that they held, and so do those that do not start', async (t) => {
  await auditLeaks(t);
  const cycle = async (): Promise<void> => {
    const worker = await spawn({
      module: workbenchModule,
      python: pythonCommand(),
      serves: [host],
    });
    await worker.client(WorkbenchClient).callHost(2);
    await worker.close();
    await spawn({ module: fixtureModule('raises.py'), python: pythonCommand() }).catch(() => {});
    await spawn({ module: fixtureModule('vanishes.py'), python: pythonCommand() }).catch(() => {});
    await spawn({ module: workbenchModule, python: 'no-such-python' }).catch(() => {});
    await spawn({ module: workbenchModule, python: '/dev/null' }).catch(() => {});
  };
  for (let i = 0; i < 5; i++) await cycle();
});
