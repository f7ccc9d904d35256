/** Each construct of the mapping table, through both real runtimes: implemented in Python and called from TypeScript, and the reverse. */
import { join } from 'node:path';
import { spawn, type Worker } from 'ringsnake';
import { NdArray } from 'ringsnake/values';
import t from 'tap';
import { ConstructsClient, ConstructsServer } from '../support/constructs/constructs.gen.js';
import {
  Color,
  type Constructs,
  Grade,
  Level,
  Mixed,
  type Shape,
  Size,
  type User,
  type UserId,
} from '../support/constructs/constructs.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

type Method = keyof Constructs;

const circle: Shape = { kind: 'circle', radius: 2 };
const shapes: Shape[] = [
  circle,
  { kind: 'square', side: 1.5 },
  { kind: 'square', side: 1, label: '' },
  { kind: 'layer', members: [circle, { kind: 'group', members: [] }] },
];
const user: User = {
  id: 'u1' as UserId,
  name: 'Ada',
  born: new Date('1815-12-10T00:00:00.123Z'),
  home: new URL('https://example.org/a?b=c#d'),
  tags: new Set(['x', 'y']),
  scores: new Map([
    ['a', 1],
    ['b', -0.5],
  ]),
  address: { street: 'High' },
};
const matrix = new NdArray({
  dtype: 'float64',
  shape: [2, 2],
  data: new Float64Array([1, 2, 3, Number.NaN]),
});

/** Values that come back as they went. */
const CASES: readonly (readonly [Method, ...unknown[]])[] = [
  ['color', Color.Red, Color.Blue],
  ['level', Level.Low, Level.High],
  ['mixed', Mixed.Zero, Mixed.Name],
  ['warm', Color.Red],
  ['userId', 'u', ''],
  ['cents', 0, -5, 2 ** 53 - 1],
  ['pixels', '1px', '-0.5px', '1e3px'],
  ['route', '/x/a', '///b'],
  ['shape', ...shapes],
  ['shapes', [], shapes],
  ['maybeShape', null, circle],
  ['contact', { address: 'here' }, { address: 'here', copies: 2 }, { number: '1' }],
  [
    'json',
    null,
    'text',
    1.5,
    true,
    false,
    [],
    {},
    [1, [null, { a: [{}] }]],
    { '': null, a: { b: 'c' } },
  ],
  ['pair', ['a', 1]],
  ['range', [1], [1, 2]],
  ['line', ['empty'], ['long', ['a', 1], ['b', 2]]],
  ['triple', [1, 'two', true]],
  ['users', { items: [] }, { items: [user, { ...user, born: null }], next: 'n' }],
  ['names', { items: ['a'], next: 'b' }, { items: [] }],
  ['user', user],
  ['patch', {}, { name: 'n' }, { born: null }, { name: 'n', born: new Date(0) }],
  ['userName', 'n'],
  ['flags', { read: true, write: false }],
  ['headers', { host: 'h' }, { host: 'h', 'x-y': 'z', '': 'empty', constructor: 'c' }],
  ['secret', { secret: 1 }, { secret: 1, depth: 2 }],
  ['thing', { name: 'n' }],
  ['things', [], [{ name: 'n' }]],
  ['date', new Date(0), new Date(-1), new Date('2026-02-03T04:05:06.789Z')],
  ['url', new URL('file:///a%20b')],
  ['regExp', /a+(?<n>b)\k<n>/i, /^x$/m, /./s],
  ['set', new Set(), new Set([1, -2.5, Number.POSITIVE_INFINITY])],
  ['frozen', new Set(['a'])],
  [
    'map',
    new Map(),
    new Map([
      [1, ['a']],
      [2.5, []],
    ]),
  ],
  ['dict', {}, { a: 1, 'b c': -2, toString: 3 }],
  ['numbered', {}, { 1: 'a', 20: 'b' }],
  ['anything', null, 'a', 1, 1.5, 2n ** 70n, [1, { a: undefined }], new Map([[1, 2]]), new Date(1)],
  ['whatever', { deep: [new Set([1])] }],
  ['object', {}, { a: 1 }],
  ['bytes', new Uint8Array([1, 2, 255])],
  ['buffer', new ArrayBuffer(0), new Uint8Array([1, 2, 255]).buffer],
  ['view', new DataView(new ArrayBuffer(3)), new DataView(new Uint8Array([1, 2, 255]).buffer, 1)],
  ['memory', null, new ArrayBuffer(2)],
  ['floats', new Float32Array([1.5, -0])],
  ['longs', new BigInt64Array([-(2n ** 63n), 1n])],
  ['shorts', new Int16Array([-1, 2])],
  ['matrix', matrix],
  ['either', 'a', 1.5],
  ['texts', 'a', [], ['a', 'b']],
  ['undefinable', undefined, 'a', ''],
  ['gaps', [1, undefined, null, -0]],
  ['size', Size.Small, Size.Large, 'huge', ''],
  ['grade', Grade.Low, Grade.High, 5, -(2 ** 53 - 1)],
  ['mood', 'glad', 'sad', 'puzzled', '\u{1f600}\ud800'],
  ['maybeMood', null, 'glad', 'puzzled'],
  ['half', 0.5, 'whole', 'third', 0.25, 3, Number.NaN],
  ['known', 'a', 'c'],
  [
    'open',
    { side: 'left', moods: [] },
    { side: 'top', color: 'pink', moods: ['glad', 'puzzled'] },
    { side: 'right', color: Color.Red, moods: ['sad'] },
    { side: 'right', color: null, moods: [] },
  ],
  [
    'sizes',
    new Map([
      ['small', 'glad'],
      ['huge', 'puzzled'],
    ]),
  ],
  ['moodOr', 'glad', 'puzzled', new Date(1), 10, 11, null],
  [
    'happening',
    { kind: 'made', at: new Date(1) },
    { kind: 'turned', to: [1, 'a'], parts: { a: circle } },
    { kind: 'lost' },
    { kind: '', parts: [{ kind: 'made', at: null }, new Map([[1, 'a']])], at: new Date(2) },
  ],
  [
    'happenings',
    [null, { kind: 'lost', to: 'a' }, { kind: 'made', at: new Date(1), by: 'me' }],
    Array.from({ length: 50 }, (_, i) => ({
      kind: i % 2 === 0 ? 'lost' : 'found',
      by: 'x'.repeat(i),
    })),
  ],
  ['interval', [1], [1, undefined], [1, 2]],
  [
    'sparse',
    [1],
    [1, undefined],
    [1, 'a'],
    [1, undefined, undefined],
    [1, 'a', null],
    [1, undefined, 5],
  ],
  ['tagged', 'x', 'y', 1, 2, true, false],
  ['autoOr', 'auto', 'none', 0, Number.NaN],
];

const methods: Record<string, (value: unknown) => unknown> = {};
for (const [method] of CASES) methods[method] = (value) => value;

async function start(mode: string): Promise<{ worker: Worker; client: ConstructsClient }> {
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'constructs', 'constructs.py'),
    python: pythonCommand(),
    args: [mode],
    serves: [new ConstructsServer(methods as never)],
  });
  return { worker, client: worker.client(ConstructsClient) };
}

t.test('a method that returns nothing at once is a call whose end is awaited', async (t) => {
  const { worker, client } = await start('relay');
  t.teardown(() => worker.destroy());
  const told: unknown[] = [];
  methods['notify'] = (value) => void told.push(value);
  t.equal(await client.notify('a'), undefined);
  t.equal(client.sync.notify('b'), undefined);
  t.strictSame(told, ['a', 'b']);
});

/** Values that are not of their types, and what is said of them. */
const WRONG: readonly (readonly [Method, unknown, string])[] = [
  ['color', 'pink', 'color(value): expected "red", "green" or "blue", got string "pink"'],
  ['warm', 'blue', 'warm(value): expected "red" or "green", got string "blue"'],
  ['mixed', 1, 'mixed(value): expected 0 or "name", got number 1'],
  ['cents', 0.5, 'cents(value): expected integer, got number 0.5'],
  ['pixels', '1em', `pixels(value): expected \`\${number}px\`, got string "1em"`],
  [
    'shape',
    { kind: 'oval' },
    'shape(value.kind): expected "circle", "square", "group" or "layer", got string "oval"',
  ],
  ['shape', null, 'shape(value): expected Shape, got null'],
  [
    'shape',
    { kind: 'group', members: [{ kind: 'circle', radius: 'wide' }] },
    'shape(value.members[0].radius): expected number, got string "wide"',
  ],
  ['contact', { adress: 'x' }, 'contact(value.address): expected string, got undefined'],
  ['contact', { address: 5 }, 'contact(value.address): expected string, got number 5'],
  ['json', { a: [1n] }, 'json(value.a[0]): expected Json, got bigint 1'],
  ['pair', ['a'], 'pair(value): expected [left: string, right: number], got array of 1'],
  ['pair', ['a', 'b'], 'pair(value[1]): expected number, got string "b"'],
  [
    'line',
    ['a', ['b', 1], ['c']],
    'line(value[2]): expected [left: string, right: number], got array of 1',
  ],
  [
    'users',
    { items: [{ ...user, tags: ['x'] }] },
    'users(value.items[0].tags): expected Set, got array',
  ],
  [
    'users',
    { items: [{ ...user, address: {} }] },
    'users(value.items[0].address.street): expected string, got undefined',
  ],
  ['headers', { host: 'h', other: 1 }, 'headers(value.other): expected string, got number 1'],
  ['date', new Date(Number.NaN), 'date(value): expected Date, got an invalid Date'],
  ['date', 0, 'date(value): expected Date, got number 0'],
  ['url', 'https://x.org', 'url(value): expected URL, got string "https://x.org"'],
  ['set', [1], 'set(value): expected Set, got array'],
  ['map', new Map([[1, [2]]]), 'map(value.values()[0][0]): expected string, got number 2'],
  ['dict', new Map(), 'dict(value): expected object, got Map'],
  ['dict', { 'a b': '1' }, 'dict(value["a b"]): expected number, got string "1"'],
  ['buffer', new Uint8Array(1), 'buffer(value): expected ArrayBuffer, got bytes'],
  ['view', new ArrayBuffer(1), 'view(value): expected DataView, got ArrayBuffer'],
  ['size', 5, 'size(value): expected string, got number 5'],
  ['size', null, 'size(value): expected string, got null'],
  ['grade', 'high', 'grade(value): expected integer, got string "high"'],
  ['grade', 1.5, 'grade(value): expected integer, got number 1.5'],
  ['mood', {}, 'mood(value): expected string, got object'],
  ['half', true, 'half(value): expected string or number, got boolean true'],
  ['open', { side: 1, moods: [] }, 'open(value.side): expected string, got number 1'],
  ['open', { side: '', moods: ['', 2] }, 'open(value.moods[1]): expected string, got number 2'],
  ['happening', {}, 'happening(value.kind): expected string, got undefined'],
  ['happening', { kind: 5 }, 'happening(value.kind): expected string, got number 5'],
  ['happening', 'made', 'happening(value): expected Happening, got string "made"'],
  ['happening', { kind: 'made' }, 'happening(value.at): expected Date, got undefined'],
  [
    'happenings',
    [{ kind: 'lost' }, { kind: 'moved', to: ['x'], parts: { a: { kind: 'oval' } } }],
    'happenings(value[1].to[0]): expected integer, got string "x"',
  ],
  ['interval', [1, null], 'interval(value[1]): expected integer, got null'],
  ['interval', [undefined], 'interval(value[0]): expected integer, got undefined'],
  ['tagged', 1.5, 'tagged(value): expected string or integer or boolean, got number 1.5'],
  ['floats', new Float64Array(1), 'floats(value): expected Float32Array, got Float64Array'],
  [
    'matrix',
    new NdArray({ dtype: 'float64', shape: [1, 3], data: new Float64Array(3) }),
    'matrix(value): expected shape [n, 2], got [1, 3]',
  ],
  [
    'autoOr',
    'automatic',
    'autoOr(value): expected ("auto" | "none") | number, got string "automatic"',
  ],
];

t.test('what is not of its type is refused before it is sent, with its place', async (t) => {
  const { worker, client } = await start('echo');
  t.teardown(() => worker.destroy());
  for (const [method, value, message] of WRONG) {
    const call = client[method] as (value: unknown) => Promise<unknown>;
    await t.rejects(call.call(client, value), { name: 'ValidationError', message }, method);
  }
});

for (const mode of ['echo', 'relay', 'relay sync']) {
  t.test(`values of every construct come back as they went: ${mode}`, async (t) => {
    const { worker, client } = await start(mode);
    t.teardown(() => worker.destroy());
    for (const [method, ...values] of CASES) {
      for (const value of values) {
        const call = client[method] as (value: unknown) => Promise<unknown>;
        const sync = client.sync[method] as (value: unknown) => unknown;
        try {
          t.strictSame(await call.call(client, value), value, method);
          t.strictSame(sync.call(client.sync, value), value, `${method}, blocking`);
        } catch (error) {
          t.fail(`${method}: ${String(error)}`);
        }
      }
    }
  });
}
