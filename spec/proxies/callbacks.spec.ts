import { kwargs } from 'ringsnake';
import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('Python calls functions of JavaScript, and gets what they give', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  t.same(
    await py.value(py.builtins.sorted([3, 1, 2], kwargs({ key: (x: number) => -x }))),
    [3, 2, 1],
  );
  t.same(await py.value(py.builtins.list(py.builtins.map((x: number) => [x, { x }], [1, 2]))), [
    [1, { x: 1 }],
    [2, { x: 2 }],
  ]);
  t.same(py.sync.value(py.sync.builtins.sorted(['b', 'a'], kwargs({ key: (x: string) => x }))), [
    'a',
    'b',
  ]);
  const seen: unknown[][] = [];
  await zoo.call(
    (...args: unknown[]) => void seen.push(args),
    1,
    null,
    'a',
    kwargs({ loud: true }),
  );
  t.same(seen, [[1, null, 'a', { loud: true }]]);
  const given = (x: unknown): unknown => x;
  t.equal(await zoo.call(given, given), given, 'a function that comes home is itself');
  t.equal(await zoo.same(given, given), true, 'and is one function there');
  t.equal(await zoo.kind_of(given), 'JavaScriptFunction');
});

t.test('what a function is given are proxies of the manner in which it was passed', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  t.equal(
    await zoo.call(
      async (animal: { name: PromiseLike<string> }) => await animal.name,
      zoo.Animal('Ada'),
    ),
    'Ada',
  );
  const sync = py.sync.of(zoo);
  t.equal(
    sync.call((animal: { name: string }) => animal.name, sync.Animal('Bob')),
    'Bob',
  );
  t.equal(
    sync.call((animal: { child(): { name: string } }) => animal.child().name, sync.Animal('Bob')),
    'child of Bob',
    'calls inside of calls',
  );
  const deep = (n: number): number => (n === 0 ? 0 : 1 + (sync.call(deep, n - 1) as number));
  t.equal(sync.call(deep, 20), 20);
});

t.test('promises are waited for, and awaited by tasks', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const later = async (x: number): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return x * 2;
  };
  t.equal(await zoo.call(later, 4), 8);
  t.equal(await zoo.call_later(later, 4), 8);
  t.equal(await zoo.call_later((x: number) => x + 1, 4), 5, 'what is no promise is there at once');
  const asyncio = await py.import('asyncio');
  t.same(
    await py.value(py.await(asyncio.gather(zoo.call_later(later, 1), zoo.call_later(later, 2)))),
    [2, 4],
  );
  t.throws(
    () => py.sync.of(zoo).call(later, 1),
    { code: 'RS_DEADLOCK' },
    'a blocked thread has no promises',
  );
  await t.rejects(
    Promise.resolve(zoo.call_later(async () => Promise.reject(new RangeError('no')))),
    RangeError,
  );
});

t.test("an error of JavaScript's is one in Python, and itself when it comes home", async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const own = new RangeError('too far');
  const fails = (): never => {
    throw own;
  };
  t.same(await py.value(zoo.guarded(fails)), [
    'RemoteError',
    'RS_REMOTE',
    'RangeError: too far',
    true,
  ]);
  t.equal(await Promise.resolve(zoo.call(fails)).catch((error: unknown) => error), own);
  try {
    py.sync.of(zoo).call(fails);
    t.fail('it throws');
  } catch (error) {
    t.equal(error, own);
  }
  await t.rejects(
    Promise.resolve(zoo.call(() => Symbol('s'))),
    { code: 'RS_ENCODE' },
    'what cannot cross is no result',
  );
  await t.rejects(
    Promise.resolve(
      zoo.call(() => {
        throw 5;
      }),
    ),
    { code: 'RS_REMOTE', message: 'number: 5' },
  );
});

t.test('functions may be called from any thread of Python', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec(`
import asyncio, threading
def run(function):
    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(function(i))) for i in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sorted(results)
async def run_beside(function):
    return await asyncio.to_thread(run, function)
`);
  const twice = (x: number): number => x * 2;
  t.same(await py.value(await py.eval('run_beside')(twice)), [0, 2, 4, 6]);
});
