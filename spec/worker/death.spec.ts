import { once } from 'node:events';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { runs, startProgram, until } from '../support/processes.js';
import { root } from '../support/root.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

t.test('a killed worker rejects its open calls at once', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  const calls = [workbench.block(60_000), workbench.add(1, 1), workbench.addLater(1, 1)];
  const started = performance.now();
  process.kill(worker.pid, 'SIGKILL');
  for (const outcome of await Promise.allSettled(calls)) {
    t.match(outcome, {
      status: 'rejected',
      reason: {
        code: 'RS_WORKER_EXITED',
        signal: 'SIGKILL',
        exitCode: null,
        message: /was killed by SIGKILL/,
      },
    });
  }
  t.ok(performance.now() - started < 2000, 'not after some timeout');
  await t.rejects(workbench.add(1, 1), { code: 'RS_WORKER_EXITED' }, 'later calls too');
  t.throws(() => workbench.sync.add(1, 1), { code: 'RS_WORKER_EXITED' });
  t.notOk(runs(worker.pid));
});

t.test('a worker that dies while the thread is blocked in a call ends the call', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.throws(() => workbench.sync.exit(3), { code: 'RS_WORKER_EXITED', exitCode: 3, signal: null });
});

t.test('exit code and last words of a worker reach the caller', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  await t.rejects(workbench.exit(3), {
    code: 'RS_WORKER_EXITED',
    exitCode: 3,
    signal: null,
    stderr: 'the workbench gives up',
    message: /exited with code 3\nIts last words on stderr:\nthe workbench gives up/,
  });
  t.strictSame(await worker.exited, { exitCode: 3, signal: null });
});

t.test('a process that the worker forked does not hide its death', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  const child = await workbench.fork();
  t.teardown(() => process.kill(child, 'SIGKILL'));
  t.equal(await workbench.add(1, 1), 2, 'nor does it disturb the session');
  const call = workbench.block(60_000);
  process.kill(worker.pid, 'SIGKILL');
  await t.rejects(call, { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' });
  t.ok(runs(child), 'the forked process still holds what it inherited');
});

for (const state of ['idle', 'block', 'compute']) {
  t.test(
    `a worker whose host was killed is gone soon, even if it does this: ${state}`,
    async (t) => {
      const { child, line } = await startProgram('hold-worker', [state]);
      const pid = Number(line);
      t.ok(runs(pid));
      child.kill('SIGKILL');
      await until('the end of the worker', () => !runs(pid));
    },
  );
}

t.test('process.exit() with calls open keeps its exit code and leaves no worker', async (t) => {
  const { child, line } = await startProgram('hold-worker', ['exit']);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  t.equal(code, 7);
  await until('the end of the worker', () => !runs(Number(line)));
});

t.test('an idle worker does not keep Node alive, and ends with it', async (t) => {
  const { child, line } = await startProgram('hold-worker', ['end']);
  const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
  t.equal(code, 0);
  await until('the end of the worker', () => !runs(Number(line)));
});

t.test('a thread that is terminated in the middle of a call harms nobody', async (t) => {
  for (const mode of ['awaiting', 'blocked', 'awaiting', 'blocked', 'awaiting', 'blocked']) {
    const thread = new Thread(join(root, 'dist', 'spec', 'support', 'programs', 'thread.js'), {
      argv: [mode],
      // Not those of the test runner, which take a second.
      execArgv: [],
    });
    const [pid] = (await once(thread, 'message')) as [number];
    t.ok(runs(pid));
    await thread.terminate();
    await until(`the end of the worker of a thread that was ${mode}`, () => !runs(pid));
  }
});
