import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEvent } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { startChores } from '../support/relay/start.js';
import { HostServer } from '../support/workbench/workbench.gen.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

/** What a channel publishes while the test runs. */
function heard(t: { teardown(action: () => unknown): unknown }, name: string): CallEvent[] {
  const events: CallEvent[] = [];
  const hear = (event: unknown): void => void events.push(event as CallEvent);
  subscribe(name, hear);
  t.teardown(() => unsubscribe(name, hear));
  return events;
}

t.test('a session counts its calls, by how they ended, and its frames', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { statistics: true });
  t.equal(await workbench.add(1, 2), 3);
  t.equal(workbench.sync.add(1, 2), 3);
  await t.rejects(workbench.fail('no'));
  const controller = new AbortController();
  const given = workbench.withOptions({ signal: controller.signal }).block(50);
  controller.abort();
  await t.rejects(given);
  await until('the late answer', () => worker.statistics().session.calls.late === 1);
  const { session } = worker.statistics();
  t.same(session.calls, { made: 4, answered: 2, failed: 1, cancelled: 1, late: 1, open: 0 });
  t.equal(session.frames.sent['call']?.frames, 4);
  t.equal(session.frames.sent['cancel']?.frames, 1);
  t.equal(session.frames.sent['cancel']?.bytes, 17, 'a header and nil');
  const { calls } = session.latencies;
  t.same(Object.keys(calls).sort(), ['Workbench.add', 'Workbench.block', 'Workbench.fail']);
  const add = calls['Workbench.add'];
  t.equal(add?.count, 2);
  t.ok(add && add.p50 > 0 && add.p50 <= add.p99 && add.p99 <= add.max && add.mean <= add.max);
  t.equal(
    add?.buckets.reduce((sum, [, count]) => sum + count, 0),
    2,
  );
  t.same(session.rejected, {});
});

t.test('latencies are recorded only where that was asked for', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  await workbench.add(1, 2);
  const { session } = worker.statistics();
  t.same(session.latencies, { calls: {}, handlers: {} });
  t.equal(session.calls.answered, 1);
});

t.test('calls that come here are counted, too, and what was wrong with them', async (t) => {
  const { worker, chores } = await startChores(t, { statistics: true });
  await chores.knowledgeBeyond();
  await chores.limited(20, false);
  await until('the cancelled handler', () => worker.statistics().session.handlers.running === 0);
  const { handlers, latencies } = worker.statistics().session;
  t.same(handlers, { received: 3, answered: 2, failed: 1, cancelled: 1, running: 0 });
  t.equal(latencies.handlers['Watch.knowledge']?.count, 2);
});

t.test('a dead worker leaves its figures and the cause of its death', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { restart: true });
  await workbench.add(1, 1);
  t.equal(worker.statistics().lastDeath, null);
  process.kill(worker.pid, 'SIGKILL');
  await until('the restart', () => worker.statistics().restarts === 1);
  const { lastDeath, session } = worker.statistics();
  t.match(lastDeath, { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' });
  t.equal(session.calls.made, 0, 'the next process begins at 0');
});

t.test('subscribers hear of calls: one object for each, from its start to its end', async (t) => {
  const starts = heard(t, 'ringsnake:call:start');
  const errors = heard(t, 'ringsnake:call:error');
  const ends = heard(t, 'ringsnake:call:end');
  const { worker, workbench } = await startWorkbench(t);
  await workbench.add(1, 2);
  t.match(starts, [
    { interface: 'Workbench', method: 'add', isBlocking: false, pid: worker.pid, metadata: {} },
  ]);
  t.equal(starts[0], ends[0]);
  t.type(ends[0]?.duration, 'number');
  t.same(errors, []);
  t.throws(() => workbench.sync.fail('no'));
  t.match(errors, [{ method: 'fail', isBlocking: true, error: { name: 'RemoteError' } }]);
  t.equal(errors[0], ends[1]);
  t.throws(() => workbench.sync.add('x' as unknown as number, 1), { code: 'RS_VALIDATION' });
  t.match(ends[2], { method: 'add', error: { code: 'RS_VALIDATION' } }, 'one that was never sent');
});

t.test('a subscriber can send a trace along, and follow it into handlers', async (t) => {
  // This is the example of README.md.
  const spans = new AsyncLocalStorage<string>();
  const onCall = (event: unknown): void => {
    (event as CallEvent).metadata['traceparent'] = '00-trace-span-01';
  };
  subscribe('ringsnake:call:start', onCall);
  const handled = channel('ringsnake:handler:start');
  handled.bindStore(spans, (event) => String((event as CallEvent).metadata['traceparent']));
  t.teardown(() => {
    unsubscribe('ringsnake:call:start', onCall);
    handled.unbindStore(spans);
  });
  const { chores } = await startChores(t);
  t.match(await chores.knowledge(), { metadata: /"traceparent": ?"00-trace-span-01"/ });
  const note = async (): Promise<string> => {
    const before = spans.getStore();
    await sleep(1);
    return `${before} ${spans.getStore()}`;
  };
  const host = new HostServer({ note, refuse: () => {} });
  const { workbench } = await startWorkbench(t, { serves: [host] });
  t.match(await workbench.callHost(1), '00-trace-span-01 00-trace-span-01');
});

t.test('subscribers hear of the start, the end and the restart of workers', async (t) => {
  const starts = heard(t, 'ringsnake:worker:start');
  const exits = heard(t, 'ringsnake:worker:exit');
  const restarts = heard(t, 'ringsnake:worker:restart');
  const { worker } = await startWorkbench(t, { restart: true });
  const { pid } = worker;
  t.match(starts, [{ pid, module: /workbench\.py$/ }]);
  process.kill(pid, 'SIGKILL');
  await until('the restart', () => restarts.length === 1);
  t.match(exits, [{ pid, signal: 'SIGKILL' }]);
  t.match(restarts, [{ pid: worker.pid, restarts: 1, reason: { code: 'RS_WORKER_EXITED' } }]);
  t.equal(starts.length, 2);
});
