import { setTimeout as sleep } from 'node:timers/promises';
import type { UnknownCallError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { ChoresClient } from '../support/relay/relay.gen.js';
import { startChores } from '../support/relay/start.js';

await auditLeaks(t);

const runs = (stack: string | null, name: string): boolean => stack?.includes(name) ?? false;

/** Collects what the worker notes until it has noted so much. */
async function notes(chores: ChoresClient, count: number): Promise<string[]> {
  const noted: string[] = [];
  await until(`${count} notes`, async () => {
    noted.push(...(await chores.notes()));
    return noted.length >= count;
  });
  return noted;
}

t.test(
  'an aborted call rejects at once with the reason, and the handler is cancelled',
  async (t) => {
    const { chores } = await startChores(t);
    const controller = new AbortController();
    const call = chores.withOptions({ signal: controller.signal }).sleep(60_000);
    t.equal(await chores.knowledge().then(({ callId }) => callId > 0), true, 'others go on');
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await t.rejects(call, reason);
    t.same(await notes(chores, 1), ['sleep was cancelled']);
    await t.rejects(
      chores.withOptions({ signal: controller.signal }).sleep(1),
      reason,
      'not even sent',
    );
    t.throws(() => chores.withOptions({ signal: controller.signal }).sync.sleep(1), reason);
  },
);

t.test(
  'a handler that takes no notice cannot hold its caller, and its late answer is dropped',
  async (t) => {
    const told: unknown[] = [];
    const { chores } = await startChores(t, { onProtocolError: (error) => told.push(error) });
    await t.rejects(chores.withOptions({ timeout: 20 }).sleepStubbornly(300), {
      code: 'RS_CALL_TIMEOUT',
      message: 'sleepStubbornly() was not answered in time',
    });
    t.same(await notes(chores, 2), ['took no notice', 'slept all the same']);
    t.equal(await chores.addOne(1), 2);
    t.same(told, [], 'the late answer is no breach of protocol');
  },
);

t.test('a blocking call gives up in time, and blocks no longer', async (t) => {
  const { chores } = await startChores(t);
  t.throws(() => chores.sync.withOptions({ timeout: 20 }).sleep(60_000), {
    code: 'RS_CALL_TIMEOUT',
  });
  t.same(await notes(chores, 1), ['sleep was cancelled']);
  t.equal(chores.sync.addOne(2), 3);
});

t.test(
  'a busy handler can ask whether it is still wanted, in the loop and in a thread',
  async (t) => {
    const { worker, chores } = await startChores(t);
    await t.rejects(chores.withOptions({ timeout: 30 }).spinUntilCancelled(), {
      code: 'RS_CALL_TIMEOUT',
    });
    t.same(await notes(chores, 1), ['spun until cancelled']);
    const controller = new AbortController();
    const call = chores.withOptions({ signal: controller.signal }).spinUntilCancelled();
    // It is told although the interpreter never comes back to its event loop.
    await until('it spins', async () => runs(await worker.pythonStack(), 'spin_until_cancelled'));
    controller.abort();
    await t.rejects(call, { name: 'AbortError' });
    t.same(await notes(chores, 1), ['spun until cancelled']);
    const pooled = new AbortController();
    const blocked = chores.withOptions({ signal: pooled.signal }).blockUntilCancelled();
    t.equal(await chores.addOne(1), 2, 'others go on meanwhile');
    pooled.abort();
    await t.rejects(blocked, { name: 'AbortError' });
    t.same(await notes(chores, 1), ['blocked until cancelled']);
  },
);

t.test('calls that come while a handler asks are not lost', async (t) => {
  const { chores } = await startChores(t);
  const spinning = chores.withOptions({ timeout: 50 }).spinUntilCancelled();
  const others = Array.from({ length: 100 }, (_, i) => chores.addOne(i));
  await t.rejects(spinning, { code: 'RS_CALL_TIMEOUT' });
  t.same(
    await Promise.all(others),
    others.map((_, i) => i + 1),
  );
});

t.test('what a handler has begun ends with its call', async (t) => {
  const { chores, cancelled } = await startChores(t);
  const controller = new AbortController();
  const call = chores.withOptions({ signal: controller.signal }).awaitNever();
  await chores.addOne(1);
  controller.abort();
  await t.rejects(call, { name: 'AbortError' });
  await until('the nested call is cancelled', () => cancelled.length === 1);
  t.match(cancelled[0], { code: 'RS_CANCELLED' });
});

t.test('a deadline is inherited by the calls that a handler makes', async (t) => {
  const { chores, cancelled } = await startChores(t);
  await t.rejects(chores.withOptions({ timeout: 50 }).awaitNever(), { code: 'RS_CALL_TIMEOUT' });
  await until('the nested call ends, too', () => cancelled.length === 1);
  const own = chores.withOptions({ timeout: 10_000 });
  const { left } = await own.knowledge();
  t.ok(left !== null && left > 5_000 && left <= 10_000, `${left} ms are left`);
  const [beyond] = await own.knowledgeBeyond();
  t.ok(beyond?.left != null && beyond.left > 5_000 && beyond.left <= 10_000);
  t.equal((await chores.knowledge()).left, null, 'none without');
});

t.test('the nearer of two limits holds, whoever sets it', async (t) => {
  const { worker, chores } = await startChores(t, { timeout: 20_000 });
  t.ok(((await chores.knowledge()).left as number) <= 20_000, "the worker's");
  const client = worker.client(ChoresClient, { timeout: 5_000 });
  t.ok(((await client.knowledge()).left as number) <= 5_000, "the client's");
  t.ok(((await client.withOptions({ timeout: 100 }).knowledge()).left as number) <= 100);
  t.throws(() => chores.withOptions({ timeout: Number.NaN }), RangeError);
  await t.rejects(chores.withOptions({ timeout: 0 }).addOne(1), { code: 'RS_CALL_TIMEOUT' });
});

t.test('Python gives up calls, too', async (t) => {
  const { chores, cancelled } = await startChores(t);
  const told = 'RS_CALL_TIMEOUT True never() was not answered in time';
  t.equal(await chores.limited(20, false), told);
  t.equal(await chores.limited(20, true), told, 'blocking');
  t.equal(await chores.cancelOwn(), 'cancelled');
  await until('each handler was told', () => cancelled.length === 3);
});

t.test('metadata travels along, and further on', async (t) => {
  const { chores } = await startChores(t);
  const traced = chores.withOptions({ metadata: { traceparent: '00-abc', at: 1.5 } });
  t.equal((await traced.knowledge()).metadata, '{"traceparent": "00-abc", "at": 1.5}');
  t.equal((await traced.knowledgeLater()).metadata, '{"traceparent": "00-abc", "at": 1.5}');
  const [first, second] = await traced.knowledgeBeyond();
  t.same(JSON.parse(first?.metadata ?? ''), { traceparent: '00-abc', at: 1.5 });
  t.same(JSON.parse(second?.metadata ?? ''), { traceparent: '00-abc', at: 1.5, own: 1 });
  t.equal((await chores.knowledge()).metadata, '{}', 'not with other calls');
  await t.rejects(chores.withOptions({ metadata: { f: () => 1 } }).addOne(1), {
    code: 'RS_ENCODE',
  });
  t.equal(await chores.addOne(1), 2, 'nothing of it was sent');
});

t.test('each call has context variables of its own', async (t) => {
  const { chores } = await startChores(t);
  t.equal(await chores.variable('first'), 'untouched');
  t.equal(await chores.variable('second'), 'untouched');
  t.equal(await chores.timeoutInside(), 'timed out', 'the first step belongs to its task');
});

t.test('a handler in the pool does not hold the others, and calls us from there', async (t) => {
  const { chores } = await startChores(t);
  const slow = chores.withOptions({ timeout: 20_000, metadata: { m: 1 } }).blockInPool(100);
  t.equal(await chores.addOne(1), 2);
  const [own, ours] = await slow;
  t.equal(own?.metadata, '{"m": 1}');
  t.equal(ours?.metadata, '{"m":1}');
  t.ok((ours?.left as number) <= 20_000);
});

t.test(
  'a thousand calls that are given up at random leave nothing behind, and none gets the answer of another',
  async (t) => {
    const told: UnknownCallError[] = [];
    const { chores } = await startChores(t, {
      onProtocolError: (error) => told.push(error as UnknownCallError),
    });
    let seed = 42;
    const random = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const controller = new AbortController();
        const client = chores.withOptions({ signal: controller.signal });
        const call = i % 2 === 0 ? client.addOne(i) : client.addOneLater(i);
        const delay = random() * 3;
        if (delay < 2) void sleep(delay).then(() => controller.abort());
        return call.then(
          (value) => value === i + 1,
          (error: Error) => error.name === 'AbortError',
        );
      }),
    );
    t.ok(outcomes.every(Boolean));
    t.same(told, []);
    t.equal(await chores.addOne(5), 6);
  },
);
