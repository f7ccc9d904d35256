/** Workers in the middle of work of all kinds are killed at random moments: no call hangs, each ends once, nothing is left behind. */
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type Arena, startArena } from '../support/arena/start.js';
import { WORKS, workNames } from '../support/arena/works.js';
import { Killer } from '../support/killer.js';
import { auditLeaks, childPids } from '../support/leaks.js';
import { Random } from '../support/soak.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
/** Deaths of workers: while the event loop awaits calls, while the thread is blocked in one, and while they start. */
const KILLS = LONG
  ? { awaiting: 14_000, blocked: 4_000, starting: 2_000 }
  : { awaiting: 190, blocked: 70, starting: 40 };
/** Workers at a time. */
const LANES = 2;
/** Calls of a worker that are open at a time. */
const OPEN_CALLS = 12;
/** Microseconds. */
const LIFE_US = 30_000;
/** Of a starting worker: about as long as a start takes. */
const START_US = 150_000;
/** Milliseconds after which a call hangs. */
const BOUND_MS = 20_000;
interface Tally {
  kills: number;
  answered: number;
  rejected: number;
  /** Of the rejected: those that the worker may have begun, and those that it has not. */
  delivered: number;
  undelivered: number;
  wrong: string[];
}

/** Anything but an answer that is right, or the one error that a death may cause. */
function fault(outcome: PromiseSettledResult<boolean>): string | undefined {
  if (outcome.status === 'fulfilled') return outcome.value ? undefined : 'a wrong answer';
  const { code, signal, delivered, message } = outcome.reason as Record<string, unknown>;
  const tells = typeof delivered === 'boolean' || delivered === null;
  const isDeath = code === 'RS_WORKER_EXITED' && signal === 'SIGKILL' && tells;
  return isDeath ? undefined : `${code} ${message} (delivered: ${delivered})`;
}

function count(tally: Tally, outcome: PromiseSettledResult<boolean>): void {
  const wrong = fault(outcome);
  if (wrong !== undefined) tally.wrong.push(wrong);
  else if (outcome.status === 'fulfilled') tally.answered++;
  else {
    const { delivered } = outcome.reason as { delivered: boolean | null };
    tally.rejected++;
    if (delivered === true) tally.delivered++;
    if (delivered === false) tally.undelivered++;
  }
}

/** Rejects when `work` takes too long: it hangs. Never settles twice, as `Promise.race` does. */
function bounded<Result>(what: string, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const hang = setTimeout(
      () => reject(new Error(`${what}: not within ${BOUND_MS} ms`)),
      BOUND_MS,
    );
    work.finally(() => clearTimeout(hang)).then(resolve, reject);
  });
}

async function keepBusy(arena: Arena, random: Random, tally: Tally): Promise<void> {
  let alive = true;
  const lane = async (): Promise<void> => {
    while (alive) {
      const work = WORKS[workNames[random.next() % workNames.length] ?? 'async'];
      const [outcome] = await Promise.allSettled([work(arena, random.next() % 10_000)]);
      alive &&= outcome.status === 'fulfilled';
      count(tally, outcome);
    }
  };
  await Promise.all(Array.from({ length: OPEN_CALLS }, lane));
}

async function killAwaited(random: Random, tally: Tally): Promise<void> {
  const arena = await startArena();
  const { worker } = arena;
  const calls = keepBusy(arena, random, tally);
  await pause((random.next() % LIFE_US) / 1000);
  process.kill(worker.pid, 'SIGKILL');
  await bounded('calls of a killed worker', calls);
  await bounded('the end of a killed worker', worker.exited);
}

async function killBlocked(random: Random, tally: Tally, killer: Killer): Promise<void> {
  const arena = await startArena();
  const { worker } = arena;
  killer.order(worker.pid, random.next() % LIFE_US);
  for (let number = 0, alive = true; alive; number++) {
    const [outcome] = await Promise.allSettled([WORKS.sync(arena, number)]);
    alive = outcome.status === 'fulfilled';
    count(tally, outcome);
  }
  await bounded('the end of a killed worker', worker.exited);
}

async function killStarting(random: Random, tally: Tally): Promise<void> {
  const before = new Set(childPids());
  const started = startArena();
  started.catch(() => {});
  const pid = childPids().find((child) => !before.has(child)) as number;
  await pause((random.next() % START_US) / 1000);
  process.kill(pid, 'SIGKILL');
  // If it was too late for that, the first call ends.
  const call = started.then(async ({ worker, workbench }) => {
    await worker.exited;
    return (await workbench.add(1, 1)) === 2;
  });
  const [outcome] = await bounded('a killed start', Promise.allSettled([call]));
  count(tally, outcome);
}

/** How often a promise is settled that already was. Nothing if this Node does not tell. */
async function watchSettling(t: Test): Promise<() => number> {
  let again = 0;
  const listener = (): void => {
    again++;
  };
  const events = process as NodeJS.EventEmitter;
  // Nothing else tells of it.
  process.noDeprecation = true;
  events.on('multipleResolves', listener);
  t.teardown(() => events.off('multipleResolves', listener));
  await new Promise<void>((resolve) => {
    resolve();
    resolve();
  });
  await pause(0);
  if (again === 0) t.comment('this Node does not tell when a promise is settled twice');
  again = 0;
  return () => again;
}

async function storm(
  t: Test,
  kind: keyof typeof KILLS,
  kill: (random: Random, tally: Tally) => Promise<void>,
): Promise<void> {
  await auditLeaks(t);
  const settledAgain = await watchSettling(t);
  const tally: Tally = {
    kills: 0,
    answered: 0,
    rejected: 0,
    delivered: 0,
    undelivered: 0,
    wrong: [],
  };
  const lanes = kind === 'awaiting' ? LANES : 1;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const random = new Random(SEED + lane + 1);
      for (; tally.kills < KILLS[kind]; tally.kills++) await kill(random, tally);
    }),
  );
  t.strictSame(tally.wrong, [], 'every call was answered right, or told of the death');
  t.ok(tally.rejected > 0, 'some calls were open');
  if (kind === 'awaiting')
    t.ok(tally.delivered > 0 && tally.undelivered > 0, 'and told whether they may have run');
  t.equal(settledAgain(), 0, 'no call ended twice');
  const { wrong: _, ...counts } = tally;
  t.comment(JSON.stringify({ figure: 'worker storm', kind, seed: SEED, ...counts }));
}

t.setTimeout(36_000_000);

t.test('workers are killed while the event loop awaits their answers', (t) =>
  storm(t, 'awaiting', killAwaited),
);

t.test('workers are killed while the thread is blocked in a call', async (t) => {
  const killer = await Killer.start(t);
  await storm(t, 'blocked', (random, tally) => killBlocked(random, tally, killer));
});

t.test('workers are killed while they start', (t) => storm(t, 'starting', killStarting));

t.test('a wrong answer, and any other error, are found', async (t) => {
  t.ok(fault({ status: 'fulfilled', value: false }));
  t.ok(fault({ status: 'rejected', reason: new RangeError('mine') }));
  t.ok(fault({ status: 'rejected', reason: { code: 'RS_SESSION_CLOSED' } }));
  const death = { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' };
  t.ok(fault({ status: 'rejected', reason: death }), 'without a word whether it was delivered');
  t.notOk(fault({ status: 'rejected', reason: { ...death, delivered: false } }));
});
