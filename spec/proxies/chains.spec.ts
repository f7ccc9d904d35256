import { inspect } from 'node:util';
import { kwargs, slice } from 'ringsnake';
import t from 'tap';
import { callsOf, startExplorer } from '../support/explorer/start.js';

t.test('a chain is one round trip, whatever stands in it', async (t) => {
  const { worker, py } = await startExplorer(t);
  const np = await py.import('numpy');
  const once = async (chain: () => PromiseLike<unknown>, expected: unknown): Promise<void> => {
    let value: unknown;
    const calls = await callsOf(worker, async () => {
      value = await chain();
    });
    t.same([value, calls], [expected, 1], String(chain));
  };
  await once(() => np.linspace(0, 1, 5).reshape(5, 1).sum(), 2.5);
  await once(() => np.add(np.arange(3).max(), np.ones(4).sum()), 6);
  await once(() => py.import('math').sqrt(16), 4);
  await once(() => np.arange(10)[3], 3);
  await once(() => np.arange(10)[-1], 9);
  await once(() => py.item(np.eye(3), py.tuple(1, 1)), 1);
  await once(() => py.op('add', np.arange(3), 1).sum(), 6);
  await once(
    () => py.value(np.arange(6).reshape(2, 3).tolist()),
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
  );
  await once(() => np.concatenate([np.zeros(2), [1, 2], np.ones(1)]).sum(), 4);
  await once(() => py.str(py.item(np.arange(10), slice(1, null, 4))), '[1 5 9]');
  await once(
    () =>
      np
        .sum(np.ones([2, 3]), kwargs({ axis: 0 }))
        .tolist()
        .index(2),
    0,
  );
  await once(() => py.isinstance(np.ones(2), np.ndarray), true);
  await once(() => py.builtins.len({ a: np.e, b: [np.pi] }), 2);
  await once(() => py.eval('[1, 2, 3]').count(2), 1);
});

t.test('a chain runs when it is awaited, and what was awaited does not run again', async (t) => {
  const { worker, py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const lazy = zoo.Animal('Ada').child();
  t.equal(await callsOf(worker, () => void zoo.Animal('Ada').child().nothing), 0, 'nothing ran');
  t.equal(typeof lazy.then, 'function');
  const [first, second] = await Promise.all([lazy, lazy]);
  t.equal(first, second, 'two waited for one run');
  t.equal(await callsOf(worker, () => lazy), 0, 'and it is there now');
  t.equal(await callsOf(worker, async () => t.equal(await lazy.legs, 4)), 1);
  const counter = await py.builtins.iter([1, 2, 3]);
  const next = py.builtins.next(counter);
  t.same([await next, await next, await py.builtins.next(counter)], [1, 1, 2]);
  t.same(
    await Promise.all([next.bit_length(), py.builtins.max(next, 9)]),
    [1, 9],
    'what it gave goes on by value',
  );
  const late = zoo.slowly('abc').upper;
  await t.rejects(
    Promise.resolve(late),
    { message: /^AttributeError: / },
    'a coroutine in the middle is none',
  );
  t.equal(await py.await(zoo.slowly('abc')).upper(), 'ABC');
  t.equal(await py.builtins.len(py.await(zoo.slowly('abcd'))), 4, 'also as an argument');
});

t.test('what was awaited is a value, or a proxy that is no promise', async (t) => {
  const { py } = await startExplorer(t);
  const plain = { None: null, True: true, '7': 7, '2.5': 2.5, "'é'": 'é', '2**70': 2n ** 70n };
  for (const [code, value] of Object.entries(plain)) t.same(await py.eval(code), value, code);
  t.ok(Object.is(await py.eval('-0.0'), -0));
  t.ok(Number.isNaN(await py.eval('float("nan")')));
  t.equal(await py.eval('"\\0 \\ud800"'), '\0 \ud800');
  const zoo = await py.import('zoo');
  t.equal(zoo.then, undefined, 'so that it can be returned and awaited');
  const passed = await (async () => zoo)();
  t.equal(passed, zoo);
  t.equal(await py.get(zoo.Animal, 'then'), 'an attribute that promises have, too');
  t.match(inspect(zoo), /^<module 'zoo' from/);
  t.equal(inspect(zoo.Animal('Ada')), '[Python expression, not awaited]');
  t.equal(inspect({ a: await zoo.Animal('Ada') }), '{ a: <Animal Ada> }');
  t.match(
    inspect(await py.eval('type("Broken", (), {"__repr__": lambda self: 1 / 0})()')),
    '[Python object]',
  );
});

t.test('attributes, items and operators can be had, set and deleted', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const ada = await zoo.Animal('Ada', kwargs({ legs: 2 }));
  t.equal(await ada.legs, 2);
  await py.set(ada, 'legs', 3);
  t.equal(await ada.legs, 3);
  await py.delete(ada, 'legs');
  t.equal(await py.has(ada, 'legs'), false);
  t.equal(await py.has(ada, 'name'), true);
  await py.setItem(ada, 'colour', ['red', ada]);
  t.equal(await py.item(ada, 'colour')[1].name, 'Ada');
  await py.deleteItem(ada, 'colour');
  await t.rejects(Promise.resolve(py.item(ada, 'colour')), { message: /^KeyError: / });
  const both = await py.op('add', await zoo.Animal('a'), zoo.Animal('b'));
  t.equal(await both.name, 'a+b');
  t.equal(await py.op('eq', both, zoo.Animal('a+b')), true);
  t.equal(await py.op('neg', 5), -5);
  t.equal(await py.op('matmul', py.import('numpy').ones(3), [1, 2, 3]), 6);
  t.equal(await py.op('is_', both, both), true);
  await t.rejects(Promise.resolve(py.op('attrgetter2', both)), { code: 'RS_VALIDATION' });
  t.equal(await both.greet('Bob', kwargs({ loud: true })), 'A+B GREETS BOB');
  t.equal(await new zoo.Animal('made').name, 'made');
  t.ok((await py.dir(both)).includes('greet'));
  t.same([await py.str(both), await py.repr('x')], ['<Animal a+b>', "'x'"]);
  t.equal(await py.isinstance(both, zoo.Animal), true);
  t.equal(await py.isinstance(5, zoo.Animal), false);
  t.throws(() => Object.assign(both as object, { legs: 1 }), /py\.set\(/);
  t.throws(() => Reflect.deleteProperty(both, 'legs'), /py\.delete\(/);
  t.throws(() => 'legs' in both, /py\.has\(/);
  t.throws(() => `${both}`, /py\.str\(/);
});

t.test('blocking, each use is answered at once', async (t) => {
  const { py } = await startExplorer(t);
  const { sync } = py;
  const zoo = sync.import('zoo');
  const ada = new zoo.Animal('Ada', kwargs({ legs: 2 }));
  t.same([ada.name, ada.legs, ada.greet('Bob')], ['Ada', 2, 'Ada greets Bob']);
  ada.legs = 8;
  ada[0] = 'an item';
  t.same([ada.legs, ada[0], 'legs' in ada, 'wings' in ada], [8, 'an item', true, false]);
  delete ada[0];
  t.throws(() => ada[0], { message: /^KeyError: / });
  t.equal(`${ada}`, '<Animal Ada>');
  t.equal(ada.then, undefined);
  t.equal(inspect(ada), '<Animal Ada>');
  t.equal(sync.op('add', ada, ada.child()).name, 'Ada+child of Ada');
  delete ada.legs;
  t.equal(sync.has(ada, 'legs'), false);
  t.equal(sync.of(py.import('numpy').linspace(0, 1, 5).sum()), 2.5, 'a chain, run at once');
  t.equal(await py.of(ada).name, 'Ada', 'the same object, asynchronously');
  t.equal(sync.of(await py.of(ada)).name, 'Ada');
  sync.exec('import asyncio, zoo\nasync def task(): return asyncio.create_task(zoo.slowly(5))');
  t.equal(sync.await(sync.eval('task')()), 5);
  t.equal(zoo.slowly('by itself'), 'by itself');
  t.same(sync.value(sync.eval('{"a": (1, 2)}')), { a: [1, 2] });
});
