/** A row of spec/wire/value.md §1 each: what crosses arrives as it was, by type and by value, and is written alike again. */
import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import {
  Decimal,
  decode,
  encode,
  Float,
  FrozenSet,
  NdArray,
  PlainDate,
  PlainDateTime,
  PlainTime,
  RemoteError,
  TimeDelta,
  Timestamp,
  Tuple,
  Uuid,
  ZonedDateTime,
} from '../../lib/values.js';

function crossed<T>(value: T): T {
  return decode(encode(value)) as T;
}

const long = 'x'.repeat(30);
const kept: [string, unknown[]][] = [
  ['null and undefined are two', [null, undefined]],
  ['booleans are no numbers', [true, false, 1, 0]],
  ['-0, NaN and the infinities stay', [-0, 0, NaN, Infinity, -Infinity]],
  ['integers up to 2^53 stay numbers', [2 ** 32, 1700373084244, 2 ** 53 - 1, 1 - 2 ** 53]],
  ['floats keep each bit', [0.1, 5e-324, 1.7976931348623157e308, 2 ** 53, 1e21]],
  [
    'a bigint is a bigint at any size',
    [0n, 5n, -(2n ** 53n), 2n ** 63n, 2n ** 64n, -(2n ** 9000n)],
  ],
  ['strings keep every character', ['', 'a', 'é', '日本', '🐍', '\0', '\ufeffa', `${long}\n`]],
  [
    'long strings that are no ASCII do, too',
    [`${long}é`, `${long}日`, '🐍'.repeat(30), 'é'.repeat(300)],
  ],
  ['lone surrogates stay', ['\ud800', 'a\udfffb', `${long}\ud83d`, '\udc0d\ud83d']],
  ['bytes stay bytes', [new Uint8Array(), new Uint8Array([0, 255]), new Uint8Array(70_000)]],
  [
    'a Date keeps its millisecond',
    [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15)],
  ],
  [
    'a Timestamp keeps its nanosecond and its reach',
    [new Timestamp(1, 1), new Timestamp(-1, 999_999_999), new Timestamp(2n ** 63n - 1n)],
  ],
  [
    'a ZonedDateTime keeps offset, fold and zone',
    [
      new ZonedDateTime({ microseconds: 1n, offset: 3600 }),
      new ZonedDateTime({ microseconds: -1n, offset: -1, fold: 1, zone: 'Europe/Zürich' }),
    ],
  ],
  [
    'dates and times without a zone stay without',
    [
      new PlainDateTime({ year: 2024, month: 2, day: 29, hour: 23, microsecond: 1, fold: 1 }),
      new PlainDate(1, 1, 1),
      new PlainDate(9999, 12, 31),
      new PlainTime({ hour: 23, minute: 59, second: 59, microsecond: 999_999 }),
      new PlainTime({ offset: 0 }),
      new PlainTime({ offset: -3600, fold: 1 }),
    ],
  ],
  ['a TimeDelta keeps its sign', [new TimeDelta({ days: -1, microseconds: 1 }), new TimeDelta({})]],
  [
    'a Decimal keeps its zeros',
    ['1.50', '-0', '0E-7', '1E+5', 'NaN', 'sNaN7', '-Infinity'].map((x) => new Decimal(x)),
  ],
  ['a Uuid stays', [new Uuid('c9a646d3-9c61-4cb7-bfcd-ee2522c8f633')]],
  ['a URL stays', [new URL('https://user@example.com:8080/a%20b?q=é#f')]],
  [
    'every typed array stays',
    [
      Float64Array.of(1.5, NaN, -0),
      Float32Array.of(1.5),
      Int8Array.of(-1),
      Int16Array.of(-1),
      Uint16Array.of(65535),
      Int32Array.of(-1),
      Uint32Array.of(4294967295),
      BigInt64Array.of(-1n),
      BigUint64Array.of(2n ** 64n - 1n),
      Uint8ClampedArray.of(255),
      new Float32Array(),
    ],
  ],
  [
    'an NdArray keeps dtype, shape and order',
    [
      new NdArray({ dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x7e00) }),
      new NdArray({ dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 2) }),
      new NdArray({ dtype: 'bool', shape: [], data: Uint8Array.of(1) }),
      new NdArray({ dtype: 'float64', shape: [2, 1], data: Float64Array.of(1, 2), order: 'F' }),
      new NdArray({ dtype: 'complex64', shape: [1, 1, 1], data: Float32Array.of(1, 2) }),
      new NdArray({ dtype: 'int64', shape: [0, 7], data: new BigInt64Array() }),
    ],
  ],
  ['arrays and objects nest', [[], {}, [[]], { a: { b: [{}] } }, [[], [[]]]]],
  ['members that are undefined stay', [{ a: undefined, b: null }, [undefined, null]]],
  ['keys are any strings', [{ '': 1, é: 2, '\ud800': 3, [`${long}日`]: 4, constructor: 5 }]],
  [
    'a Map keeps the types of its keys, and their order',
    [
      new Map<unknown, unknown>([
        [1, 'a'],
        ['1', 'b'],
        [null, 'c'],
        [undefined, 0],
        [NaN, 1],
        [1n, 2],
        [{}, 3],
      ]),
    ],
  ],
  ['a Map of strings is no object', [new Map([['a', 1]]), new Map(), new Map([['__proto__', 1]])]],
  ['a Set keeps its order', [new Set([3, 'a', 1, null, [1], new Set()]), new Set()]],
  ['a FrozenSet stays frozen', [new FrozenSet([3, 1]), new FrozenSet()]],
  ['a Tuple stays a Tuple', [new Tuple([1, [2], new Tuple()]), new Tuple()]],
];

for (const [sentence, values] of kept) {
  t.test(sentence, async (t) => {
    for (const value of [...values, values, { inside: values }]) {
      const bytes = encode(value);
      const received = decode(bytes);
      t.ok(isDeepStrictEqual(received, value), `${sentence}: ${describe(value)}`);
      t.same(encode(received), bytes, 'it is written alike again');
    }
  });
}

function describe(value: unknown): string {
  return Array.isArray(value)
    ? 'all'
    : String(typeof value === 'object' ? value?.constructor.name : typeof value);
}

t.test('what has no type of its own arrives as the nearest', async (t) => {
  const cases: [unknown, unknown][] = [
    [new Float(1), 1],
    [Buffer.from([1, 2]), new Uint8Array([1, 2])],
    [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2])],
    [new DataView(new Uint8Array([0, 1, 2]).buffer, 1), new Uint8Array([1, 2])],
    [Object.assign([1], { 2: 2 }), [1, undefined, 2]],
    [Object.create(null, { a: { value: 1, enumerable: true } }), { a: 1 }],
    [Object.assign(Object.create(null), { [Symbol('s')]: 1, b: 2 }), { b: 2 }],
    [
      runInNewContext('[new Map([[1, new Set([new Date(5)])]]), new Uint16Array([7]), {a: 1}]'),
      [new Map([[1, new Set([new Date(5)])]]), Uint16Array.of(7), { a: 1 }],
    ],
    [new (class Special extends Map<number, number> {})([[1, 2]]), new Map([[1, 2]])],
    [Int16Array.of(0, 1, 2, 0).subarray(1, 3), Int16Array.of(1, 2)],
  ];
  for (const [sent, received] of cases)
    t.ok(isDeepStrictEqual(crossed(sent), received), String(received));
});

t.test('a Float crosses as a float', async (t) => {
  t.same(Buffer.from(encode(new Float(1))).toString('hex'), 'cb3ff0000000000000');
  t.same(Buffer.from(encode(1)).toString('hex'), '01');
});

t.test("an error keeps class, message, stack, cause, code and a group's errors", async (t) => {
  const cause = Object.assign(new RangeError('inner'), { code: 'E_INNER' });
  const group = new AggregateError([new TypeError('a'), 'b'], 'all', { cause });
  const received = crossed(group);
  t.equal(Object.getPrototypeOf(received), AggregateError.prototype);
  t.equal(received.message, 'all');
  t.equal(received.stack, group.stack);
  t.same(Object.keys(received), [], 'as with an error made here');
  t.ok(received.errors[0] instanceof TypeError);
  t.equal(received.errors[1], 'b');
  const inner = received.cause as RangeError & { code: string };
  t.ok(inner instanceof RangeError);
  t.equal(inner.code, 'E_INNER');
  t.equal('cause' in inner, false);
  t.same(encode(received), encode(group));
});

t.test('an error of another class is a RemoteError that keeps its name', async (t) => {
  class Overdrawn extends Error {}
  const sent = new Overdrawn('by 5', { cause: { account: 7 } });
  const received: unknown = crossed(sent);
  if (!(received instanceof RemoteError)) throw new Error('no RemoteError');
  t.match(received, {
    type: 'Overdrawn',
    remoteMessage: 'by 5',
    code: 'RS_REMOTE',
    cause: { account: 7 },
  });
  t.equal(received.traceback, sent.stack);
  t.equal(received.notes, null);
  t.same(encode(received), encode(sent));
});

t.test('an error from Python keeps its notes', async (t) => {
  const details = {
    type: 'ValueError',
    message: 'no',
    traceback: null,
    notes: ['a note'],
    code: 7,
  };
  const received = crossed(new RemoteError(details));
  t.match(received, { type: 'ValueError', notes: ['a note'], remoteCode: 7, hasTraceback: false });
  t.same(received.message, 'ValueError: no');
});

const cycle: Record<string, unknown> = { name: 'a' };
cycle['self'] = [new Map([['me', cycle]])];

t.test('shared objects and cycles are kept when asked for', async (t) => {
  const point = { x: 1 };
  const sent = { first: point, second: [point], set: new Set([point]), cycle };
  const received = decode(encode(sent, { identity: true })) as typeof sent;
  t.equal(received.first, received.second[0]);
  t.ok(received.set.has(received.first));
  const around = received.cycle['self'] as [Map<string, unknown>];
  t.equal(around[0].get('me'), received.cycle);
  t.same(encode(received, { identity: true }), encode(sent, { identity: true }));
});

t.test('without sharing, asking for identity changes no byte', async (t) => {
  const value = { a: [1, new Map([[1, { b: new Set() }]])], date: new Date(0) };
  t.same(encode(value, { identity: true }), encode(value));
});

t.test(
  'by default a shared object arrives as two, and a cycle is an error with its path',
  async (t) => {
    const point = { x: 1 };
    const [a, b] = crossed([point, point]);
    t.not(a, b);
    t.throws(() => encode({ cycle }), { code: 'RS_ENCODE', path: '.cycle.self[0].get("me")' });
  },
);

t.test('a cycle through what is whole only at its end is an error', async (t) => {
  const error = new Error('own');
  error.cause = [error];
  const set = new Set<unknown>();
  set.add({ set });
  t.throws(() => encode(error, { identity: true }), { code: 'RS_ENCODE', path: '.cause[0]' });
  t.throws(() => encode([set], { identity: true }), {
    code: 'RS_ENCODE',
    path: '[0].values()[0].set',
  });
});

t.test('-0 is no key of a Set or a Map: nothing would keep its sign', async (t) => {
  const negativeZero = 'cb8000000000000000';
  t.throws(() => decode(Buffer.from(`c70b040091${negativeZero}`, 'hex')), {
    message: 'byte 0: an item of a set cannot be -0',
  });
  t.throws(() => decode(Buffer.from(`c70b0581${negativeZero}01`, 'hex')), {
    message: 'byte 0: a key of a map cannot be -0',
  });
});

t.test('what arrives shares no memory with the message', async (t) => {
  const bytes = encode([new Uint8Array([1]), Float32Array.of(1), 'x'.repeat(40), new URL('a:b')]);
  const received = decode(bytes);
  bytes.fill(0);
  t.ok(
    isDeepStrictEqual(received, [
      new Uint8Array([1]),
      Float32Array.of(1),
      'x'.repeat(40),
      new URL('a:b'),
    ]),
  );
});
