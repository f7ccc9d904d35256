import { kwargs } from 'ringsnake';
import { Decimal, Float, FrozenSet, PlainDate, Tuple } from 'ringsnake/values';
import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('values go there and come back as what they are', async (t) => {
  const { py } = await startExplorer(t);
  const same = [
    ...[
      null,
      true,
      false,
      0,
      -1,
      2 ** 53 - 1,
      1.5,
      1e300,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ],
    ...['', 'é', '\0', 'a\ud800b', '\udc00', 'a😀'.repeat(100), 2n ** 63n, -(2n ** 70n), 2n ** 53n],
    ...[[], [1, [2, [3]]], {}, { a: { b: [null] } }, new Date(5), new Uint8Array([1, 2])],
    ...[
      new Set([1, 'a']),
      new FrozenSet([1]),
      new Map<unknown, unknown>([
        [1, 2],
        ['b', []],
      ]),
    ],
    ...[new Decimal('1.50'), new PlainDate(2024, 2, 29), new URL('http://a/b')],
    ...[new Float64Array([1, -0]), new Int16Array([1]), new BigInt64Array([5n])],
  ];
  const identity = await py.eval('lambda value: value');
  for (const value of same) t.strictSame(await py.value(identity(value)), value);
  for (const value of same) t.strictSame(py.sync.value(py.sync.of(identity)(value)), value);
  t.equal(await identity(undefined), null, 'None is what Python has for undefined');
  t.same(await py.value(identity([undefined, { a: undefined }])), [null, { a: null }]);
});

t.test('Python gets its own kinds', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const kinds: readonly (readonly [unknown, string])[] = [
    ...([
      [5, 'int'],
      [5.5, 'float'],
      [new Float(5), 'float'],
      [5n, 'int'],
      ['a', 'str'],
    ] as const),
    ...([
      [[1], 'list'],
      [py.tuple(1), 'tuple'],
      [Tuple.of(), 'tuple'],
      [{ a: 1 }, 'dict'],
    ] as const),
    ...([
      [new Set([1]), 'set'],
      [new Uint8Array(1), 'bytes'],
      [new Date(), 'datetime'],
    ] as const),
    ...([
      [new Float32Array(1), 'memoryview'],
      [py.slice(1), 'slice'],
      [null, 'NoneType'],
    ] as const),
    ...([
      [[zoo], 'list'],
      [{ zoo }, 'dict'],
      [py.tuple(zoo), 'tuple'],
      [new Set([zoo]), 'set'],
    ] as const),
    ...([
      [new Map([[zoo, 1]]), 'dict'],
      [zoo.Animal('Ada'), 'Animal'],
      [zoo, 'module'],
    ] as const),
  ];
  for (const [value, kind] of kinds) t.equal(await zoo.kind_of(value), kind);
  const ada = await zoo.Animal('Ada');
  t.equal(await zoo.same(ada, ada), true, 'an object that comes home is itself');
  t.equal(await py.op('is_', await py.item([1, [ada]], 1)[0], ada), true);
  t.equal(await zoo.Animal(...['x'], kwargs({ legs: ada.legs })).legs, 4, 'in keywords, too');
});

t.test('a copy by value goes all the way down', async (t) => {
  const { py } = await startExplorer(t);
  const value = (code: string): Promise<unknown> => py.value(py.eval(code));
  await py.exec('import datetime, decimal, uuid, array, enum, zoo, numpy');
  t.strictSame(await value('{"a": [1, (2, None)], "b": {3, 4}}'), {
    a: [1, [2, null]],
    b: new Set([3, 4]),
  });
  t.strictSame(
    await value('{1: "a", (2, 3): "b"}'),
    new Map<unknown, unknown>([
      [1, 'a'],
      [[2, 3], 'b'],
    ]),
  );
  t.strictSame(await value('datetime.date(2024, 2, 29)'), new PlainDate(2024, 2, 29));
  t.strictSame(await value('decimal.Decimal("1.10")'), new Decimal('1.10'));
  t.strictSame(await value('[b"\\0\\xff", bytearray(2)]'), [
    new Uint8Array([0, 255]),
    new Uint8Array(2),
  ]);
  t.strictSame(await value('array.array("h", [1, 2])'), new Int16Array([1, 2]));
  t.strictSame(await value('zoo.Point(1, 2.5)'), { x: 1, y: 2.5 });
  t.strictSame(await value('[float("inf"), -0.0, 2**70, "\\ud800"]'), [
    Number.POSITIVE_INFINITY,
    -0,
    2n ** 70n,
    '\ud800',
  ]);
  t.equal(await value('numpy.float32(0.5)'), 0.5);
  t.strictSame(await value('numpy.array([[1, 2]], numpy.uint8).tobytes()'), new Uint8Array([1, 2]));
});

t.test('what has no form in JavaScript is refused with its place', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec('import zoo');
  for (const [code, path] of [
    ['zoo.cycle', 'value()[0]'],
    ['[1, {"a": object()}]', 'value()[1].a'],
    ['zoo.Animal', 'value()'],
    ['(i for i in [])', 'value()'],
    ['{"z": [1j]}', 'value().z[0]'],
    ['zoo', 'value()'],
  ] as const)
    await t.rejects(py.value(py.eval(code)), { code: 'RS_ENCODE', path }, code);
});

t.test(
  'what JavaScript cannot send is refused with its place, and nothing is called',
  async (t) => {
    const { worker, py } = await startExplorer(t);
    const seen = await py.builtins.list();
    const cycle: unknown[] = [];
    cycle.push([cycle]);
    class Own {
      x = 1;
    }
    const around = [seen];
    for (const [given, path] of [
      [[Symbol('s')], 'append(arguments[0][0])'],
      [{ a: [Symbol('s')] }, 'append(arguments[0].a[0])'],
      [cycle, /^append\(arguments\[0\]/],
      [Promise.resolve(), 'append(arguments[0])'],
      [[kwargs({})], 'append(arguments[0][0])'],
      [new Own(), 'append(arguments[0])'],
      [[1, new WeakMap()], 'append(arguments[0][1])'],
      [[{ b: [/a/] }], 'append(arguments[0][0].b[0])'],
      [{ seen, b: [seen, new Own()] }, 'append(arguments[0].b[1])'],
      [
        new Map([
          ['a', around],
          ['b', new Own() as never],
        ]),
        'append(arguments[0].b)',
      ],
      [new Date(Number.NaN), 'append(arguments[0])'],
    ] as const) {
      await t.rejects(Promise.resolve(seen.append(given)), { code: 'RS_ENCODE', path });
      t.throws(() => py.sync.of(seen).append(given), { code: 'RS_ENCODE' });
    }
    t.equal(await py.builtins.len(seen), 0);
    t.equal(worker.state, 'running');
  },
);

t.test('arrays cross in shared memory, and Python looks at them where they are', async (t) => {
  const { worker, py } = await startExplorer(t);
  const np = await py.import('numpy');
  const size = 200_000;
  const array = await py.value(np.arange(size, kwargs({ dtype: 'float64' })));
  t.ok(array instanceof Float64Array);
  t.equal(array.at(-1), size - 1);
  const inside = worker.statistics().ring;
  t.ok(inside, 'the ring says how it was');
  const own = worker.allocate(Float64Array, size).fill(2);
  const given = await np.asarray(own);
  t.equal(own.length, 0, "it is Python's now, and was not copied");
  t.equal(await given.sum(), 2 * size);
  t.equal(await given.flags.owndata, false, 'nor was it there');
  t.equal(await np.dot(new Float64Array([1, 2]), new Float64Array([3, 4])), 11);
  const matrix = await py.value(np.ones([2, 3], kwargs({ dtype: 'float32' })));
  t.same([matrix.shape, matrix.dtype], [[2, 3], 'float32']);
  t.equal(await np.asarray(matrix).sum(), 6);
});

t.test('numbers of numpy are numbers; what Python cannot hold stays an object', async (t) => {
  const { py } = await startExplorer(t);
  const np = await py.import('numpy');
  for (const [kind, value] of [
    ['int8', -5],
    ['uint64', 2n ** 64n - 1n],
    ['float16', 0.5],
  ] as const)
    t.equal(await np[kind](value), value, kind);
  t.equal(await np.bool_(1), true);
  t.equal(await py.builtins.str(await np.longdouble(2)), '2.0');
  t.equal(await py.builtins.str(await np.complex64(2)), '(2+0j)');
  t.equal(await np.float64(2).dtype.name, 'float64', "in the middle of a chain it is numpy's");
  await py.exec('import enum\nclass Colour(enum.IntEnum):\n  RED = 1');
  t.equal(await py.eval('Colour.RED').name, 'RED', 'subclasses stay objects');
});
