import { once } from 'node:events';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import t from 'tap';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks } from '../support/leaks.js';
import { runs, startProgram, until } from '../support/processes.js';
import { root } from '../support/root.js';

await auditLeaks(t);

t.test(
  'close() lets calls finish that are open and that wait, refuses new ones, ends all',
  async (t) => {
    const { workers, crew, gate } = await startCrew(t, { concurrency: 1 });
    const pids = pidsOf(workers);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const entered = names.map((name) => crew.enter(name));
    const closed = workers.close();
    t.match(workers.statistics(), { state: 'closing', outstanding: 2, queued: 3 });
    await t.rejects(crew.pid(), { code: 'RS_SESSION_CLOSED', message: /the pool was closed/ });
    t.throws(() => crew.sync.pid(), { code: 'RS_SESSION_CLOSED' });
    for (let i = 0; i < names.length; i++) {
      await gate.arrivals(i + 1);
      gate.open(gate.arrived[i] as string);
    }
    t.strictSame(new Set(await Promise.all(entered)), new Set(pids));
    await closed;
    t.match(workers.statistics(), { state: 'closed', outstanding: 0, queued: 0, calls: 5 });
    t.notOk(pids.some(runs));
  },
);

t.test('after `drainTimeout` what waits is rejected, and what is open, too', async (t) => {
  const { workers, crew, gate } = await startCrew(t, {
    workers: 1,
    concurrency: 1,
    drainTimeout: 50,
    closeTimeout: 50,
    terminateTimeout: 50,
  });
  const calls = Promise.allSettled([crew.enter('open'), crew.enter('waits')]);
  await gate.arrivals(1);
  await workers.close();
  for (const outcome of await calls)
    t.match(outcome, { status: 'rejected', reason: { code: 'RS_SESSION_CLOSED' } });
  t.strictSame(gate.arrived, ['open']);
});

t.test('close() and destroy() may be called again, and in either order', async (t) => {
  const { workers } = await startCrew(t);
  const pids = pidsOf(workers);
  await Promise.all([workers.close(), workers.close(), workers.destroy()]);
  await workers.destroy();
  await workers.close();
  await workers.renew();
  t.notOk(pids.some(runs));
  t.equal(workers.statistics().state, 'closed');
});

t.test('destroy() ends members that do not listen, and all calls', async (t) => {
  const { workers, crew } = await startCrew(t, { concurrency: 1 });
  const pids = pidsOf(workers);
  const calls = Promise.allSettled([crew.block(60_000), crew.block(60_000), crew.block(60_000)]);
  await workers.destroy();
  for (const outcome of await calls)
    t.match(outcome, { status: 'rejected', reason: { code: 'RS_SESSION_CLOSED' } });
  t.notOk(pids.some(runs));
});

t.test('destroy() while a member is being replaced leaves nothing', async (t) => {
  const { workers } = await startCrew(t, { restart: { delay: 0 } });
  const renewed = workers.renew();
  process.kill(pidsOf(workers)[1] as number, 'SIGKILL');
  await until('the death is known', () => workers.statistics().members[1]?.state !== 'running');
  await workers.destroy();
  await renewed;
  t.match(workers.statistics(), { members: [{ pid: null }, { pid: null }] });
});

t.test('a pool is disposed of as other resources are', async (t) => {
  const { workers } = await startCrew(t);
  const pids = pidsOf(workers);
  await workers[Symbol.asyncDispose]();
  t.notOk(pids.some(runs));
});

t.test('an idle pool does not keep Node alive, and its processes end with it', async (t) => {
  const { child, line } = await startProgram('hold-pool', ['end']);
  const pids = line.split(' ').map(Number);
  t.equal(pids.length, 2);
  if (child.exitCode === null) await once(child, 'exit');
  t.equal(child.exitCode, 0);
  await until('the members have ended', () => !pids.some(runs));
});

t.test('when Node is killed, the members end', async () => {
  const { child, line } = await startProgram('hold-pool', ['busy']);
  const pids = line.split(' ').map(Number);
  child.kill('SIGKILL');
  await until('the members have ended', () => pids.length === 2 && !pids.some(runs));
});

t.test('a call that waits for a member keeps Node alive until it is answered', async (t) => {
  const { child, line } = await startProgram('hold-pool', ['waits']);
  t.equal(line, 'answered');
  if (child.exitCode === null) await once(child, 'exit');
  t.equal(child.exitCode, 0);
});

t.test('a pool works in a worker thread, and ends with it', async (t) => {
  const thread = new Thread(join(root, 'dist', 'spec', 'support', 'programs', 'pool-thread.js'), {
    execArgv: [],
  });
  const [pids] = (await once(thread, 'message')) as [number[]];
  t.equal(pids.length, 2);
  t.ok(pids.every(runs));
  await thread.terminate();
  await until('the members have ended', () => !pids.some(runs));
});
