/** Handlers whose callers have given up are stopped on threads, too, where no signal reaches them. */
import { embed } from 'ringsnake';
import t from 'tap';
import { until } from '../support/processes.js';
import { pythonCommand } from '../support/python.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule } from '../support/workers.js';
import { startLodger } from './lodgers.js';

const module = fixtureModule('stubborn.py');
const MINUTE = 60_000;

async function startStubborn(interruptAfter: number) {
  const worker = await embed({ module, python: pythonCommand(), interruptAfter });
  const workbench = worker.client(WorkbenchClient);
  /** Makes a call that is given up after 20 ms. */
  const giveUp = (call: (client: WorkbenchClient) => Promise<unknown>) =>
    t.rejects(call(workbench.withOptions({ timeout: 20 })), { code: 'RS_CALL_TIMEOUT' });
  const late = (count: number) =>
    until('the late answers', () => worker.statistics().session.calls.late === count);
  return { worker, workbench, giveUp, late };
}

const KINDS: readonly (readonly [string, string, (client: WorkbenchClient) => Promise<unknown>])[] =
  [
    ['computes in Python', 'Interrupted', (client) => client.compute()],
    ['computes in a task', 'task Interrupted', (client) => client.callHost(1)],
    ['computes in a thread of the pool', 'thread Interrupted', (client) => client.flood(MINUTE, 1)],
  ];

for (const [name, note, call] of KINDS) {
  t.test(`a handler that ${name} is interrupted when nobody waits for it`, async (t) => {
    const { worker, workbench, giveUp, late } = await startStubborn(30);
    await giveUp(call);
    await late(1);
    t.equal(await workbench.environment(''), note);
    t.equal(await workbench.add(1, 2), 3, 'and the worker goes on');
    t.equal(workbench.sync.add(1, 2), 3);
    t.equal(worker.statistics().session.calls.open, 0);
    await worker.close();
  });
}

t.test('who waits for the answer is not hit by the interrupt of another', async (t) => {
  const { worker, workbench, giveUp, late } = await startStubborn(10);
  // In the loop, in a thread, and in the handler that holds the loop up.
  const waiting = workbench.addLater(1, 2);
  const pooled = workbench.flood(700, 1);
  const holding = workbench.block(400);
  await giveUp((client) => client.addLater(3, 4));
  await giveUp((client) => client.flood(MINUTE, 1));
  await giveUp((client) => client.compute());
  t.equal(await waiting, 3);
  t.equal(await pooled, 700);
  await holding;
  await late(3);
  t.notMatch(await workbench.environment(''), 'sleep');
  t.equal(await workbench.flood(50, 1), 50, 'nor is who comes after it in that thread');
  await worker.close();
});

t.test('an interrupt that comes as the handler ends does no harm', async (t) => {
  const { worker, lodger } = await startLodger(t, { interruptAfter: 0 });
  // Of every length around the time at which it is given up.
  const limited = lodger.withOptions({ timeout: 2 });
  for (let i = 0; i < 300; i++) {
    const source = `import time\nend = time.monotonic() + ${(i % 30) / 10_000}\nwhile time.monotonic() < end: pass`;
    await limited.run(source).catch((error) => t.equal(error.code, 'RS_CALL_TIMEOUT'));
    t.equal(await lodger.ask(1), '0!');
  }
  t.ok(worker.statistics().session.calls.late > 0, 'some were given up');
  t.equal(lodger.sync.ask(1), '0!');
});

t.test('more interrupts than Python can take are no error, and it goes on', async (t) => {
  const { worker, lodger } = await startLodger(t, { interruptAfter: 0 });
  // C code that keeps Python's lock: nobody reads requests.
  const holding = lodger.run('import ctypes\nctypes.PyDLL(None).sleep(2)');
  const limited = lodger.withOptions({ timeout: 20 });
  const outcomes = await Promise.allSettled(Array.from({ length: 600 }, () => limited.run('')));
  t.ok(outcomes.every(({ status }) => status === 'rejected'));
  await holding;
  await until('all answers', () => worker.statistics().session.calls.late === 600);
  t.equal(await lodger.ask(1), '0!');
});

t.test('options of spawn() that take a process are refused', async (t) => {
  const python = pythonCommand();
  for (const [name, value] of Object.entries({
    env: {},
    cwd: '/',
    stdout: 'pipe',
    stderr: 'ignore',
    onLine: () => {},
    killAfter: 1000,
    restart: true,
    watch: true,
    onRestart: () => {},
  }))
    await t.rejects(embed({ module, python, [name]: value }), {
      name: 'TypeError',
      message: new RegExp(`^.${name}. is for workers in a process of their own`),
    });
  await t.rejects(embed({ module, python, interruptAfter: -1 }), RangeError);
});
