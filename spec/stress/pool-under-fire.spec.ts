/** One member of a pool after the other is killed under load: its calls fail, all others are answered, and the pool goes on. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Pool, pool, release } from 'ringsnake';
import t, { type Test } from 'tap';
import { figuresOf } from '../support/figures.js';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { pythonCommand } from '../support/python.js';
import { Random } from '../support/soak.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { host, workbenchModule } from '../support/workers.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
/** Milliseconds. */
const CALM = LONG ? 5_000 : 2_000;
const FIRE = LONG ? 20_000 : 8_000;
const BETWEEN_KILLS = 100;
const MEMBERS = 4;
/** Calls that one member may have at a time. */
const CONCURRENCY = 4;
/** Calls that the spec has open at a time: some wait in the queue. */
const CALLERS = 24;
/** More than is copied through the ring. */
const BULK_BYTES = 50_000;
t.setTimeout(3_600_000);

interface Tally {
  answered: number;
  /** Milliseconds that each answer took. */
  times: number[];
  failed: number;
  wrong: string[];
}

/** Each says whether the answer was right. */
const WORKS: readonly ((workbench: WorkbenchClient, i: number) => Promise<boolean>)[] = [
  async (workbench, i) => (await workbench.add(i, 1)) === i + 1,
  async (workbench, i) => (await workbench.addLater(i, 2)) === i + 2,
  async (workbench) => (await workbench.callHost(2)) === 'NOTE 0,NOTE 1',
  async (workbench, i) => {
    const received = await workbench.echoBytes(new Uint8Array(BULK_BYTES).fill(i));
    const right = received.length === BULK_BYTES && received[i % BULK_BYTES] === (i & 0xff);
    release(received);
    return right;
  },
];

/** Anything but the one error that the death of a member may cause. */
function fault(error: unknown): string | undefined {
  const { code, signal, message } = error as Record<string, unknown>;
  const excused = code === 'RS_WORKER_EXITED' && (signal === 'SIGKILL' || signal === null);
  return excused ? undefined : `${code} ${message}`;
}

/** Calls for so many milliseconds. */
async function load(workers: Pool, milliseconds: number): Promise<Tally> {
  const tally: Tally = { answered: 0, times: [], failed: 0, wrong: [] };
  const workbench = workers.client(WorkbenchClient);
  const end = performance.now() + milliseconds;
  const caller = async (_: unknown, number: number): Promise<void> => {
    const random = new Random(SEED + number);
    while (performance.now() < end) {
      const started = performance.now();
      const work = WORKS[random.next() % WORKS.length] as (typeof WORKS)[number];
      try {
        if (!(await work(workbench, random.next() % 10_000))) tally.wrong.push('a wrong answer');
        tally.answered++;
        tally.times.push(performance.now() - started);
      } catch (error) {
        const wrong = fault(error);
        if (wrong === undefined) tally.failed++;
        else tally.wrong.push(wrong);
      }
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return tally;
}

/** Kills a member at a time until `done`; returns how many. */
async function fire(workers: Pool, done: () => boolean): Promise<number> {
  const random = new Random(SEED);
  let kills = 0;
  for (; !done(); await pause(BETWEEN_KILLS)) {
    const alive = workers.statistics().members.filter(({ state }) => state === 'running');
    // One at least is left, so that calls flow.
    const victim = alive.length > 1 ? alive[random.next() % alive.length]?.pid : null;
    if (typeof victim !== 'number') continue;
    process.kill(victim, 'SIGKILL');
    kills++;
  }
  return kills;
}

async function startPool(t: Test): Promise<Pool> {
  const workers = await pool({
    module: workbenchModule,
    python: pythonCommand(),
    serves: [host],
    workers: MEMBERS,
    concurrency: CONCURRENCY,
    restart: { delay: 0, jitter: 0, limit: 1_000_000 },
  });
  t.teardown(() => workers.destroy());
  return workers;
}

t.test('a member is killed every 100 ms', async (t) => {
  await auditLeaks(t);
  const workers = await startPool(t);
  const calm = await load(workers, CALM);
  t.strictSame(
    { ...calm, answered: 0, times: [] },
    { answered: 0, times: [], failed: 0, wrong: [] },
  );
  let over = false;
  const shots = fire(workers, () => over);
  const fired = await load(workers, FIRE);
  over = true;
  const kills = await shots;
  t.strictSame(fired.wrong, [], 'no wrong answer, and no error but that of a death');
  t.ok(kills >= FIRE / BETWEEN_KILLS / 10, `${kills} kills`);
  t.ok(fired.failed <= kills * CONCURRENCY, 'only calls of members that were killed have failed');
  t.ok(fired.answered > 0);
  await until(
    'all are replaced',
    () => workers.statistics().members.every(({ state }) => state === 'running'),
    30_000,
  );
  const after = await load(workers, 200);
  t.strictSame([after.failed, after.wrong], [0, []], 'then all is as before');
  t.match(workers.statistics(), { outstanding: 0, queued: 0, restarts: kills });
  const perSecond = ({ answered }: Tally, milliseconds: number): number =>
    Math.round((answered * 1000) / milliseconds);
  const rates = [perSecond(calm, CALM), perSecond(fired, FIRE)] as const;
  t.comment(
    JSON.stringify({
      ...{ figure: 'pool under fire', seed: SEED, kills, failed: fired.failed },
      ...{ callsPerSecond: { calm: rates[0], fire: rates[1], share: rates[1] / rates[0] } },
      milliseconds: { calm: figuresOf(calm.times), fire: figuresOf(fired.times) },
    }),
  );
});

t.test('any other error is found', async (t) => {
  t.ok(fault({ code: 'RS_SESSION_CLOSED' }));
  t.ok(fault(new TypeError('mine')));
  t.notOk(fault({ code: 'RS_WORKER_EXITED', signal: 'SIGKILL' }));
});
