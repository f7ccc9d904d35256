import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { CrewClient } from '../support/crew/crew.gen.js';
import { pidsOf, startCrew } from '../support/crew/start.js';
import { auditLeaks, childPids } from '../support/leaks.js';
import { runs, stateOf, until } from '../support/processes.js';

await auditLeaks(t);

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** A path in a folder of its own, where nothing is yet. */
function freshPath(t: Teardown): string {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-pool-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return join(folder, 'file');
}

const IMMEDIATELY = { delay: 0, jitter: 0 };

t.test('kill -9 of a member fails its calls and no others, and it is replaced', async (t) => {
  const { workers, crew, gate } = await startCrew(t, { restart: IMMEDIATELY });
  const names = Array.from({ length: 10 }, (_, i) => `${i}`);
  const entered = Promise.allSettled(names.map((name) => crew.enter(name)));
  await gate.arrivals(10);
  const [victim, other] = pidsOf(workers) as [number, number];
  process.kill(victim, 'SIGKILL');
  await until('the death is known', () => workers.statistics().outstanding === 5);
  gate.open();
  const outcomes = await entered;
  const answered = outcomes.filter(({ status }) => status === 'fulfilled');
  t.strictSame(answered, Array(5).fill({ status: 'fulfilled', value: other }));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      t.match(outcome.reason, { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' });
  await until('it is replaced', () => pidsOf(workers).length === 2);
  t.match(workers.statistics(), { state: 'running', restarts: 1 });
  const answers = await Promise.all([crew.pid(), crew.pid(), crew.pid(), crew.pid()]);
  t.strictSame(new Set(answers), new Set(pidsOf(workers)));
  t.notOk(pidsOf(workers).includes(victim));
});

t.test('under load no call is lost: each is answered, or says that its member died', async (t) => {
  const { workers, crew } = await startCrew(t, { concurrency: 4, restart: IMMEDIATELY });
  let failed = 0;
  let answered = 0;
  let done = false;
  const callers = Array.from({ length: 20 }, async () => {
    while (!done) {
      try {
        await crew.pid();
        answered++;
      } catch (error) {
        t.match(error, { code: 'RS_WORKER_EXITED' });
        failed++;
      }
    }
  });
  for (let kills = 1; kills <= 3; kills++) {
    const [victim] = pidsOf(workers);
    const before = answered;
    await until('calls flow', () => answered > before + 100);
    process.kill(victim as number, 'SIGKILL');
    await until('it is replaced', () => {
      const { restarts, members } = workers.statistics();
      return restarts === kills && members.every(({ state }) => state === 'running');
    });
  }
  done = true;
  await Promise.all(callers);
  t.ok(failed <= 12, `${failed} calls failed: no more than the three members had`);
  t.match(workers.statistics(), { outstanding: 0, queued: 0, restarts: 3 });
});

t.test('calls that a member died without having read go to others, and run once', async (t) => {
  const { workers, crew, gate } = await startCrew(t);
  const [victim, other] = pidsOf(workers) as [number, number];
  process.kill(victim, 'SIGSTOP');
  await until('it has stopped', () => stateOf(victim) === 'T');
  const names = ['0', '1', '2', '3', '4', '5'];
  const entered = names.map((name) => crew.enter(name));
  await gate.arrivals(3);
  process.kill(victim, 'SIGKILL');
  await gate.arrivals(6);
  gate.open();
  t.strictSame(await Promise.all(entered), Array(6).fill(other));
  t.strictSame([...gate.arrived].sort(), names);
});

t.test('a member that dies in a blocking call is replaced, too', async (t) => {
  const { workers, crew } = await startCrew(t, { restart: IMMEDIATELY });
  t.throws(() => crew.sync.exit(3), { code: 'RS_WORKER_EXITED', exitCode: 3 });
  t.equal(pidsOf(workers).length, 1, 'nothing more is given to it');
  t.equal(crew.sync.pid(), pidsOf(workers)[0]);
  await until('it is replaced', () => pidsOf(workers).length === 2);
});

t.test('calls that wait when the only member dies go to its successor', async (t) => {
  const { workers, crew, gate } = await startCrew(t, {
    workers: 1,
    concurrency: 1,
    restart: { delay: 50 },
  });
  const [victim] = pidsOf(workers);
  const held = crew.enter('held');
  const waiting = [crew.pid(), workers.client(CrewClient, { key: 'k' }).pid()];
  await gate.arrivals(1);
  process.kill(victim as number, 'SIGKILL');
  await t.rejects(held, { code: 'RS_WORKER_EXITED' });
  t.throws(() => crew.sync.pid(), { code: 'RS_WORKER_EXITED', message: /cannot wait/ });
  const [one, other] = await Promise.all(waiting);
  t.equal(one, other);
  t.not(one, victim);
});

t.test('if one member does not start, the pool does not, and nothing is left', async (t) => {
  const before = childPids();
  await t.rejects(startCrew(t, { workers: 3, env: { CREW_ONLY: freshPath(t) } }), {
    code: 'RS_MODULE_IMPORT',
    type: 'FileExistsError',
  });
  t.strictSame(childPids(), before);
});

t.test('a pool without an interpreter says so', async (t) => {
  await t.rejects(startCrew(t, { python: '/nowhere/python' }), {
    code: 'RS_INTERPRETER_NOT_FOUND',
  });
});

t.test(
  'a member that fails to come up again and again is given up, the others serve on',
  async (t) => {
    const path = freshPath(t);
    const { workers, crew } = await startCrew(t, {
      restart: { ...IMMEDIATELY, limit: 2 },
      env: { CREW_REFUSAL: path },
    });
    const [victim, other] = pidsOf(workers) as [number, number];
    writeFileSync(path, '');
    process.kill(victim, 'SIGKILL');
    await until(
      'it is given up',
      () => workers.statistics().members[0]?.state === 'failed',
      20_000,
    );
    t.strictSame(await Promise.all([crew.pid(), crew.pid()]), [other, other]);
    t.match(workers.statistics(), { state: 'running', members: [{ pid: null }, { pid: other }] });
  },
);

t.test('when all members are given up, calls reject, those that waited, too', async (t) => {
  const path = freshPath(t);
  const { workers, crew } = await startCrew(t, {
    restart: { ...IMMEDIATELY, limit: 1 },
    env: { CREW_REFUSAL: path },
  });
  writeFileSync(path, '');
  for (const pid of pidsOf(workers)) process.kill(pid, 'SIGKILL');
  await until('none is there', () => pidsOf(workers).length === 0);
  await t.rejects(crew.pid(), { code: 'RS_RESTART_LIMIT' });
  t.equal(workers.statistics().state, 'failed');
  await t.rejects(crew.pid(), { code: 'RS_RESTART_LIMIT' });
  t.throws(() => crew.sync.pid(), { code: 'RS_RESTART_LIMIT' });
  await workers.close();
});

t.test('a member that is stopped keeps its calls, and the others serve on', async (t) => {
  const { workers, crew } = await startCrew(t);
  const [stopped, other] = pidsOf(workers) as [number, number];
  process.kill(stopped, 'SIGSTOP');
  const calls = [crew.pid(), crew.pid()];
  t.equal(await Promise.race(calls), other);
  t.ok(runs(stopped));
  process.kill(stopped, 'SIGCONT');
  t.strictSame((await Promise.all(calls)).sort(), [stopped, other].sort());
});
