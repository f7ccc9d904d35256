import t from 'tap';
import { LeastOutstanding, memberOfKey, routeOfKey } from '../../lib/pool/routing.js';
import { CrewClient } from '../support/crew/crew.gen.js';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';

await auditLeaks(t);

t.test('calls one after the other go round, and calls at once are spread evenly', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { workers: 3 });
  const pids = pidsOf(workers);
  t.equal(new Set(pids).size, 3);
  const turns: number[] = [];
  for (let i = 0; i < 6; i++) turns.push(await crew.pid());
  t.strictSame(turns, [...pids, ...pids]);
  const entered = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => crew.enter(name));
  await gate.arrivals(6);
  t.strictSame(
    workers.statistics().members.map(({ outstanding }) => outstanding),
    [2, 2, 2],
  );
  gate.open();
  t.equal(new Set(await Promise.all(entered)).size, 3);
  t.equal(workers.statistics().outstanding, 0);
  t.equal(workers.statistics().calls, 12);
});

t.test('a call goes to the member that has the fewest', async (t) => {
  const { crew, gate } = await startCrew(t);
  const busy = crew.enter('held');
  await gate.arrivals(1);
  const others = [await crew.pid(), await crew.pid(), await crew.pid()];
  gate.open();
  t.notOk(others.includes(await busy));
  t.equal(new Set(others).size, 1);
});

t.test(
  'a blocking call goes to the member that has the fewest, however many those are',
  async (t) => {
    const { crew, gate } = await startCrew(t, { concurrency: 1 });
    const first = crew.enter('first');
    await gate.arrivals(1);
    const free = crew.sync.pid();
    const second = crew.enter('second');
    await gate.arrivals(2);
    t.type(crew.sync.pid(), 'number', 'both are at their limit now');
    gate.open();
    t.not(await first, free);
    t.equal(await second, free);
  },
);

t.test('all calls of a key go to one member, and keys are spread', async (t) => {
  const { workers } = await startCrew(t, { workers: 3 });
  const homes = new Map<string, number>();
  for (let i = 0; i < 60; i++) {
    const key = `user-${i}`;
    const client = workers.client(CrewClient, { key });
    const pids = [await client.pid(), await client.pid(), client.sync.pid()];
    t.equal(new Set(pids).size, 1);
    homes.set(key, pids[0] as number);
  }
  t.equal(new Set(homes.values()).size, 3);
});

t.test('when a member dies, only its keys move, and they come home to its successor', async (t) => {
  const { workers } = await startCrew(t, { workers: 3, restart: { delay: 1500 } });
  const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);
  const homes = async (): Promise<number[]> => {
    const pids = await Promise.all(keys.map((key) => workers.client(CrewClient, { key }).pid()));
    return pids.map((pid) => places.get(pid) ?? -1);
  };
  const places = new Map(pidsOf(workers).map((pid, i) => [pid, i]));
  const before = await homes();
  process.kill(pidsOf(workers)[1] as number, 'SIGKILL');
  await until('the death is known', () => workers.statistics().members[1]?.state !== 'running');
  const meanwhile = await homes();
  t.strictSame(
    meanwhile.filter((_, i) => before[i] !== 1),
    before.filter((place) => place !== 1),
    'the others stay',
  );
  t.notOk(meanwhile.includes(1));
  await until('the successor is there', () => workers.statistics().members[1]?.state === 'running');
  places.set(workers.statistics().members[1]?.pid as number, 1);
  t.strictSame(await homes(), before);
});

t.test('a key that waits for its busy member holds up nobody else', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { concurrency: 1 });
  const keyed = workers.client(CrewClient, { key: 'k' });
  const held = keyed.enter('held');
  await gate.arrivals(1);
  const waits = keyed.pid();
  t.equal(workers.statistics().queued, 1);
  const other = await crew.pid();
  gate.open();
  t.equal(await waits, await held);
  t.not(other, await held);
});

t.test('what the members do not serve is refused when the client is made', async (t) => {
  const { workers } = await startCrew(t);
  t.throws(() => workers.client(WorkbenchClient), { code: 'RS_UNKNOWN_INTERFACE' });
  t.throws(() => workers.broadcast(WorkbenchClient), { code: 'RS_UNKNOWN_INTERFACE' });
});

t.test(
  'rendezvous moves only the keys of a member that goes, and gives each its share',
  async (t) => {
    const members = Array.from({ length: 5 }, (_, index) => ({ index }));
    const without = members.filter(({ index }) => index !== 2);
    const shares = [0, 0, 0, 0, 0];
    for (let i = 0; i < 5000; i++) {
      const route = routeOfKey(`user-${i}`);
      if (route.kind !== 'key') throw new Error('a key makes a route of a key');
      const home = memberOfKey(route.hash, members)?.index ?? -1;
      const other = memberOfKey(route.hash, without)?.index ?? -1;
      shares[home] = (shares[home] ?? 0) + 1;
      if (home !== 2 && other !== home) t.fail(`user-${i} moved from ${home} to ${other}`);
    }
    t.ok(
      shares.every((share) => share > 850 && share < 1150),
      `${shares}`,
    );
    t.equal(memberOfKey(1, []), undefined);
  },
);

t.test('among equals each has its turn', async (t) => {
  const choice = new LeastOutstanding();
  const members = ['a', 'b', 'c'].map((name) => ({ name, outstanding: 0 }));
  const names = Array.from({ length: 4 }, () => choice.choose(members)?.name);
  t.strictSame(names, ['a', 'b', 'c', 'a']);
  (members[1] as { outstanding: number }).outstanding = -1;
  t.equal(choice.choose(members)?.name, 'b');
  t.equal(choice.choose([]), undefined);
});
