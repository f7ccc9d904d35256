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
  ['a cycle', cycle, '[0].back', /contains itself/],
  ['what is nested too deeply', deep, '[0]'.repeat(128), /nested deeper than 128/],
  ['a Map', { m: new Map() }, '.m', /Object\.fromEntries/],
  ['a Set', [new Set()], '[0]', /send an array/],
  ['a Date', { 'odd key': new Date(0) }, '["odd key"]', /an instance of Date cannot cross/],
  ['an instance', [new (class Point {})()], '[0]', /an instance of Point cannot cross/],
  ['another typed array', [new Float32Array(1)], '[0]', /Float32Array cannot cross: send/],
  ['an ArrayBuffer', [new ArrayBuffer(1)], '[0]', /send a Uint8Array/],
  ['a lone surrogate', { s: 'a\ud800' }, '.s', /lone surrogate/],
  ['a lone surrogate in a long string', ['\udfff'.padStart(100)], '[0]', /lone surrogate/],
  ['a lone surrogate in a key', { '\ud800': 1 }, '["\\ud800"]', /lone surrogate/],
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

t.test('a bigint that is a safe integer arrives as a number', async (t) => {
  t.equal(decode(encode(5n)), 5);
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
