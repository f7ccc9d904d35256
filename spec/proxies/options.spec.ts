import { kwargs } from 'ringsnake';
import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('whatever a worker was started with, proxies are the same', async (t) => {
  for (const options of [
    { statistics: true },
    { trusted: false, waiting: 'sleep' },
    { validation: 'off', valuePreviews: false },
    { bulkThreshold: Number.POSITIVE_INFINITY },
    { timeout: 20_000, interruptAfter: 50 },
  ] as const) {
    const { worker, py } = await startExplorer(t, options);
    const np = await py.import('numpy');
    t.equal(await np.arange(100_000).sum(), 4_999_950_000, JSON.stringify(options));
    t.equal((await py.value(np.arange(50_000, kwargs({ dtype: 'float32' })))).length, 50_000);
    const sorted = py.builtins.sorted([2, 1], kwargs({ key: (x: number) => x }));
    t.same(await py.value(sorted), [1, 2]);
    t.equal(py.sync.eval('2 + 2'), 4);
    await t.rejects(Promise.resolve(py.eval('1 / 0')), { message: /^ZeroDivisionError/ });
    await worker.close();
  }
});

t.test('calls have the options of the surface that they come of', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = py.withOptions({ timeout: 1000 }).of(await py.import('zoo'));
  await t.rejects(Promise.resolve(zoo.slowly(1, 60)), { code: 'RS_CALL_TIMEOUT' });
  t.equal(await zoo.slowly(2), 2);
  t.equal(await py.of(zoo).slowly(3, 1.5), 3, 'and those of another where it is used');
  const controller = new AbortController();
  const waiting = Promise.resolve(
    py.withOptions({ signal: controller.signal }).import('zoo').slowly(1, 60),
  );
  setImmediate(() => controller.abort(new RangeError('enough')));
  await t.rejects(waiting, { message: 'enough' });
  t.throws(
    () => py.sync.withOptions({ timeout: 20 }).eval('await __import__("asyncio").sleep(5)'),
    {
      code: 'RS_CALL_TIMEOUT',
    },
  );
});

t.test('code that goes on for nobody is interrupted, if that is wanted', async (t) => {
  const { py } = await startExplorer(t, { interruptAfter: 20 });
  const limited = py.withOptions({ timeout: 20 });
  await t.rejects(limited.exec('while True: pass'), { code: 'RS_CALL_TIMEOUT' });
  t.equal(await py.eval('1'), 1, 'it ended');
  await py.exec('def forever(*_):\n  while True: pass');
  await t.rejects(Promise.resolve(limited.eval('forever')()), { code: 'RS_CALL_TIMEOUT' });
  t.equal(await py.eval('2'), 2);
});
