/** One side of a session under load is stopped and let go on at random moments: it is late, and nothing else. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { collectUntil } from '../support/collector.js';
import type { LoadReport } from '../support/foundry/report.js';
import { Foundries } from '../support/foundry/start.js';
import { freeze } from '../support/freezer.js';
import { auditLeaks } from '../support/leaks.js';
import { runs, startProgram, stateOf, until } from '../support/processes.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
/** Of each side. */
const STOPS = LONG ? 10_000 : 100;
/** Milliseconds. Now and then a stop is longer than any slice in which a sleeper looks whether its peer lives. */
const FREEZES = { longest: 25, every: 25, longTime: 600, times: STOPS, seed: SEED } as const;
/** Milliseconds after which work hangs that was only stopped. */
const HANG_MS = 30_000;
/** That a channel keeps for the next bulk messages, at most. */
const SEGMENTS = 64;
t.setTimeout(3_600_000);

interface Outcome {
  readonly here: LoadReport;
  readonly python: LoadReport;
  readonly misplaced: number;
}

function judge(t: Test, side: string, { here, python, misplaced }: Outcome): void {
  t.strictSame([...here.wrong, ...python.wrong], [], 'every answer was right');
  t.equal(misplaced, 0, 'no call was lost, and none ran twice');
  for (const { kinds } of [here, python])
    for (const kind of ['call', 'bulk', 'callback', 'stream', 'stream there', 'object there'])
      t.ok((kinds[kind] ?? 0) > 0, `${kind}: ${kinds[kind]} times`);
  t.ok((here.kinds['blocking'] ?? 0) > 0 && (python.kinds['blocking call'] ?? 0) > 0);
  const pieces = here.right + python.right;
  t.comment(JSON.stringify({ figure: 'frozen', side, seed: SEED, stops: STOPS, pieces }));
}

/** Rejects when `work` takes too long: it hangs. */
async function bounded<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const end = new AbortController();
  const hang = pause(HANG_MS, undefined, { signal: end.signal }).then(() => {
    throw new Error(`${what}: not within ${HANG_MS} ms`);
  });
  try {
    return await Promise.race([work, hang]);
  } finally {
    end.abort();
    hang.catch(() => {});
  }
}

t.test('a worker under load is stopped and let go on', async (t) => {
  await auditLeaks(t);
  const foundries = await Foundries.start();
  const { worker } = foundries;
  t.teardown(() => worker.destroy());
  const before = await foundries.holds();
  let thawed = false;
  const working = foundries.work({ seed: SEED, done: () => thawed });
  t.equal(await freeze({ pid: worker.pid, ...FREEZES }), STOPS);
  thawed = true;
  judge(t, 'worker', await bounded('the work', working));
  const inUse = (): number => Object.keys(worker.handles().imported).length;
  await collectUntil('objects are given back', () => inUse() === 0);
  t.match(worker.statistics(), { state: 'running', restarts: 0 }, 'it was not taken for dead');
  await until('the worker holds what it held', async () => {
    const { descriptors, objects } = await foundries.holds();
    const [now, then] = [objects, before.objects].map((counts) => JSON.stringify(counts));
    return descriptors <= before.descriptors + SEGMENTS && now === then;
  });
  t.strictSame(await worker.close(), { exitCode: 0, signal: null });
});

async function startHost(t: Test): Promise<{ host: ChildProcess; workerPid: number }> {
  const { child: host, line } = await startProgram('frozen-host', [`${SEED}`]);
  t.teardown(() => host.kill('SIGKILL'));
  return { host, workerPid: Number(line) };
}

t.test('a host under load is stopped and let go on', async (t) => {
  await auditLeaks(t);
  const { host, workerPid } = await startHost(t);
  const pid = host.pid as number;
  t.equal(await freeze({ pid, ...FREEZES }), STOPS);
  t.ok(runs(workerPid), 'its worker did not take it for dead');
  let printed = '';
  host.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = once(host, 'close');
  host.kill('SIGUSR2');
  t.strictSame(await bounded('the host', ended), [0, null]);
  const outcome = JSON.parse(printed) as Outcome & { held: number };
  judge(t, 'host', outcome);
  t.equal(outcome.held, 0, 'no object is left');
  await until('the worker ends', () => !runs(workerPid));
});

t.test('deadlines fire while the worker is stopped, which is not dead', async (t) => {
  await auditLeaks(t);
  const foundries = await Foundries.start();
  const { worker, foundry } = foundries;
  t.teardown(() => worker.destroy());
  let ended = false;
  void worker.exited.then(() => {
    ended = true;
  });
  process.kill(worker.pid, 'SIGSTOP');
  await until('it is stopped', () => stateOf(worker.pid) === 'T');
  const waiting = foundry.echoBytes(Uint8Array.of(1, 2, 3));
  const took = async (call: () => unknown): Promise<number> => {
    const started = performance.now();
    await t.rejects(async () => call(), { code: 'RS_CALL_TIMEOUT' });
    return performance.now() - started;
  };
  const impatient = foundry.withOptions({ timeout: 100 });
  const times = [
    await took(() => impatient.begin()),
    await took(() => impatient.sync.misplaced()),
    await took(() => worker.ping({ timeout: 100 })),
    // Longer than a sleeper goes without looking whether its peer lives.
    await took(() => foundry.withOptions({ timeout: 600 }).sync.misplaced()),
  ];
  t.ok(Math.max(...times) < 5_000, `after ${times.map(Math.round).join(', ')} ms`);
  t.notOk(ended);
  t.match(worker.statistics(), { state: 'running', restarts: 0 });
  process.kill(worker.pid, 'SIGCONT');
  t.strictSame([...(await waiting)], [1, 2, 3], 'who had patience gets the answer');
  t.equal(await foundry.misplaced(), 0);
  t.comment(JSON.stringify({ figure: 'frozen, deadlines', timeouts: [100, 100, 100, 600], times }));
});
