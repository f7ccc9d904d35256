import t from 'tap';
import { wireFindings } from '../../lib/diff/findings.js';
import { readSchema } from '../../lib/schema/read-schema.js';

/** `KEY PATH` of what breaks whom. */
interface Breaks {
  readonly oldClients?: readonly string[];
  readonly newClients?: readonly string[];
}

const MEETINGS = {
  oldClients: 'old-client-new-server',
  newClients: 'new-client-old-server',
} as const;

function findings(old: string, latest: string): Required<Breaks> {
  const found = wireFindings(readSchema(old), readSchema(latest));
  const of = (whom: keyof Breaks): string[] =>
    found
      .filter(({ breaks }) => breaks.includes(MEETINGS[whom]))
      .map(({ key, path }) => `${key} ${path}`);
  return { oldClients: of('oldClients'), newClients: of('newClients') };
}

/** What a value of either type can be read as: as an argument, and as a result. */
function ofType(old: string, latest: string, definitions: readonly [string, string] = ['', '']) {
  const schema = (type: string, more: string): string =>
    `interface S\n  take(v: ${type}): void\n  give(): ${type}\n${more}`;
  return findings(schema(old, definitions[0]), schema(latest, definitions[1]));
}

/** Old and new type, why the new one cannot be read as the old one, why not the other way round; '': it can. */
const TYPES: readonly [string, string, string, string][] = [
  ['string', 'string', '', ''],
  ['string', 'number', 'changed-type', 'changed-type'],
  ['Int', 'number', 'changed-type', ''],
  ['Int', 'bigint', 'changed-type', 'changed-type'],
  ['Uint8Array', 'ArrayBuffer', '', ''],
  ['ArrayBuffer | string', 'string | DataView', '', ''],
  ['DataView', 'Int8Array', 'changed-type', 'changed-type'],
  ['string', 'string | null', 'became-nullable', ''],
  ['string', 'unknown', 'changed-type', 'changed-type'],
  ['"a"', '"a" | "b"', 'added-member', ''],
  ['"a" | "b"', '"b" | "a"', '', ''],
  ['"a" | "b"', 'string', 'changed-type', ''],
  ['1 | true', 'number', 'changed-type', 'changed-type'],
  ['1 | 2', 'Int', 'changed-type', ''],
  ['0.5', 'Int', 'changed-type', 'changed-type'],
  ['open<"a">', 'open<"b">', '', ''],
  ['open<"a">', 'open<"a" | 1>', 'changed-type', ''],
  ['open<"a">', '"a"', '', 'became-closed'],
  ['open<1 | 2>', 'open<0.5>', 'changed-type', ''],
  ['open<"a">', 'string', '', ''],
  ['open<1>', 'number', 'changed-type', ''],
  ['open<1>', 'Int', '', ''],
  [`\`a\${string}\``, 'open<"b">', 'changed-type', ''],
  ['open<"a"> | Date', 'open<"a" | "b"> | Date', '', ''],
  ['"a" | null', '"a"', '', 'became-non-null'],
  [`\`a\${string}\``, 'string', 'changed-type', ''],
  [`\`a\${string}\``, `\`b\${string}\``, 'changed-type', 'changed-type'],
  ['string', 'string | number', 'changed-type', ''],
  ['string | Int', 'Int | boolean | string', 'added-branch', ''],
  ['string | Int', 'number | string', 'added-branch', ''],
  ['("a" | "b") | Int', '("b" | "a" | "c") | Int', 'added-branch', ''],
  ['string[]', 'string', 'changed-type', 'changed-type'],
  ['Int[]', 'number[]', 'changed-type', ''],
  ['Set<Int>', 'Set<number>', 'changed-type', ''],
  ['Set<Int>', 'Int[]', 'changed-type', 'changed-type'],
  ['Map<string, Int>', 'Map<string, number>', 'changed-type', ''],
  ['Map<string, Int>', 'Map<number, Int>', 'changed-type', 'changed-type'],
  ['Record<string, Int>', 'Record<string, Int | null>', 'became-nullable', ''],
  ['Record<string, Int>', 'Record<number, Int>', 'changed-type', 'changed-type'],
  ['[string, Int]', '[string, number]', 'changed-type', ''],
  ['[string]', '[string, b?: Int]', 'changed-type', ''],
  ['[string]', '[string, Int]', 'changed-type', 'became-required'],
  ['[Int, Int]', 'Int[]', 'changed-type', ''],
  ['[string, ...Int[]]', '[string, ...number[]]', 'changed-type', ''],
  ['Date', 'string', 'changed-type', 'changed-type'],
  ['Float64Array', 'Float32Array', 'changed-type', 'changed-type'],
  ['NDArray<f32, [2, n]>', 'NDArray<f64, [2, n]>', 'changed-type', 'changed-type'],
];

for (const [old, latest, asOld, asNew] of TYPES) {
  t.test(`${old} becoming ${latest}: ${asOld || 'readable'}, ${asNew || 'readable'}`, async (t) => {
    const { oldClients, newClients } = ofType(old, latest);
    const keys = (found: readonly string[], path: string): string =>
      [
        ...new Set(found.filter((each) => each.includes(path)).map((each) => each.split(' ')[0])),
      ].join();
    t.equal(keys(oldClients, 'S.give()'), asOld, 'an old client reads the new result');
    t.equal(keys(oldClients, 'S.take(v)'), asNew, 'a new server reads the old argument');
    const mirror = ofType(latest, old);
    t.equal(mirror.newClients.length, oldClients.length, 'and the other way round');
    t.equal(newClients.length, mirror.oldClients.length);
  });
}

/** Records told apart by their tags, and what unions of them may become: as above. */
const RECORDS = ['A', 'B', 'C']
  .map((name) => `record ${name}\n  k: "${name.toLowerCase()}"\n  more?: Int\n`)
  .concat('record X\n  k: "b"\n', 'record N\n  k: 3\n', 'record F\n  k: "f"\n  f: () => void\n')
  .concat('record O\n  k: "o"\n  o: P[]\n', 'interface P\n', 'record M\n  k: "m"\n  m: Set<A>\n')
  .join('');
const UNIONS: typeof TYPES = [
  ['open<A | B>', 'open<A | B | C>', '', ''],
  ['open<A | B>', 'A | B', '', 'became-closed'],
  ['A | B', 'open<A | B | C>', 'became-open', ''],
  ['A | B', 'A | B | C', 'added-branch', ''],
  ['A', 'open<A | B>', 'became-open', ''],
  ['open<A | B>', 'C', '', 'became-closed'],
  ['open<A | B>', 'open<A | B> | null', 'became-nullable', ''],
  ['open<A | B>', 'open<A | X>', 'added-branch', 'removed-branch'],
  ['open<A | B>', 'open<A | N>', 'changed-type', ''],
  ['open<A | B>', 'open<A | B | F>', 'cannot-carry', ''],
  ['open<A | B>', 'open<A | B | O>', 'cannot-carry', ''],
  ['open<A | B>', 'open<A | B | M>', 'cannot-carry', ''],
  ['open<A | B>', 'string', 'added-branch', 'became-closed'],
];

for (const [old, latest, asOld, asNew] of UNIONS) {
  t.test(`${old} becoming ${latest}: ${asOld || 'readable'}, ${asNew || 'readable'}`, async (t) => {
    const { oldClients } = ofType(old, latest, [RECORDS, RECORDS]);
    const keys = (path: string): string =>
      [...new Set(oldClients.filter((each) => each.includes(path)))]
        .map((each) => each.split(' ')[0])
        .join();
    t.equal(keys('S.give()'), asOld, 'an old client reads the new result');
    t.equal(keys('S.take(v)'), asNew, 'a new server reads the old argument');
  });
}

const CASES: Readonly<Record<string, readonly [string, string, Breaks]>> = {
  'a method more': [
    'interface S\n  a(): void\n',
    'interface S\n  b(): void\n  a(): void\n',
    { newClients: ['added-method S.b'] },
  ],
  'a method less': [
    'interface S\n  a(): void\n  b(): void\n',
    'interface S\n  b(): void\n',
    { oldClients: ['removed-method S.a'] },
  ],
  'an optional parameter more': [
    'interface S\n  a(x: Int): void\n',
    'interface S\n  a(x: Int, y?: Int): void\n',
    {},
  ],
  'a required parameter more': [
    'interface S\n  a(x: Int): void\n',
    'interface S\n  a(x: Int, y: Int): void\n',
    { oldClients: ['added-required-parameter S.a(y)'] },
  ],
  'another name for a parameter': [
    'interface S\n  a(x: Int, y: Int): void\n',
    'interface S\n  a(from: Int, to: Int): void\n',
    {},
  ],
  'parameters that change places': [
    'interface S\n  a(x: Int, y: Int): void\n',
    'interface S\n  a(y: Int, x: Int): void\n',
    { oldClients: ['reordered-parameters S.a()'], newClients: ['reordered-parameters S.a()'] },
  ],
  'a result where there was none': [
    'interface S\n  a(): void\n',
    'interface S\n  a(): Int\n',
    { newClients: ['changed-type S.a()'] },
  ],
  'fields that change places': [
    'interface S\n  a(r: R): R\nrecord R\n  x: Int\n  y: Int\n',
    'interface S\n  a(r: R): R\nrecord R\n  y: Int\n  x: Int\n',
    {},
  ],
  'an optional field more': [
    'interface S\n  a(r: R): R\nrecord R\n  x: Int\n',
    'interface S\n  a(r: R): R\nrecord R\n  y?: Int\n  x: Int\n',
    {},
  ],
  'a required field more': [
    'interface S\n  a(r: R): void\n  b(): R\nrecord R\n  x: Int\n',
    'interface S\n  a(r: R): void\n  b(): R\nrecord R\n  x: Int\n  y: Int\n',
    { oldClients: ['added-required-field S.a(r).y'], newClients: ['added-required-field S.b().y'] },
  ],
  'a field that may be absent now': [
    'interface S\n  a(r: R): void\n  b(): R\nrecord R\n  x: Int\n',
    'interface S\n  a(r: R): void\n  b(): R\nrecord R\n  x?: Int\n',
    { oldClients: ['became-optional S.b().x'], newClients: ['became-optional S.a(r).x'] },
  ],
  'another name for a record': [
    'interface S\n  a(r: R[]): R | null\nrecord R\n  x: Int\n  next: R | null\n',
    'interface S\n  a(r: Q[]): Q | null\nrecord Q\n  next: Q | null\n  x: Int\n',
    {},
  ],
  'branches of a union in another order': [
    'interface S\n  a(): A | B\nrecord A\n  x: Int\nrecord B\n  y: Int\n',
    'interface S\n  a(): B | A\nrecord A\n  x: Int\nrecord B\n  y: Int\n',
    {},
  ],
  'another name for a branch': [
    'interface S\n  a(): A | B\nrecord A\n  x: Int\nrecord B\n  y: Int\n',
    'interface S\n  a(): A | C\nrecord A\n  x: Int\nrecord C\n  y: Int\n',
    { oldClients: ['added-branch S.a()'], newClients: ['removed-branch S.a()'] },
  ],
  'a member of an enum more': [
    'interface S\n  a(e: E): E\nenum E\n  X = "x"\n',
    'interface S\n  a(e: E): E\nenum E\n  X = "x"\n  Y = "y"\n',
    { oldClients: ['added-member S.a()'], newClients: ['added-member S.a(e)'] },
  ],
  'other names for the members of an enum': [
    'interface S\n  a(e: E): E\nenum E\n  X = "x"\n',
    'interface S\n  a(e: E): E\nenum E\n  Renamed = "x"\n',
    {},
  ],
  'what a callback is given': [
    'interface S\n  a(f: (x: number) => Int): void\n',
    'interface S\n  a(f: (x: Int) => Int): void\n',
    { newClients: ['changed-type S.a(f)(x)'] },
  ],
  'what a callback gives': [
    'interface S\n  a(f: (x: Int) => Int): void\n',
    'interface S\n  a(f: (x: Int) => number): void\n',
    { newClients: ['changed-type S.a(f)()'] },
  ],
  'one function type that becomes two': [
    'interface S\n  a(f: (x: Int) => Int, g: (x: Int) => Int): void\n',
    'interface S\n  a(f: (x: Int) => Int, g: (x: number) => Int): void\n',
    { oldClients: ['cannot-carry S.a(g)'], newClients: ['cannot-carry S.a(g)'] },
  ],
  'a method more of an object that the client gives': [
    'interface S\n  a(l: L): void\ninterface L\n  x(): void\n',
    'interface S\n  a(l: L): void\ninterface L\n  x(): void\n  y(): void\n',
    { oldClients: ['added-method L.y'] },
  ],
  'a method more of an object that the server gives': [
    'interface S\n  a(): L\ninterface L\n  x(): void\n',
    'interface S\n  a(): L\ninterface L\n  x(): void\n  y(): void\n',
    { newClients: ['added-method L.y'] },
  ],
  'data of an object more, which may be absent': [
    'interface S\n  a(l: L): L\ninterface L\n  x(): void\n  readonly d: Int\n',
    'interface S\n  a(l: L): L\ninterface L\n  x(): void\n  readonly e?: Int\n  readonly d: Int\n',
    {},
  ],
  'data of an object that the client gives': [
    'interface S\n  a(l: L): void\ninterface L\n  x(): void\n',
    'interface S\n  a(l: L): void\ninterface L\n  x(): void\n  readonly d: Int\n',
    { oldClients: ['added-required-field L.d'] },
  ],
  'data of an object that the server gives': [
    'interface S\n  a(): L\ninterface L\n  x(): void\n  readonly d: Int\n',
    'interface S\n  a(): L\ninterface L\n  x(): void\n  readonly d: number\n',
    { oldClients: ['changed-type L.d'] },
  ],
  'data that is a method now': [
    'interface S\n  a(): L\ninterface L\n  x(): void\n  readonly d: Int\n',
    'interface S\n  a(): L\ninterface L\n  x(): void\n  d(): Int\n',
    { oldClients: ['removed-field L.d'], newClients: ['added-method L.d'] },
  ],
  'items of a stream': [
    'interface S\n  a(): stream<Int>\n',
    'interface S\n  a(): stream<number>\n',
    { oldClients: ['changed-type S.a()[]'] },
  ],
  'what a generator is sent, by who calls': [
    'interface S\n  a(): stream<Int, [value?: Int]>\n',
    'interface S\n  a(): stream<Int, [value?: number]>\n',
    { newClients: ['changed-type S.a().next(value)'] },
  ],
  'what a generator is sent, by who is called': [
    'interface S\n  a(g: stream<Int, [value?: Int]>): void\n',
    'interface S\n  a(g: stream<Int, [value?: number]>): void\n',
    { oldClients: ['changed-type S.a(g).next(value)'] },
  ],
  'a generator that was sent nothing': [
    'interface S\n  a(): stream<Int>\n',
    'interface S\n  a(): stream<Int, [value?: Int]>\n',
    { oldClients: ['changed-type S.a()'], newClients: ['changed-type S.a()'] },
  ],
  'what a generator returns': [
    'interface S\n  a(): stream<[Int] | [Int, true]>\n',
    'interface S\n  a(): stream<[Int] | [number, true]>\n',
    { oldClients: ['changed-type S.a()[][0]'] },
  ],
  'a stream that was none': [
    'interface S\n  a(): Int[]\n',
    'interface S\n  a(): stream<Int>\n',
    { oldClients: ['changed-type S.a()'], newClients: ['changed-type S.a()'] },
  ],
  'fields of a declared error': [
    'interface S\n  a(): void throws E\nerror E\n  x: Int\n',
    'interface S\n  a(): void throws E\nerror E\n  y: Int\n',
    {
      oldClients: ['removed-field S.a() throws E.x'],
      newClients: ['added-required-field S.a() throws E.y'],
    },
  ],
  'a declared error more, and one less': [
    'interface S\n  a(): void throws E\nerror E\n  x: Int\n',
    'interface S\n  a(): void throws F\nerror F\n  y: Int\n',
    {},
  ],
  'a field that an index signature covers now': [
    'interface S\n  a(): R\nrecord R\n  x: Int\n  y?: Int\n',
    'interface S\n  a(): R\nrecord R\n  x: Int\n  [string]: Int\n',
    {
      oldClients: ['changed-index-signature S.a().y'],
      newClients: ['changed-index-signature S.a().y'],
    },
  ],
  'records in a set': [
    'interface S\n  a(): Set<R>\nrecord R\n  x: Int\n',
    'interface S\n  a(): Set<R>\nrecord R\n  x: Int\n  y?: Int\n',
    { oldClients: ['cannot-carry S.a()'], newClients: ['cannot-carry S.a()'] },
  ],
  'types that lead back to themselves': [
    'interface S\n  a(v: T): T\ntype T = string | T[]\n',
    'interface S\n  a(v: U): U\ntype U = U[] | string\n',
    {},
  ],
  'types that lead back to themselves and never fit': [
    'interface S\n  a(): T\ntype T = Int | T[][]\n',
    'interface S\n  a(): U\ntype U = string | U[]\n',
    {
      oldClients: ['added-branch S.a()', 'changed-type S.a()[]'],
      newClients: ['removed-branch S.a()'],
    },
  ],
};

for (const [what, [old, latest, breaks]] of Object.entries(CASES)) {
  t.test(`${what}: ${Object.keys(breaks).join(' and ') || 'nobody'} broken`, async (t) => {
    t.same(findings(old, latest), { oldClients: [], newClients: [], ...breaks });
    t.same(findings(old, old), { oldClients: [], newClients: [] }, 'itself it is');
  });
}
