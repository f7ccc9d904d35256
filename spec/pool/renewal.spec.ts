import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { CrewClient } from '../support/crew/crew.gen.js';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks, childPids } from '../support/leaks.js';
import { runs, until } from '../support/processes.js';

await auditLeaks(t);

t.test('a rolling renewal under load drops no call, and there are always enough', async (t) => {
  const { workers, crew } = await startCrew(t);
  const before = pidsOf(workers);
  const others = childPids().length - 2;
  let done = false;
  let answered = 0;
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  const callers = Array.from({ length: 8 }, async () => {
    while (!done) {
      await crew.pid();
      answered++;
      fewest = Math.min(fewest, pidsOf(workers).length);
      most = Math.max(most, childPids().length - others);
    }
  });
  await workers.renew();
  const target = answered + 100;
  await until('calls flow', () => answered > target);
  done = true;
  await Promise.all(callers);
  t.equal(fewest, 2, 'a new process was there before the old one took no more');
  t.ok(most <= 3, `one at a time: there were ${most} processes at most`);
  t.match(workers.statistics(), { renewals: 2, restarts: 0, outstanding: 0 });
  t.ok(pidsOf(workers).every((pid) => !before.includes(pid)));
  t.notOk(before.some(runs), 'the old ones have ended');
});

t.test('the old process ends when its last call has been answered, and not before', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { workers: 1 });
  const [old] = pidsOf(workers) as [number];
  const entered = crew.enter('held');
  await gate.arrivals(1);
  const renewed = workers.renew();
  await until('the next one is there', () => pidsOf(workers)[0] !== old);
  t.not(await crew.pid(), old, 'it has the calls from now on');
  t.ok(runs(old));
  t.match(workers.statistics(), { outstanding: 1, members: [{ outstanding: 1 }] });
  gate.open();
  t.equal(await entered, old);
  await renewed;
  t.notOk(runs(old));
});

t.test('after `drainTimeout` the old process ends, and its calls with it', async (t) => {
  const { workers, crew, gate } = await startCrew(t, {
    workers: 1,
    drainTimeout: 50,
    closeTimeout: 50,
    terminateTimeout: 50,
  });
  const entered = t.rejects(crew.enter('held'), { code: 'RS_SESSION_CLOSED' });
  await gate.arrivals(1);
  await workers.renew();
  await entered;
  t.type(await crew.pid(), 'number');
});

t.test('without overlap the old process ends first, and there is never one more', async (t) => {
  const { workers, crew } = await startCrew(t, { renew: { overlap: false } });
  const before = pidsOf(workers);
  const others = childPids().length - 2;
  let done = false;
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  const callers = Array.from({ length: 4 }, async () => {
    while (!done) {
      await crew.pid();
      fewest = Math.min(fewest, pidsOf(workers).length);
      most = Math.max(most, childPids().length - others);
    }
  });
  await workers.renew();
  done = true;
  await Promise.all(callers);
  t.equal(fewest, 1);
  t.equal(most, 2);
  t.ok(pidsOf(workers).every((pid) => !before.includes(pid)));
});

t.test('a lone member without overlap keeps its calls waiting, and loses none', async (t) => {
  const { workers, crew } = await startCrew(t, { workers: 1, renew: { overlap: false } });
  const renewed = workers.renew();
  const answers = Promise.all([
    crew.pid(),
    crew.pid(),
    workers.client(CrewClient, { key: 'k' }).pid(),
  ]);
  await renewed;
  t.strictSame(new Set(await answers), new Set(pidsOf(workers)));
});

t.test('a process is replaced after so many calls', async (t) => {
  const { workers, crew } = await startCrew(t, { workers: 1, renew: { calls: 10, jitter: 0 } });
  const [old] = pidsOf(workers) as [number];
  for (let i = 0; i < 9; i++) t.equal(await crew.pid(), old);
  t.equal(workers.statistics().renewals, 0);
  t.equal(await crew.pid(), old, 'the tenth call');
  await until('it is replaced', () => workers.statistics().renewals === 1);
  t.not(await crew.pid(), old);
  t.equal(workers.statistics().calls, 11, 'calls of both count');
});

t.test('chance makes a process due earlier, never later', async (t) => {
  const { workers, crew } = await startCrew(t, { workers: 1, renew: { calls: 20, jitter: 1 } });
  for (let i = 0; i < 20; i++) await crew.pid();
  await until('it is replaced', () => workers.statistics().renewals > 0);
});

t.test('a process that holds too much memory is replaced', async (t) => {
  const { workers, crew } = await startCrew(t, {
    workers: 1,
    renew: { memory: 150, memoryInterval: 10, jitter: 0 },
  });
  const [old] = pidsOf(workers) as [number];
  await crew.pid();
  t.equal(workers.statistics().renewals, 0);
  await crew.grow(200);
  await until('it is replaced', () => workers.statistics().renewals === 1, 10_000);
  t.not(pidsOf(workers)[0], old);
});

t.test('when the next process does not come up, the old one stays', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-pool-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'refusal');
  const { workers, crew } = await startCrew(t, { workers: 1, env: { CREW_REFUSAL: path } });
  const [old] = pidsOf(workers) as [number];
  writeFileSync(path, '');
  await t.rejects(workers.renew(), { code: 'RS_MODULE_IMPORT' });
  t.equal(await crew.pid(), old);
  rmSync(path);
  await workers.renew();
  t.not(await crew.pid(), old);
});

t.test('a member that dies while its successor starts is replaced by it', async (t) => {
  const { workers, crew } = await startCrew(t, { workers: 1, restart: { delay: 60_000 } });
  const [old] = pidsOf(workers) as [number];
  const renewed = workers.renew();
  process.kill(old, 'SIGKILL');
  await renewed;
  t.not(await crew.pid(), old);
  t.match(workers.statistics(), { restarts: 1, members: [{ state: 'running' }] });
});
