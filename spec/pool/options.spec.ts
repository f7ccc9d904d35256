import t from 'tap';
import { CrewClient } from '../support/crew/crew.gen.js';
import { startCrew } from '../support/crew/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);

t.test('a timeout holds for a call that runs, and for one that waits', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { workers: 1, concurrency: 1 });
  const hasty = crew.withOptions({ timeout: 50 });
  const held = crew.enter('held');
  await t.rejects(hasty.enter('waits'), { code: 'RS_CALL_TIMEOUT', message: /it was not sent/ });
  gate.open();
  await held;
  await t.rejects(hasty.enter('runs'), { code: 'RS_CALL_TIMEOUT' });
  t.strictSame(gate.arrived, ['held', 'runs']);
  t.type(await workers.client(CrewClient, { timeout: 60_000 }).pid(), 'number');
});

t.test(
  'an aborted call leaves the queue, and one that is aborted before is never sent',
  async (t) => {
    const { workers, crew, gate } = await startCrew(t, { workers: 1, concurrency: 1 });
    const held = crew.enter('held');
    const controller = new AbortController();
    const waits = t.rejects(crew.withOptions({ signal: controller.signal }).enter('waits'), {
      message: 'enough',
    });
    t.equal(workers.statistics().queued, 1);
    controller.abort(new Error('enough'));
    await waits;
    t.match(workers.statistics(), { queued: 0, rejected: 0 });
    await t.rejects(crew.withOptions({ signal: controller.signal }).enter('late'), {
      message: 'enough',
    });
    await gate.arrivals(1);
    gate.open();
    await held;
    await crew.pid();
    t.strictSame(gate.arrived, ['held']);
  },
);

t.test('the time in the queue is part of the time of a call', async (t) => {
  const { crew, gate } = await startCrew(t, { workers: 1, concurrency: 1 });
  const held = crew.block(300);
  const begin = performance.now();
  await t.rejects(crew.withOptions({ timeout: 600 }).enter('waits'), { code: 'RS_CALL_TIMEOUT' });
  const waited = performance.now() - begin;
  t.ok(waited >= 599, `${waited} ms`);
  await held;
  t.strictSame(gate.arrived, ['waits'], 'it was sent');
});
