import t from 'tap';
import { CrewClient } from '../support/crew/crew.gen.js';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';

await auditLeaks(t);

t.test('a broadcast answers with what every member answered, in their order', async (t) => {
  const { workers } = await startCrew(t, { workers: 3 });
  const all = workers.broadcast(CrewClient);
  t.strictSame(await all.pid(), pidsOf(workers));
  t.strictSame(await all.pid(), pidsOf(workers));
});

t.test('one error rejects a broadcast; settled, it stands beside the results', async (t) => {
  const { workers } = await startCrew(t, { workers: 3 });
  const [first, second, third] = pidsOf(workers) as [number, number, number];
  await t.rejects(workers.broadcast(CrewClient).failIn(second), { code: 'RS_REMOTE' });
  const settled = workers.broadcast(CrewClient, { settled: true });
  t.match(await settled.failIn(second), [
    { status: 'fulfilled', value: first },
    { status: 'rejected', reason: { code: 'RS_REMOTE', type: 'ValueError' } },
    { status: 'fulfilled', value: third },
  ]);
});

t.test('a broadcast waits for its turn at a busy member', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { concurrency: 1 });
  const held = crew.enter('held');
  await gate.arrivals(1);
  const answers = workers.broadcast(CrewClient).pid();
  t.equal(workers.statistics().queued, 1);
  gate.open();
  await held;
  t.strictSame(await answers, pidsOf(workers));
});

t.test('what waits for a member that dies is rejected, and goes to no other', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { concurrency: 1 });
  const [victim, other] = pidsOf(workers) as [number, number];
  const held = crew.enter('held');
  await gate.arrivals(1);
  const answers = workers.broadcast(CrewClient, { settled: true }).pid();
  process.kill(victim, 'SIGKILL');
  await t.rejects(held, { code: 'RS_WORKER_EXITED' });
  t.match(await answers, [
    { status: 'rejected', reason: { code: 'RS_WORKER_EXITED' } },
    { status: 'fulfilled', value: other },
  ]);
});

t.test('a broadcast goes to members that are there when it is made', async (t) => {
  const { workers } = await startCrew(t, { restart: { delay: 3_000 } });
  const [victim, other] = pidsOf(workers) as [number, number];
  const all = workers.broadcast(CrewClient);
  process.kill(victim, 'SIGKILL');
  await until('the death is known', () => pidsOf(workers).length === 1);
  t.strictSame(await all.pid(), [other]);
});
