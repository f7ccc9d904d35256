import t from 'tap';
import { CrewClient, GateServer } from '../support/crew/crew.gen.js';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);

t.test(
  'no member has more calls than `concurrency`; more wait, and are served in order',
  async (t) => {
    const { workers, crew, gate } = await startCrew(t, { concurrency: 2 });
    const names = Array.from({ length: 12 }, (_, i) => `call ${i}`);
    const entered = names.map((name) => crew.enter(name));
    t.match(workers.statistics(), { outstanding: 4, queued: 8 });
    for (let i = 0; i < names.length; i++) {
      await gate.arrivals(Math.min(i + 4, names.length));
      t.ok(workers.statistics().members.every(({ outstanding }) => outstanding <= 2));
      gate.open(names[i] as string);
      await entered[i];
    }
    t.strictSame(gate.arrived.slice(4), names.slice(4), 'those that waited came in order');
    t.match(workers.statistics(), { outstanding: 0, queued: 0, calls: 12, rejected: 0 });
  },
);

t.test('calls with and without a key wait in one order', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { workers: 1, concurrency: 1 });
  const keyed = workers.client(CrewClient, { key: 'k' });
  const names = ['0', '1', '2', '3', '4', '5'];
  const entered = names.map((name, i) => (i % 2 === 0 ? crew : keyed).enter(name));
  for (const [i, name] of names.entries()) {
    await gate.arrivals(i + 1);
    gate.open(name);
    await entered[i];
  }
  t.strictSame(gate.arrived, names);
});

t.test('a full queue rejects, says so, and takes calls again when there is room', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { concurrency: 1, queueLimit: 2 });
  const entered = ['a', 'b', 'c', 'd'].map((name) => crew.enter(name));
  await t.rejects(crew.pid(), {
    code: 'RS_POOL_FULL',
    name: 'PoolFullError',
    message: /2 calls wait/,
  });
  t.match(workers.statistics(), { outstanding: 2, queued: 2, rejected: 1 });
  await gate.arrivals(2);
  gate.open();
  await gate.arrivals(4);
  const fifth = crew.pid();
  gate.open();
  await Promise.all([...entered, fifth]);
  t.strictSame(gate.arrived.slice(2).sort(), ['c', 'd']);
});

t.test('without a queue, a call that finds no room is rejected at once', async (t) => {
  const { crew, gate } = await startCrew(t, { workers: 1, concurrency: 1, queueLimit: 0 });
  const held = crew.enter('held');
  await t.rejects(crew.pid(), { code: 'RS_POOL_FULL' });
  await gate.arrivals(1);
  gate.open();
  await held;
  t.type(await crew.pid(), 'number');
});

t.test('a call that waits too long is rejected and never sent', async (t) => {
  const { workers, crew, gate } = await startCrew(t, {
    workers: 1,
    concurrency: 1,
    queueTimeout: 50,
  });
  const held = crew.enter('held');
  await t.rejects(crew.enter('late'), {
    code: 'RS_QUEUE_TIMEOUT',
    name: 'QueueTimeoutError',
    message: /within 50 ms; it was not sent/,
  });
  t.match(workers.statistics(), { queued: 0, rejected: 1, calls: 1 });
  gate.open();
  await held;
  await crew.pid();
  t.strictSame(gate.arrived, ['held']);
});

t.test('a call that a member waits for itself does not wait for room', async (t) => {
  const nested: Promise<number>[] = [];
  const { workers, crew } = await startCrew(t, {
    workers: 1,
    concurrency: 1,
    serves: [
      new GateServer({
        pass: async () => {
          nested.push(crew.pid());
          await nested[0];
        },
      }),
    ],
  });
  const entered = crew.enter('held');
  const waits = crew.pid();
  t.equal(workers.statistics().queued, 1, 'others do');
  t.equal(await entered, await nested[0]);
  t.equal(await waits, await entered);
});

t.test('ten thousand calls at once are answered once each', async (t) => {
  const { workers, crew } = await startCrew(t);
  const pids = await Promise.all(Array.from({ length: 10_000 }, () => crew.pid()));
  t.strictSame(new Set(pids), new Set(pidsOf(workers)));
  t.match(workers.statistics(), { outstanding: 0, queued: 0, calls: 10_000, rejected: 0 });
});

t.test('options that make no sense are refused before anything starts', async (t) => {
  for (const options of [
    { workers: 0 },
    { workers: 1.5 },
    { concurrency: 0 },
    { queueLimit: -1 },
    { queueTimeout: Number.NaN },
    { drainTimeout: -1 },
    { renew: { calls: 0 } },
    { renew: { memoryInterval: -1 } },
    { renew: { memory: -1 } },
    { renew: { jitter: 2 } },
    { restart: { delay: -1 } },
  ])
    await t.rejects(startCrew(t, options), { name: 'RangeError' }, JSON.stringify(options));
});
