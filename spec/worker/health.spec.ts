import { spawn } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { pythonCommand } from '../support/python.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

t.test('a worker tells what it is and what went through its rings', async (t) => {
  const before = new Date();
  const { worker, workbench } = await startWorkbench(t);
  const one = worker.statistics();
  t.match(one, { pid: worker.pid, state: 'running', restarts: 0, startedAt: Date });
  t.ok(one.startedAt >= before && one.uptime > 0);
  t.ok((one.residentBytes ?? 0) > 2 ** 22, 'more than 4 MiB, as every interpreter');
  await workbench.add(1, 1);
  const other = worker.statistics();
  t.equal((other.ring?.recordsSent ?? 0) - (one.ring?.recordsSent ?? 0), 1);
  t.equal((other.ring?.recordsReceived ?? 0) - (one.ring?.recordsReceived ?? 0), 1);
  t.ok(other.uptime > one.uptime);
  await worker.close();
  t.match(worker.statistics(), { state: 'ended', residentBytes: null, ring: undefined });
});

t.test('what a worker is doing can be asked while it hangs', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  t.match(await worker.pythonStack(), /most recent call first/, 'it waits for calls');
  const hanging = workbench.compute().catch((error: { code: string }) => error.code);
  let stack: string | null = null;
  const ask = async (): Promise<void> => {
    while (!stack?.includes('workbench.py')) stack = await worker.pythonStack();
  };
  void ask();
  await until('the handler', () => stack?.includes('workbench.py') ?? false);
  t.match(stack, /workbench\.py", line \d+ in compute/);
  await worker.destroy();
  t.equal(await hanging, 'RS_SESSION_CLOSED');
  t.equal(await worker.pythonStack(), null);
});

t.test('how long an end may take is chosen for the worker, or at its end', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { closeTimeout: 20 });
  const call = t.rejects(workbench.block(60_000), { code: 'RS_SESSION_CLOSED' });
  t.equal((await worker.close()).signal, 'SIGTERM', 'not after 5 s');
  await call;
  // This one does not care for SIGTERM.
  const stubborn = await spawn({
    module: fixtureModule('ignores_sigterm.py'),
    python: pythonCommand(),
  });
  t.strictSame(await stubborn.close({ timeout: 10, terminateTimeout: 10 }), {
    exitCode: null,
    signal: 'SIGKILL',
  });
});

t.test(
  'a ping is answered while Python is free, and not while a handler holds it up',
  async (t) => {
    const { worker, workbench } = await startWorkbench(t);
    t.ok((await worker.ping()) >= 0);
    const blocked = workbench.block(300);
    await t.rejects(worker.ping({ timeout: 20 }), { code: 'RS_CALL_TIMEOUT' });
    const late = worker.ping();
    await blocked;
    t.ok((await late) >= 0, 'it comes when Python is free again');
    await worker.destroy();
    await t.rejects(worker.ping(), { code: 'RS_SESSION_CLOSED' });
  },
);
