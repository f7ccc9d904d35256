/** Each construct of the mapping table, through both real runtimes: implemented in Python and called from TypeScript, and the reverse. */
import { join } from 'node:path';
import { spawn, type Worker } from 'ringsnake';
import { NdArray } from 'ringsnake/values';
import t from 'tap';
import { ConstructsClient, ConstructsServer } from '../support/constructs/constructs.gen.js';
import {
  Color,
  type Constructs,
  Level,
  Mixed,
  type Shape,
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
  ['floats', new Float32Array([1.5, -0])],
  ['longs', new BigInt64Array([-(2n ** 63n), 1n])],
  ['shorts', new Int16Array([-1, 2])],
  ['matrix', matrix],
  ['either', 'a', 1.5],
  ['texts', 'a', [], ['a', 'b']],
  ['undefinable', undefined, 'a', ''],
  ['gaps', [1, undefined, null, -0]],
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
