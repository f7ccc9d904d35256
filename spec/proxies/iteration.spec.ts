import t from 'tap';
import { collectUntil } from '../support/collector.js';
import { callsOf, startExplorer } from '../support/explorer/start.js';

async function taken(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

t.test('anything iterable is iterated, containers in batches', async (t) => {
  const { worker, py } = await startExplorer(t);
  let items: unknown[] = [];
  const calls = await callsOf(worker, async () => {
    items = await taken(py.builtins.range(1000));
  });
  t.same(
    items,
    Array.from({ length: 1000 }, (_, i) => i),
  );
  t.ok(calls <= 6, `${calls} calls`);
  t.same(await taken(py.eval('{"a": 1, "b": 2}.items()').__iter__()).then((all) => all.length), 2);
  t.same(await taken(py.import('zoo').counted(3)), [0, 1, 2]);
  t.same(await taken(py.import('zoo').acounted(3)), [0, 1, 2]);
  t.same(await taken(py.eval('[]')), []);
  t.same([...py.sync.eval('"añ"')], ['a', 'ñ']);
  t.same([...py.sync.import('zoo').counted(3)], [0, 1, 2]);
  t.same([...py.sync.import('zoo').acounted(2)], [0, 1], 'and blocking, what Python awaits');
  const rows: unknown[] = [];
  for await (const row of py.import('numpy').eye(2)) rows.push(await py.value(row.tolist()));
  t.same(rows, [
    [1, 0],
    [0, 1],
  ]);
  await t.rejects(taken(py.eval('5').real), {
    message: /^TypeError: 'int' object is not iterable/,
  });
});

t.test('what an iterator raises when it is left is thrown, if nothing else is', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec(`
class Told(Exception):
    alive = 0
    def __init__(self, *args): Told.alive += 1
    def __del__(self): Told.alive -= 1
def told():
    try:
        yield 1
        yield 2
    finally: raise Told()
`);
  const left = async (): Promise<void> => {
    for await (const _ of py.eval('told()')) break;
  };
  await t.rejects(left(), { code: 'RS_REMOTE', message: 'Told' });
  t.throws(
    () => {
      for (const _ of py.sync.eval('told()')) break;
    },
    { code: 'RS_REMOTE', message: 'Told' },
  );
  const other = async (): Promise<void> => {
    for await (const _ of py.eval('told()')) throw new RangeError('mine');
  };
  await t.rejects(other(), { message: 'mine' });
  await collectUntil(
    'what nobody saw is given back',
    async () => (await py.eval('Told.alive')) === 0,
  );
});

t.test('what is raised is thrown, behind the items before it', async (t) => {
  const { py } = await startExplorer(t);
  for (const make of ['counted', 'acounted']) {
    const got: unknown[] = [];
    await t.rejects(
      (async () => {
        for await (const item of py.import('zoo')[make](5, 2)) got.push(item);
      })(),
      { message: 'LookupError: no 2' },
    );
    t.same(got, [0, 1], make);
  }
  const got: unknown[] = [];
  t.throws(
    () => {
      for (const item of py.sync.import('zoo').counted(5, 2)) got.push(item);
    },
    { message: 'LookupError: no 2' },
  );
  t.same(got, [0, 1]);
  await py.exec('import itertools\ndef fail(x):\n  raise ValueError(x)');
  await t.rejects(taken(py.eval('map(fail, [1])')), { message: 'ValueError: 1' });
});

t.test('a generator is not run ahead, and is closed when the loop is left', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const log = (): Promise<unknown> => py.value(zoo.log);
  for await (const item of zoo.counted(10)) if (item === 1) break;
  t.same(await log(), ['made 0', 'made 1', 'closed']);
  await zoo.log.clear();
  for (const item of py.sync.of(zoo).counted(10)) if (item === 0) break;
  t.same(await log(), ['made 0', 'closed']);
  await zoo.log.clear();
  for await (const item of zoo.acounted(10)) if (item === 0) break;
  t.same(await log(), ['aclosed']);
});
