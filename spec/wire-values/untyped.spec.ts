import { runInNewContext } from 'node:vm';
import t from 'tap';
import { decode, encode } from '../../lib/wire/value.js';

t.test('an object with a member __proto__ keeps it, and its prototype', async (t) => {
  const sent: object = JSON.parse('{"__proto__": {"polluted": 1}, "a": 2}');
  const received = decode(encode(sent)) as Record<string, unknown>;
  t.same(Object.keys(received), ['__proto__', 'a']);
  t.equal(Object.getPrototypeOf(received), Object.prototype);
  t.equal(received.polluted, undefined);
  t.equal(({} as Record<string, unknown>).polluted, undefined);
});

const cycle: unknown[] = [];
cycle.push({ back: cycle });
let deep: unknown = [];
for (let i = 0; i < 128; i++) deep = [deep];

const refused: [string, unknown, string, RegExp][] = [
  [
    'a function',
    { config: { items: [1, 2, 3, () => 1] } },
    '.config.items[3]',
    /a function cannot cross/,
  ],
  ['a symbol', [Symbol('s')], '[0]', /a symbol cannot cross/],
  ['a cycle', cycle, '[0].back', /contains itself cannot cross without `identity`/],
  ['what is nested too deeply', deep, '[0]'.repeat(128), /nested deeper than 128/],
  ['an invalid Date', { 'odd key': new Date(NaN) }, '["odd key"]', /an invalid Date cannot cross/],
  ['a regular expression', [/a/], '[0]', /a RegExp cannot cross/],
  ['a promise', { p: Promise.resolve() }, '.p', /a Promise cannot cross: await it/],
  ['a weak map', [new WeakMap()], '[0]', /an instance of WeakMap cannot cross/],
  ['an instance', [new (class Point {})()], '[0]', /an instance of Point cannot cross: register/],
  ['a shared buffer', [new SharedArrayBuffer(1)], '[0]', /a SharedArrayBuffer cannot cross/],
  ['a function in a Map', [new Map([['a', () => 1]])], '[0].get("a")', /a function cannot cross/],
  ['a key of a Map', [new Map([[() => 1, 2]])], '[0].keys()[0]', /a function cannot cross/],
  ['a value of an object', new Map([[{}, Symbol('s')]]), '.values()[0]', /a symbol cannot cross/],
  ['an item of a Set', { s: new Set([1, () => 1]) }, '.s.values()[1]', /a function cannot cross/],
  ['a cause', [new Error('a', { cause: () => 1 })], '[0].cause', /a function cannot cross/],
  [
    'an error of a group',
    new AggregateError([{ a: () => 1 }], 'all'),
    '.errors[0].a',
    /a function cannot cross/,
  ],
  [
    'an integer of 4,097 bytes',
    [2n ** 32767n],
    '[0]',
    /4097 bytes cannot cross: the limit is 4096/,
  ],
  ['a boxed number', [new Number(1)], '[0]', /an instance of Number cannot cross/],
];

for (const [what, value, path, message] of refused) {
  t.test(`${what} is an EncodeError that names the place`, async (t) => {
    t.throws(() => encode(value), { code: 'RS_ENCODE', path, message });
  });
}

t.test('the same object twice is no cycle: it is copied', async (t) => {
  const shared = { a: 1 };
  t.same(decode(encode([shared, shared])), [{ a: 1 }, { a: 1 }]);
});

t.test('what can be told apart arrives as it was', async (t) => {
  const values = [0, -0, NaN, 2 ** 53, 2n ** 53n, null, undefined, '', [], {}];
  const received = decode(encode(values)) as unknown[];
  for (const [i, value] of values.entries()) {
    if (typeof value === 'object') t.same(received[i], value);
    else t.ok(Object.is(received[i], value), String(value));
  }
});

t.test('a bigint that is a safe integer stays a bigint', async (t) => {
  t.equal(decode(encode(5n)), 5n);
  t.equal(decode(encode(-(2n ** 53n) + 1n)), -(2n ** 53n) + 1n);
});

t.test('holes are undefined, and members that are undefined stay', async (t) => {
  // biome-ignore lint/suspicious/noSparseArray: the subject.
  t.strictSame(decode(encode([1, , 2])), [1, undefined, 2]);
  t.strictSame(Object.keys(decode(encode({ a: undefined })) as object), ['a']);
});

t.test('objects of another realm are plain objects too', async (t) => {
  const value: unknown = runInNewContext('({ a: [1, new Uint8Array([7]), Object.create(null)] })');
  t.strictSame(decode(encode(value)), { a: [1, new Uint8Array([7]), {}] });
});

t.test('an accessor may encode meanwhile', async (t) => {
  const value = {
    a: 'first',
    get b() {
      return encode(['inner', 1.5]).length;
    },
    c: 'last',
  };
  t.strictSame(decode(encode(value)), { a: 'first', b: 16, c: 'last' });
});

t.test('encode works on after a failure', async (t) => {
  t.throws(() => encode({ a: ['long enough to be somewhere', () => 1] }));
  t.strictSame(decode(encode([1])), [1]);
});

t.test('malformed input costs time in proportion to its length', async (t) => {
  // 1 MiB of heads that each claim all the rest: without the budget this would make 2^40 elements.
  const bomb = new Uint8Array(2 ** 20);
  const view = new DataView(bomb.buffer);
  for (let at = 0; at + 5 <= bomb.length; at += 5) {
    bomb[at] = 0xdd;
    view.setUint32(at + 1, bomb.length >> 1);
  }
  t.throws(() => decode(bomb), { message: /more elements than the message has bytes/ });
});
