import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallEvent } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { startChores } from '../support/relay/start.js';
import { root } from '../support/root.js';
import { HostServer } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

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
  // What README.md tells of.
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
    await nextTurn();
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

/** What Python says of its side of the session. */
interface PythonStatistics {
  readonly calls: Readonly<Record<string, number>>;
  readonly handlers: Readonly<Record<string, number>>;
  readonly frames: { readonly received: Readonly<Record<string, readonly [number, number]>> };
  readonly latencies: Readonly<Record<'calls' | 'handlers', Record<string, { count: number }>>>;
  readonly rejected: Readonly<Record<string, number>>;
  readonly ring: Readonly<Record<string, number>>;
}

const observed = fixtureModule('observed.py');

t.test('Python counts the same, from its side, with what its ring has counted', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module: observed, statistics: true });
  await workbench.add(1, 2);
  await t.rejects(workbench.fail('no'));
  t.equal(await workbench.callHost(2), 'X,X');
  t.equal(await workbench.hostError(), 'refused');
  const told = JSON.parse((await workbench.environment('statistics')) ?? '') as PythonStatistics;
  t.same(told.handlers, { received: 5, answered: 3, failed: 1, cancelled: 0, running: 1 });
  t.same(told.calls, { made: 3, answered: 2, failed: 1, cancelled: 0, late: 0, open: 0 });
  t.equal(told.latencies.handlers['Workbench.add']?.count, 1);
  t.equal(told.latencies.calls['Host.note']?.count, 2);
  t.same(told.rejected, {});
  const { session, ring } = worker.statistics();
  const { call } = session.frames.sent;
  t.same(told.frames.received['call'], [call?.frames, call?.bytes], 'bytes agree to the last');
  t.equal(told.ring['records_received'], ring?.recordsSent);
});

t.test("Python's log hears of calls and of the worker, with their fields", async (t) => {
  const { workbench } = await startWorkbench(t, { module: observed, env: { HEAR: '1' } });
  await workbench.withOptions({ metadata: { trace: 7 } }).add(1, 2);
  await t.rejects(workbench.fail('no'));
  await workbench.callHost(1);
  const heard = JSON.parse((await workbench.environment('heard')) ?? '') as object[];
  t.match(heard, [
    { logger: 'ringsnake.worker', ringsnake_event: 'worker:start', ringsnake_module: /observed/ },
    {
      logger: 'ringsnake.session',
      message: 'handler Workbench.add start',
      ringsnake_event: 'handler:start',
      ringsnake_method: 'Workbench.add',
      ringsnake_metadata: "{'trace': 7}",
    },
    { ringsnake_event: 'handler:end', ringsnake_error: 'None', ringsnake_duration: /^\d/ },
    { ringsnake_event: 'handler:start', ringsnake_method: 'Workbench.fail' },
    { ringsnake_event: 'handler:end', ringsnake_error: 'no' },
    { ringsnake_event: 'handler:start', ringsnake_method: 'Workbench.callHost' },
    { ringsnake_event: 'call:start', ringsnake_method: 'Host.note' },
    { ringsnake_event: 'call:end', ringsnake_method: 'Host.note' },
    { ringsnake_event: 'handler:end', ringsnake_method: 'Workbench.callHost' },
    { ringsnake_event: 'handler:start', ringsnake_method: 'Workbench.environment' },
  ]);
});

t.test('RINGSNAKE_DEBUG=frames shows every frame, on both sides', async (t) => {
  const program = join(root, 'dist/spec/support/programs/logged-frames.js');
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, RINGSNAKE_DEBUG: 'frames' },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const lines = (await text(child.stderr)).split('\n').filter((line) => line !== '');
  const of = (pid: string | undefined): string[] =>
    lines
      .filter((line) => line.startsWith(`ringsnake ${pid} `))
      .map((line) => line.split(' ').slice(2).join(' '));
  const here = of(String(child.pid));
  const there = of(lines.map((line) => line.split(' ')[1]).find((pid) => pid !== `${child.pid}`));
  t.equal(here.length + there.length, lines.length, 'nothing else is written');
  t.match(here, [
    /^-> call #1 Workbench\.callHost \d+ bytes$/,
    /^<- call #1 for #1 Host\.note \d+ bytes$/,
    /^-> result #1 Host\.note \d+ bytes$/,
    /^<- result #1 Workbench\.callHost \d+ bytes$/,
    /^-> call #2 Workbench\.fail \d+ bytes$/,
    /^<- error #2 Workbench\.fail \d+ bytes$/,
  ]);
  const mirrored = here.map((line) =>
    line.startsWith('->') ? line.replace('->', '<-') : line.replace('<-', '->'),
  );
  t.same(there, mirrored, 'the two sides agree');
});
