import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NdArray } from 'ringsnake/values';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { root } from '../support/root.js';
import { clientOf, serviceOf, startVersion, type Version, versions } from './versions.js';

await auditLeaks(t);

const OLD = `${readFileSync(join(root, 'spec/support/constructs/constructs.ts'), 'utf8')}
export interface Everything {
  date: Date;
  url: URL;
  re: RegExp;
  set: Set<number>;
  map: Map<number, string[]>;
  dict: Record<string, number>;
  numbered: Record<number, string>;
  bytes: Uint8Array;
  buffer: ArrayBuffer;
  view: DataView;
  floats: Float32Array;
  doubles: Float64Array;
  longs: BigInt64Array;
  matrix: NDArray<'f64', [number, 2]>;
  texts: string | string[];
  gaps: (number | undefined | null)[];
  big: bigint;
  any: unknown;
  color: Color;
  warm: Color.Red | Color.Green;
  route: Route;
  autoOr: 'auto' | 'none' | number;
  range: Range;
  line: Line;
  headers: Headers;
  whole: Int;
  real: number;
  shapes: Map<string, Shape>;
  byName: Record<string, Circle>;
}
export interface Wide {
  everything(value: Everything): Promise<Everything>;
}
`;

/** Each is found, and everything that it touches travels in another form. */
const CHANGES: readonly (readonly [string, string])[] = [
  ["  kind: 'circle';\n  radius: number;", "  added?: Int;\n  radius: number;\n  kind: 'circle';"],
  ['  side: number;\n  label?: string;', '  label?: string;\n  added?: Int;\n  side: number;'],
  ['  members: Shape[];', '  added?: Shape[];\n  members: Shape[];'],
  ['export type Shape = Circle | Square | Group;', 'export type Shape = Group | Circle | Square;'],
  ['  address: string;\n  copies?: Int;', '  copies?: Int;\n  added?: Int;\n  address: string;'],
  ['export type Contact = ByMail | ByPhone;', 'export type Contact = ByPhone | ByMail;'],
  ['export interface Everything {', 'export interface Everything {\n  added?: Int;'],
  ['export interface User {', 'export interface User {\n  added?: Date;'],
  ['    street: string;', '    added?: Int;\n    street: string;'],
  ["  Large = 'large',", "  Huge = 'huge',\n  Large = 'large',"],
  ["'glad' | 'sad'", "'sad' | 'calm' | 'glad'"],
  ['  at: Date;\n  by?: string;', '  by?: string;\n  added?: Int;\n  at: Date;'],
  [
    'export type Happening = Made | Moved;',
    `export type Happening = Lost | Moved | Made;
export interface Lost {
  where: Shape;
  kind: 'lost' | 'gone';
  since?: Date;
  also: (Happening | null)[];
  marks: Map<string, Circle>;
  note: string | Int | null | Lost;
  sides: [first: 'a' | 2 | Contact, ...rest: Line[]];
  more?: Headers;
  bytes?: Uint8Array;
}`,
  ],
  ["side: 'left' | 'right';", "side: 'up' | 'down';\n  added?: Int;"],
  ['  items: T[];', '  added?: T;\n  items: T[];'],
  ['  host: string;', '  host: string;\n'],
  ['interface Hidden {', 'interface Hidden {\n  added?: string;'],
  ['  export interface Thing {', '  export interface Thing {\n    added?: Thing;'],
  ['export interface Constructs {', 'export interface Constructs {\n  added(): Promise<string>;'],
];

const circle = { kind: 'circle', radius: 2 };
const shapes = [
  circle,
  { kind: 'square', side: 1.5 },
  { kind: 'square', side: 1, label: '' },
  { kind: 'layer', members: [circle, { kind: 'group', members: [] }] },
];
const user = {
  id: 'u1',
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

/** Only the newer version knows what it is. */
const lost = {
  kind: 'lost',
  where: { kind: 'layer', members: [circle, { kind: 'square', side: 1, label: '' }] },
  since: new Date(5),
  also: [
    null,
    { kind: 'made', at: new Date(2) },
    { kind: 'unheard', of: 1 },
    { kind: 'gone', where: circle, also: [], marks: new Map(), note: 'a', sides: [2] },
  ],
  marks: new Map([['m', circle]]),
  note: { kind: 'lost', where: circle, also: [], marks: new Map(), note: 7, sides: ['a'] },
  sides: [{ number: '1' }, ['long', ['a', 1]], ['empty']],
  more: { host: 'h', other: 'o' },
  bytes: new Uint8Array([1, 2]),
};

const everything = {
  date: new Date(-1),
  url: new URL('file:///a%20b'),
  re: /a+(?<n>b)\k<n>/i,
  set: new Set([1, -2.5, Number.POSITIVE_INFINITY]),
  map: new Map([[1, ['a']]]),
  dict: { a: 1, 'b c': -2, toString: 3, constructor: 4 },
  numbered: { 1: 'a', 20: 'b' },
  bytes: new Uint8Array(100_000).fill(7),
  buffer: new ArrayBuffer(40_000),
  view: new DataView(new ArrayBuffer(2)),
  floats: new Float32Array([1.5, -0]),
  doubles: new Float64Array(50_000).fill(0.5),
  longs: new BigInt64Array([-(2n ** 63n), 1n]),
  matrix: new NdArray({ dtype: 'float64', shape: [1, 2], data: new Float64Array([1, 2]) }),
  texts: ['a', 'long'.repeat(200), '\u{1f600}', '\ud800'],
  gaps: [1, undefined, null, -0],
  big: 2n ** 70n,
  any: [1, { a: undefined }, new Map([[1, 2]]), new Date(1), new Set(['x'])],
  color: 'blue',
  warm: 'green',
  route: '/x/a',
  autoOr: 0.5,
  range: [1],
  line: ['long', ['a', 1], ['b', 2]],
  headers: { host: 'h', 'x-y': 'z', '': 'empty' },
  whole: -5,
  real: 3,
  shapes: new Map([['s', shapes[3]]]),
  byName: { c: circle, ['__proto__x']: circle },
};

const CASES: readonly (readonly [string, ...unknown[]])[] = [
  ['color', 'red'],
  ['size', 'small', 'huge', 'tiny'],
  ['grade', 1, 5],
  ['mood', 'glad', 'calm', 'puzzled'],
  ['maybeMood', null, 'calm'],
  ['open', { side: 'left', moods: ['calm'] }, { side: 'down', color: 'pink', moods: [] }],
  [
    'happening',
    { kind: 'made', at: new Date(1), by: 'me' },
    { kind: 'turned', to: [1, 'a', 'b'], parts: { a: circle } },
    { kind: 'unheard', of: [{ kind: 'circle' }] },
    { kind: 'gone', where: circle, also: [], marks: new Map(), note: null, sides: ['a'] },
    lost,
  ],
  ['happenings', [null, lost, { kind: 'made', at: new Date(1) }, { kind: 'unheard' }]],
  ['moodOr', 'calm', 'glad', new Date(1), 7, null],
  ['shape', ...shapes],
  ['shapes', [], shapes],
  ['maybeShape', null, circle],
  ['contact', { address: 'here' }, { address: 'here', copies: 2 }, { number: '1' }],
  ['users', { items: [] }, { items: [user, { ...user, born: null }], next: 'n' }],
  ['names', { items: ['a'], next: 'b' }],
  ['user', user],
  ['secret', { secret: 1 }, { secret: 1, depth: 2 }],
  ['thing', { name: 'n' }],
  ['things', [], [{ name: 'n' }]],
  ['json', [1, [null, { a: [{}] }]]],
  ['bytes', new Uint8Array([1, 2, 255])],
];

const PYTHON = `
import ringsnake
from api_gen import ConstructsClient, ConstructsServer, WideClient, WideServer, constructs_definition

class Echo:
    added = staticmethod(lambda: "added")

def relayed(attribute):
    async def call(value):
        return await getattr(ringsnake.client(ConstructsClient), attribute)(value)
    return call

for method in constructs_definition.methods:
    if method.name != "added":
        setattr(Echo, method.attribute, staticmethod(MAKE(method.attribute)))

class WideEcho:
    async def everything(self, value):
        return await ringsnake.client(WideClient).everything(value) if RELAYS else value

ringsnake.serve(ConstructsServer(Echo()))
ringsnake.serve(WideServer(WideEcho()))
`;
const ECHO = PYTHON.replace('MAKE(method.attribute)', 'lambda value: value').replace(
  'RELAYS',
  'False',
);
const RELAY = PYTHON.replace('MAKE(method.attribute)', 'relayed(method.attribute)').replace(
  'RELAYS',
  'True',
);

function changed(): string {
  let text = OLD;
  for (const [from, to] of CHANGES) {
    if (!text.includes(from)) throw new Error(`constructs.ts has no ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

t.test('values of every construct come back as they went, through another schema', async (t) => {
  const made = await versions(t, { old: OLD, latest: changed() });
  const methods: Record<string, unknown> = { added: () => 'added' };
  for (const { name } of made.old.typescript['constructsDefinition']?.methods ?? [])
    methods[name] = (value: unknown) => value;
  const echo = async (t: Test, client: Version, server: Version, python: string) => {
    // Relayed: Python calls the host with the schema that it serves itself.
    const other = python === RELAY ? client : server;
    const host = python === RELAY ? server : client;
    const wide = { everything: (value: unknown) => value };
    const serves = [serviceOf(host, 'Constructs', methods), serviceOf(host, 'Wide', wide)];
    const worker = await startVersion(t, other, { python, serves });
    t.strictSame(await clientOf(worker, client, 'Wide')['everything'](everything), everything);
    const constructs = clientOf(worker, client, 'Constructs');
    for (const [method, ...values] of CASES) {
      for (const value of values) {
        t.strictSame(await constructs[method](value), value, method);
        t.strictSame(constructs['sync'][method](value), value, `${method}, blocking`);
      }
    }
  };
  await t.test('an older client calls Python', (t) => echo(t, made.old, made.latest, ECHO));
  await t.test('an older client in Python calls', (t) => echo(t, made.old, made.latest, RELAY));
});
