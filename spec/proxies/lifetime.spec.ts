import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { collectUntil } from '../support/collector.js';
import { startExplorer } from '../support/explorer/start.js';
import { until } from '../support/processes.js';

/** Prepares Python to say how many of `Counted` live. */
const COUNTED = `
class Counted:
    alive = 0
    def __init__(self): Counted.alive += 1; self.child = None
    def __del__(self): Counted.alive -= 1
    def slowly(self): return Counted()
async def later(seconds):
    import asyncio
    await asyncio.sleep(seconds)
    return Counted()
async def stubborn():
    import asyncio
    try: await asyncio.sleep(30)
    except asyncio.CancelledError: return Counted()
`;

t.test('objects are given back when they are released, and when they are collected', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec(COUNTED);
  const alive = (): Promise<number> => Promise.resolve(py.eval('Counted.alive'));
  const first = await py.eval('Counted()');
  const again = await py.op('or_', false, false).then(() => py.eval('[Counted()]'));
  t.equal(await alive(), 2);
  py.release(first);
  t.equal(await alive(), 1);
  py.release(first, first);
  await t.rejects(Promise.resolve(first.child), { code: 'RS_RELEASED' });
  await t.rejects(Promise.resolve(py.eval('id')(first)), { code: 'RS_RELEASED' });
  again[Symbol.dispose]();
  t.equal(await alive(), 0);
  const sync = py.sync.eval('Counted()');
  sync[Symbol.dispose]();
  t.throws(() => sync.child, { code: 'RS_RELEASED' });
  t.throws(() => sync(), { code: 'RS_RELEASED' });
  t.throws(() => sync[0], { code: 'RS_RELEASED' });
  await (async () => {
    for (let i = 0; i < 100; i++) await py.eval('Counted()').slowly();
    for (let i = 0; i < 10; i++) py.sync.eval('Counted()').slowly();
  })();
  await collectUntil('Python has none any more', async () => (await alive()) === 0);
});

t.test('functions that Python has forgotten are forgotten here', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec('kept = []');
  const collected: string[] = [];
  const registry = new FinalizationRegistry<string>((name) => collected.push(name));
  const pass = async (name: string): Promise<void> => {
    const given = (): string => name;
    registry.register(given, name);
    await py.eval('kept.append')(given);
  };
  await pass('first');
  await pass('second');
  t.equal(await py.eval('kept[0]()'), 'first');
  await py.exec('kept.pop(0)');
  await collectUntil('the first is collected', () => collected.includes('first'));
  t.same(collected, ['first']);
  t.equal(await py.eval('kept[0]()'), 'second', 'what is kept there is kept here');
});

t.test('what came for a call that was given up is given back', async (t) => {
  const { worker, py } = await startExplorer(t);
  await py.exec(COUNTED);
  const signal = AbortSignal.timeout(20);
  await t.rejects(Promise.resolve(py.withOptions({ signal }).eval('stubborn()')), {
    name: 'TimeoutError',
  });
  await until('it was released', async () => (await py.eval('Counted.alive')) === 0);
  await t.rejects(Promise.resolve(py.withOptions({ timeout: 5 }).eval('later(30)')), {
    code: 'RS_CALL_TIMEOUT',
  });
  await until('it was released', async () => (await py.eval('Counted.alive')) === 0);
  // The answer is on its way before Python hears of it.
  const flag = join(t.testdir({}), 'flag');
  await py.exec(`
import os, time
def blocked(flag):
    while not os.path.exists(flag): time.sleep(0.001)
    return Counted()`);
  const late = py.withOptions({ timeout: 5 }).eval('blocked')(flag);
  await t.rejects(Promise.resolve(late), { code: 'RS_CALL_TIMEOUT' });
  writeFileSync(flag, '');
  await until('it was released', async () => (await py.eval('Counted.alive')) === 0);
  t.ok(worker.statistics().session.calls.late > 0);
});

t.test('a proxy does not outlive its process', async (t) => {
  const { worker, py } = await startExplorer(t, { restart: true });
  const zoo = await py.import('zoo');
  const sync = py.sync.import('zoo');
  await t.rejects(Promise.resolve(zoo.die()), { code: 'RS_WORKER_EXITED', exitCode: 5 });
  await until('another process runs', () => worker.state === 'running');
  t.equal(await py.import('zoo').kind_of(1), 'int', 'py goes on with the next process');
  const gone = { code: 'RS_WORKER_EXITED' };
  await t.rejects(Promise.resolve(zoo.kind_of(1)), gone);
  await t.rejects(Promise.resolve(py.import('zoo').kind_of(zoo)), gone, 'also as an argument');
  await t.rejects(py.value(zoo), gone);
  t.throws(() => sync.kind_of, gone);
  t.throws(() => sync(), gone);
  t.throws(() => py.sync.import('zoo').kind_of(sync), gone);
  t.doesNotThrow(() => py.release(zoo, sync));
  await worker.close();
  await t.rejects(Promise.resolve(py.import('zoo')), { code: 'RS_SESSION_CLOSED' });
  t.throws(() => py.sync.import('zoo'), { code: 'RS_SESSION_CLOSED' });
});

t.test('what begins with no object waits for the next process, all else fails', async (t) => {
  const { worker, py } = await startExplorer(t, { restart: true });
  const zoo = await py.import('zoo');
  const die = async (): Promise<void> => {
    await t.rejects(Promise.resolve(py.import('zoo').die()), { code: 'RS_WORKER_EXITED' });
    t.equal(worker.state, 'restarting');
  };
  await py.exec('x = 1');
  await die();
  const waiting = Promise.all([
    py.import('zoo').kind_of(1),
    py.eval('"x" in globals()'),
    py.exec('y = 2', null, { capture: true }),
    py.builtins.max([1, 5]),
    py.op('add', 20, 1),
    py.str(5),
    py.isinstance(5, py.builtins.int),
    py.withOptions({ timeout: 60_000 }).eval('[3]').pop(),
  ]);
  const gone = { code: 'RS_WORKER_EXITED' };
  await t.rejects(Promise.resolve(zoo.kind_of(1)), gone);
  await t.rejects(py.value(zoo), gone);
  t.throws(() => py.sync.import('zoo'), gone, 'a blocked thread cannot start a process');
  await t.rejects(Promise.resolve(py.withOptions({ timeout: 1 }).import('zoo')), {
    code: 'RS_CALL_TIMEOUT',
  });
  const signal = AbortSignal.abort(new RangeError('enough'));
  await t.rejects(Promise.resolve(py.withOptions({ signal }).import('zoo')), { message: 'enough' });
  t.equal(worker.state, 'restarting', 'all this was told before the next process was there');
  const withDead = py.import('zoo').kind_of(zoo);
  t.same(await waiting, ['int', false, { stdout: '', stderr: '' }, 5, 21, '5', true, 3]);
  await t.rejects(Promise.resolve(withDead), gone, 'an object of the dead one is no argument');
  t.equal(worker.state, 'running');
  await die();
  const inVain = Promise.resolve(py.import('zoo'));
  const refused = t.rejects(inVain, gone);
  await worker.destroy();
  await refused;
});

t.test('a proxy of one worker is refused by another', async (t) => {
  const one = await startExplorer(t);
  const two = await startExplorer(t);
  const zoo = await one.py.import('zoo');
  const foreign = { code: 'RS_VALIDATION', message: /an object of this worker/ };
  await t.rejects(Promise.resolve(two.py.import('zoo').kind_of(zoo)), foreign);
  await t.rejects(Promise.resolve(two.py.import('zoo').kind_of([zoo.log])), foreign);
  t.throws(() => two.py.sync.import('zoo').kind_of(zoo), foreign);
  t.equal(
    await two.py.value(zoo.log).then((log: unknown[]) => log.length),
    0,
    'it goes to its own',
  );
});

t.test('a worker that was started for a module has Python, too, and ends by itself', async (t) => {
  const { worker, py } = await startExplorer(t, { module: 'zoo' });
  t.equal(await py.import('zoo').kind_of(''), 'str');
  const { exitCode } = await worker.close();
  t.equal(exitCode, 0);
});
