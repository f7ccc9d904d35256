import t from 'tap';
import { DIAGNOSTIC_CODES } from '../../codegen/diagnostics.js';
import { Workspace } from './workspace.js';

/** `«` marks where the diagnostic must point; `also` are more files. */
interface Case {
  readonly code: string;
  readonly what: string;
  readonly source: string;
  readonly reached?: string;
  readonly also?: Readonly<Record<string, string>>;
}

const parameter = (type: string, before = '') =>
  `${before}export interface S {\n  m(a: «${type}): Promise<void>;\n}\n`;
const result = (type: string, before = '') => `${before}export interface S {\n  m(): ${type};\n}\n`;
const IN = 'S.m(a)';
const OUT = 'S.m()';

const cases: readonly Case[] = [
  {
    code: 'RSG102',
    what: 'a syntax error',
    source: 'export interface S {\n  m(a: string): Promise<void>;\n«',
  },
  {
    code: 'RSG102',
    what: 'an unresolved type',
    source: 'export interface S {\n  m(a: «Missing): Promise<void>;\n}\n',
  },
  {
    code: 'RSG102',
    what: 'an unresolved module',
    source:
      "import type { A } from «'./missing.js';\nexport interface S {\n  m(a: A): Promise<A>;\n}\n",
  },
  {
    code: 'RSG102',
    what: 'an error in a reached file',
    source: "import type { A } from './a.js';\nexport interface S {\n  m(a: A): Promise<A>;\n}\n",
    also: { 'a.ts': 'export interface A {\n  b: «Missing;\n}\n' },
  },
  {
    code: 'RSG103',
    what: 'a file without types',
    source: '«export const a = 1;\n',
  },
  { code: 'RSG122', what: 'never', source: parameter('never'), reached: IN },
  { code: 'RSG123', what: 'Object', source: parameter('Object'), reached: IN },
  {
    code: 'RSG124',
    what: 'void in a union',
    source: result('Promise<«number | void>'),
    reached: OUT,
  },
  { code: 'RSG125', what: 'symbol', source: parameter('symbol'), reached: IN },
  { code: 'RSG126', what: 'Function', source: parameter('Function'), reached: IN },
  {
    code: 'RSG124',
    what: 'nothing but undefined in an optional parameter',
    source: 'export interface S {\n  m(a?: «undefined): Promise<void>;\n}\n',
    reached: IN,
  },
  {
    code: 'RSG127',
    what: 'a tuple whose rest is not at its end',
    source: parameter('[...number[], string]'),
    reached: IN,
  },
  {
    code: 'RSG128',
    what: 'symbols as keys',
    source: parameter('{ [key: symbol]: number }'),
    reached: IN,
  },
  {
    code: 'RSG128',
    what: 'symbols as keys beside fields',
    source: parameter('R', 'export interface R {\n  x: number;\n  [key: symbol]: number;\n}\n')
      .replace('«', '')
      .replace('[key', '«[key'),
  },
  { code: 'RSG130', what: 'WeakSet', source: parameter('WeakSet<object>'), reached: IN },
  {
    code: 'RSG134',
    what: 'an enum with a member that is computed',
    source: parameter('E', "export enum E {\n  A = 'a'.length,\n}\n"),
    reached: IN,
  },
  {
    code: 'RSG136',
    what: 'a class with private state',
    source: parameter('C', 'export class C {\n  x = 1;\n  private y = 2;\n}\n'),
    reached: IN,
  },
  {
    code: 'RSG138',
    what: 'Uppercase<string>',
    source: parameter('Uppercase<string>'),
    reached: IN,
  },
  {
    code: 'RSG142',
    what: 'a generic interface with methods as a value',
    source: parameter('P<number>', 'interface P<T> {\n  n(a: T): Promise<void>;\n}\n'),
    reached: IN,
  },
  {
    code: 'RSG146',
    what: 'an enum that is not exported',
    source: parameter('E', "enum E {\n  A = 'a',\n}\n"),
    reached: IN,
  },
  {
    code: 'RSG148',
    what: 'a generic type that grows in itself',
    source: parameter('P<string>', 'export interface P<T> {\n  x: T;\n  next?: P<P<T>>;\n}\n')
      .replace('«', '')
      .replace('next?: P', 'next?: «P'),
  },
  {
    code: 'RSG149',
    what: 'records in a set',
    source: parameter('Set<R>', 'export interface R {\n  x: number;\n}\n'),
    reached: IN,
  },
  {
    code: 'RSG149',
    what: 'arrays as keys',
    source: parameter('Map<string[], number>'),
    reached: IN,
  },
  {
    code: 'RSG126',
    what: 'a method written as a property',
    source: 'export interface S {\n  n(): Promise<void>;\n  «m: () => Promise<void>;\n}\n',
    reached: OUT,
  },
  { code: 'RSG129', what: 'WeakMap', source: parameter('WeakMap<object, string>'), reached: IN },
  { code: 'RSG132', what: 'a shared buffer', source: parameter('SharedArrayBuffer'), reached: IN },
  {
    code: 'RSG132',
    what: 'Uint8Array over one kind of buffer',
    source: parameter('Uint8Array<ArrayBuffer>'),
    reached: IN,
  },
  { code: 'RSG133', what: 'Buffer', source: parameter('Buffer'), reached: IN },
  {
    code: 'RSG137',
    what: 'a branded string',
    source: parameter("string & { readonly brand: 'id' }"),
    reached: IN,
  },
  { code: 'RSG138', what: 'a bigint literal', source: parameter('1n'), reached: IN },
  {
    code: 'RSG139',
    what: 'AsyncIterable in a promise',
    source: result('Promise<«AsyncIterable<number>>'),
    reached: OUT,
  },
  {
    code: 'RSG139',
    what: 'an array of streams',
    source: parameter('AsyncIterable<number>[]'),
    reached: IN,
  },
  {
    code: 'RSG139',
    what: 'Iterable',
    source: parameter('Iterable<number>'),
    reached: IN,
  },
  { code: 'RSG140', what: 'Error', source: parameter('Error'), reached: IN },
  {
    code: 'RSG143',
    what: 'a type alias with methods as data',
    source: parameter('O', 'type O = {\n  close(): Promise<void>;\n};\n'),
    reached: IN,
  },
  {
    code: 'RSG144',
    what: 'a promise in a value',
    source: parameter('Promise<number>'),
    reached: IN,
  },
  {
    code: 'RSG144',
    what: 'a promise of a promise',
    source: result('Promise<«Promise<number>[]>'),
    reached: OUT,
  },
  {
    code: 'RSG145',
    what: 'a record that requires itself',
    source: parameter(
      'A',
      'export interface «A {\n  b: B;\n}\nexport interface B {\n  a: A | null;\n  again: B2;\n}\nexport interface B2 {\n  a: A;\n}\n',
    ).replace('a: «A', 'a: A'),
  },
  {
    code: 'RSG146',
    what: 'a service that is the default export',
    source: 'export default interface «S {\n  m(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG147',
    what: 'two records of one name',
    source:
      "import type { R as Other } from './a.js';\nexport interface R {\n  x: number;\n}\nexport interface S {\n  m(a: R, b: Other): Promise<void>;\n}\n",
    also: { 'a.ts': 'export interface «R {\n  y: number;\n}\n' },
  },
  {
    code: 'RSG160',
    what: 'a result that is not a promise',
    source: result('«number'),
    reached: OUT,
  },
  {
    code: 'RSG160',
    what: 'a function that answers at once',
    source: parameter('(x: number) => number'),
    reached: IN,
  },
  { code: 'RSG160', what: 'PromiseLike', source: result('«PromiseLike<number>'), reached: OUT },
  {
    code: 'RSG161',
    what: 'an overloaded function',
    source: parameter('{ (a: string): void; (a: number): void }'),
    reached: IN,
  },
  {
    code: 'RSG162',
    what: 'a rest parameter of any type',
    source: 'export interface S {\n  m<A extends unknown[]>(«...a: A): Promise<void>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG150',
    what: 'a signal inside of an argument',
    source:
      'export interface «O {\n  signal?: AbortSignal;\n}\nexport interface S {\n  m(a: O[]): Promise<void>;\n}\n',
  },
  {
    code: 'RSG139',
    what: 'a stream that is sent to a generator',
    source:
      'export interface S {\n  m(): AsyncGenerator<number, void, «AsyncIterable<string>>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG186',
    what: 'a packed array of whole numbers',
    source: 'export interface S {\n  m(/** «@packed @int */ a: number[]): Promise<void>;\n}\n',
    reached: IN,
  },
  {
    code: 'RSG187',
    what: 'a view of what is no bytes',
    source: 'export interface S {\n  m(/** «@view */ a: ArrayBuffer): Promise<void>;\n}\n',
    reached: IN,
  },
  {
    code: 'RSG178',
    what: 'a signal beside one of the options',
    source:
      'export interface S {\n  «m(signal: AbortSignal, options: { signal?: AbortSignal }): Promise<void>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG174',
    what: 'a form that is never reached',
    source:
      'export interface S {\n  m(a: string): Promise<void>;\n  «m(a: "x"): Promise<void>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG174',
    what: 'forms that differ in what a function is given',
    source:
      'export interface S {\n  m(f: (a: string) => void): Promise<void>;\n  «m(f: (a: number) => void): Promise<void>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG163',
    what: 'a generic service',
    source: 'export interface «S<T> {\n  m(a: T): Promise<T>;\n}\n',
  },
  {
    code: 'RSG164',
    what: 'data beside methods',
    source: 'export interface S {\n  m(): Promise<void>;\n  «x: number;\n}\n',
    reached: 'S.x()',
  },
  {
    code: 'RSG164',
    what: 'methods beside data in a value',
    source: parameter('O', 'interface O {\n  x: number;\n  close(): Promise<void>;\n}\n'),
    reached: IN,
  },
  {
    code: 'RSG164',
    what: 'data that may change beside data that may not',
    source:
      'export interface S {\n  m(): Promise<void>;\n  readonly x: number;\n  «y: number;\n}\n',
    reached: 'S.y()',
  },
  {
    code: 'RSG166',
    what: 'a setter beside methods',
    source:
      'export interface S {\n  m(): Promise<void>;\n  «get x(): number;\n  set x(value: number);\n}\n',
    reached: 'S.x()',
  },
  {
    code: 'RSG139',
    what: 'a stream among data beside methods',
    source:
      'export interface O {\n  readonly all: «AsyncIterable<string>;\n  close(): Promise<void>;\n}\nexport interface S {\n  m(): Promise<O>;\n}\n',
  },
  {
    code: 'RSG169',
    what: 'data beside methods with a name of the client',
    source:
      'export interface O {\n  «readonly sync: boolean;\n  close(): Promise<void>;\n}\nexport interface S {\n  m(): Promise<O>;\n}\n',
  },
  {
    code: 'RSG179',
    what: 'data of a service that no value leads to',
    source: 'export interface «S {\n  readonly x: number;\n  m(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG165',
    what: 'a method with a symbol for a name',
    source:
      'export interface S {\n  m(): Promise<void>;\n  «[Symbol.asyncDispose](): Promise<void>;\n}\n',
    also: {
      'tsconfig.json': '{ "compilerOptions": { "target": "esnext", "module": "nodenext" } }',
    },
  },
  {
    code: 'RSG165',
    what: 'a field with a symbol for a name',
    source: parameter(
      'R',
      'declare const key: unique symbol;\nexport interface R {\n  [key]: number;\n}\n',
    )
      .replace('«', '')
      .replace('[key]: n', '«[key]: n'),
  },
  {
    code: 'RSG166',
    what: 'an accessor',
    source: parameter('R', 'export interface R {\n  get x(): number;\n}\n')
      .replace('«', '')
      .replace('get', '«get'),
    reached: 'S.m(a) -> R.x',
  },
  {
    code: 'RSG167',
    what: 'an optional method',
    source: 'export interface S {\n  n(): Promise<void>;\n  «m?(): Promise<void>;\n}\n',
    reached: OUT,
  },
  {
    code: 'RSG168',
    what: 'two fields that become one',
    source: parameter('R', 'export interface R {\n  userId: number;\n  userID: number;\n}\n')
      .replace('«', '')
      .replace('userID', '«userID'),
  },
  {
    code: 'RSG168',
    what: 'two methods that become one',
    source: 'export interface S {\n  aB(): Promise<void>;\n  «a_b(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG168',
    what: 'two parameters that become one',
    source: 'export interface S {\n  m(aB: number, «a_b: number): Promise<void>;\n}\n',
  },
  {
    code: 'RSG168',
    what: 'two members of an enumeration that become one',
    source: parameter('E', 'export enum E {\n  Red,\n  RED,\n}\n')
      .replace('«', '')
      .replace('RED', '«RED'),
  },
  {
    code: 'RSG185',
    what: 'an open union of objects that no tag tells apart',
    source: parameter(
      'Shape',
      "/** «@open */\nexport type Shape = A | B;\nexport interface A {\n  k: 'a';\n}\nexport interface B {\n  k: string;\n}\n",
    ).replace('a: «Shape', 'a: Shape'),
  },
  {
    code: 'RSG185',
    what: 'an open string',
    source: 'export interface S {\n  m(/** «@open */ a: string): Promise<void>;\n}\n',
    reached: 'S.m(a)',
  },
  {
    code: 'RSG176',
    what: 'a name in Python that is a keyword',
    source: 'export interface S {\n  /** «@py import */\n  m(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG176',
    what: 'a name in Python that clients need themselves',
    source: 'export interface S {\n  /** Text. «@py with_options */\n  m(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG176',
    what: 'more words than a name in Python has',
    source: 'export interface S {\n  m(/** «@py a b */ a: number): Promise<void>;\n}\n',
    reached: 'S.m()',
  },
  {
    code: 'RSG176',
    what: 'no name of a type in Python',
    source: parameter('R', '/** «@py */\nexport interface R {\n  a: number;\n}\n').replace(
      'a: «R',
      'a: R',
    ),
  },
  {
    code: 'RSG169',
    what: 'a method called then',
    source: 'export interface S {\n  «then(): Promise<void>;\n}\n',
    reached: 'S.then()',
  },
  {
    code: 'RSG169',
    what: 'a method called sync',
    source: 'export interface S {\n  «sync(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG169',
    what: 'a field of which nothing is left',
    source: parameter('R', "export interface R {\n  '+': number;\n}\n")
      .replace('«', '')
      .replace("'+'", "«'+'"),
  },
  {
    code: 'RSG169',
    what: 'a record with the name of a generated class',
    source: parameter('SClient', 'export interface «SClient {\n  x: number;\n}\n').replace(
      'a: «',
      'a: ',
    ),
  },
  {
    code: 'RSG169',
    what: 'a type with the name of an operator on types',
    source: 'export interface «readonly {\n  m(): Promise<void>;\n}\n',
  },
  {
    code: 'RSG169',
    what: 'a type that a member would hide in Python',
    source: parameter(
      'mode',
      "export type «mode = 'a' | 'b';\nexport interface R {\n  mode: mode;\n}\n",
    ).replace('a: «mode', 'a: R'),
  },
  {
    code: 'RSG170',
    what: 'a callable interface',
    source: parameter('R', 'export interface R {\n  (): void;\n  x: number;\n}\n'),
    reached: IN,
  },
  {
    code: 'RSG171',
    what: 'an alias with methods',
    source: 'export type «S = {\n  m(): Promise<void>;\n};\n',
  },
  {
    code: 'RSG172',
    what: 'a declared error that is no error',
    source: throwing('export class E {}\n'),
    reached: 'S.m()',
  },
  {
    code: 'RSG172',
    what: 'a declared error that is an interface',
    source: throwing('export interface E {\n  x: number;\n}\n'),
  },
  {
    code: 'RSG173',
    what: 'a generic error class',
    source: throwing('export class E<T> extends Error {\n  x!: T;\n}\n'),
  },
  {
    code: 'RSG173',
    what: 'an error class with private state',
    source: throwing(
      'export class E extends Error {\n  private x = 1;\n  y() {\n    return this.x;\n  }\n}\n',
    ),
  },
  {
    code: 'RSG173',
    what: 'an error class with state of its own',
    source: throwing(
      'export class E extends Error {\n  #x = 1;\n  y() {\n    return this.#x;\n  }\n}\n',
    ),
  },
  {
    code: 'RSG169',
    what: 'an error whose field every exception has',
    source: throwing('export class E extends Error {\n  args!: string;\n}\n'),
  },
  {
    code: 'RSG146',
    what: 'an error class that is not exported',
    source: throwing('class E extends Error {}\n'),
  },
  {
    code: 'RSG125',
    what: 'an error with a field that cannot cross',
    source: throwing('export class E extends Error {\n  readonly at!: «symbol;\n}\n').replace(
      '{«E}',
      '{E}',
    ),
    reached: 'S.m() -> E.at',
  },
];

/** A method that declares the error `E`. */
function throwing(declarations: string): string {
  return `${declarations}export interface S {\n  /** @throws {«E} */\n  m(): Promise<void>;\n}\n`;
}

interface Marked {
  readonly files: Readonly<Record<string, string>>;
  /** `file:line:column` of the mark. */
  readonly position: string;
}

function unmark({ source, also = {} }: Case, folder: string): Marked {
  const files = Object.entries({ ...also, 'api.ts': source });
  const [file, marked] = files.find(([, text]) => text.includes('«')) ?? ['', ''];
  const before = marked.slice(0, marked.indexOf('«')).split('\n');
  const clean = files.map(([name, text]) => [`${folder}/${name}`, text.replace('«', '')]);
  return {
    files: Object.fromEntries(clean),
    position: `${folder}/${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`,
  };
}

t.test('what cannot cross is refused where it stands', async (t) => {
  // One run for all cases: most of its time is the compiler's start.
  const prepared = cases.map((one, index) => ({ ...one, ...unmark(one, `case${index}`) }));
  const workspace = new Workspace(t, Object.assign({}, ...prepared.map(({ files }) => files)));
  const run = await workspace.gen(...cases.map((_, index) => `case${index}/api.ts`));
  t.equal(run.code, 2);
  t.notOk(workspace.has('out'), 'nothing is written');
  const found = run.stderr.split(/\n(?! )/);
  for (const [index, { code, what, position, reached }] of prepared.entries()) {
    t.test(`${code}: ${what}`, async (t) => {
      const mine = found.filter((text) => text.startsWith(`case${index}/`));
      t.equal(mine.length, 1, `one diagnostic in ${mine.join('\n')}`);
      const [text = ''] = mine;
      t.ok(text.startsWith(`${position} error ${code}: `), `${position} error ${code} in ${text}`);
      t.match(text, /\n {3}hint: \S/);
      if (reached !== undefined) t.match(text, `\n   reached from ${reached}\n`);
    });
  }
});

t.test('every diagnostic about types and members has a case', async (t) => {
  const covered = new Set(cases.map(({ code }) => code));
  // Below 120 but 102 and 103 they are about files, arguments and configurations: see command.spec.ts and spec/cli.
  const missing = DIAGNOSTIC_CODES.filter((code) => code >= 'RSG120' && !covered.has(code));
  t.same(missing, ['RSG175', 'RSG177', 'RSG210', 'RSG211'], 'the tests below have the warnings');
});

t.test(
  'what lives on one side is left out of the declarations of others, with a warning',
  async (t) => {
    const source =
      'export interface Text {\n  at(place: number): string;\n}\nexport interface Range {\n  from: number;\n}\n';
    const workspace = new Workspace(t, { 'api.d.ts': source });
    const run = await workspace.gen('api.d.ts');
    t.match(
      run.stderr,
      /^api\.d\.ts:1:18 warning RSG175: `Text` is left out: `at` returns `string`/,
    );
    t.equal(run.code, 0);
    t.match(workspace.read('out/api.gen.ts'), 'rangeCodec');
    t.notMatch(workspace.read('out/api.gen.ts'), 'Text');
  },
);
t.test('a default that is no literal of its type is a remark, with a warning', async (t) => {
  const source =
    'export interface Data {\n  /** @default "a" */\n  x?: number;\n  /** @default none */\n  y?: string[];\n  /** @default 1 */\n  z: number;\n}\n';
  const workspace = new Workspace(t, { 'api.ts': source });
  const run = await workspace.gen('api.ts');
  t.match(
    run.stderr,
    /^api\.ts:2:7 warning RSG177: `@default "a"` is taken for a remark: it is no `number`/,
  );
  t.match(run.stderr, /\napi\.ts:4:7 warning RSG177: `@default none`.*`string\[\]`/);
  t.match(run.stderr, /\n2 warnings\n$/);
  t.equal(run.code, 0);
});

/** Of each union whether it is warned of. `A` and the like are declared below. */
const UNIONS: readonly (readonly [string, boolean])[] = [
  ['A | B', true],
  ['A | C', false],
  ['B | D', false],
  ['E | F', false],
  ['E | G', false],
  ['A | H', false],
  ['A[] | B[]', true],
  ['string[] | number[]', false],
  ['number[] | (string | number)[]', true],
  ['[string] | [string, string]', false],
  ['[string] | [string, string?]', true],
  ['[a: number, b: string] | [a: number, b: number]', false],
  ['Set<string> | Set<number>', true],
  ['Map<string, number> | Record<string, number>', true],
  ['A | Record<string, unknown>', false],
  ['D | Record<string, unknown>', true],
  ['((a: number) => Promise<void>) | ((a: string) => Promise<void>)', true],
  ['string | number | A | A[] | Set<string> | null', false],
  ['S | U', true],
];

t.test('branches that nobody could tell apart by content are warned of', async (t) => {
  const declarations = `export interface A { a: string }
export interface B { a: string; b?: number }
export interface C { a: string; c: number }
export interface D { d?: A }
export interface E { kind: 'e'; a: string }
export interface F { kind: 'f'; a: string }
export interface G { kind: string; a: string }
export interface H { a: number }
export interface U { m(): Promise<void> }
`;
  const method = UNIONS.map(([union], index) => `  m${index}(a: ${union}): Promise<void>;\n`);
  const workspace = new Workspace(t, {
    'api.ts': `${declarations}export interface S {\n${method.join('')}}\n`,
  });
  const run = await workspace.gen('api.ts');
  t.equal(run.code, 0);
  const warned = [...run.stderr.matchAll(/^api\.ts:(\d+):\d+ warning RSG210/gm)];
  const first = declarations.split('\n').length + 1;
  t.same(
    warned.map(([, line]) => UNIONS[Number(line) - first]?.[0]),
    UNIONS.flatMap(([union, isWarned]) => (isWarned ? [union] : [])),
  );
  t.match(
    run.stderr,
    /api\.ts:11:9 warning RSG210: `A` and `B` cannot be told apart by content: both accept \{ a \}\n/,
  );
});

t.test('who wants the number of the branch says so, and others cannot mend theirs', async (t) => {
  const records = 'export interface A { a?: string }\nexport interface B { b?: string }\n';
  const workspace = new Workspace(t, {
    'others.d.ts':
      'export interface C { c?: string }\nexport interface D { d?: string }\nexport type Either = C | D;\nexport interface Held { either: C | D }\n',
    'api.ts': `import type { Either, Held } from './others.js';
${records}/** @variant */
export type Both = A | B;
export interface R {
  /** @variant */
  r: A | B;
}
export interface S {
  /** @variant */
  m(a: A | B): Promise<Both>;
  n(a: Both, b: R, c: Either, d: Held): Promise<void>;
}
`,
  });
  const run = await workspace.gen('api.ts', 'others.d.ts');
  t.notMatch(run.stderr, 'RSG210');
  t.equal(run.code, 0);
  workspace.write('api.ts', `${records}export interface S { m(a: A | B): Promise<void> }\n`);
  const strict = await workspace.gen('--strict', 'api.ts');
  t.match(strict.stderr, 'both accept {}');
  t.equal(strict.code, 2);
});

t.test('what a type parameter of a method is, nobody checks, and that is said', async (t) => {
  const source =
    'export interface S {\n  m<T>(a: T): Promise<T>;\n  n<K extends string>(a: K): Promise<K>;\n}\n';
  const workspace = new Workspace(t, { 'api.ts': source, 'others.d.ts': source });
  const run = await workspace.gen('api.ts', 'others.d.ts');
  t.match(run.stderr, /^api\.ts:2:5 warning RSG211: what `T` is, nobody checks/);
  t.match(run.stderr, /\n1 warning\n$/);
});

t.test('names for Python must not be those of others', async (t) => {
  const workspace = new Workspace(t, {
    'types.ts':
      '/** @py B */\nexport interface A {\n  a: number;\n}\nexport interface B {\n  a: A;\n}\n',
    'made.ts':
      '/** @py SClient */\nexport interface A {\n  a: number;\n}\nexport interface S {\n  m(a: A): Promise<void>;\n}\n',
    'fields.ts': 'export interface A {\n  a: number;\n  /** @py a */\n  b: number;\n}\n',
    'exchanged.ts':
      'export interface A {\n  /** @py b */\n  a: number;\n  /** @py a */\n  b: number;\n}\n',
  });
  const { stderr } = await workspace.gen('types.ts', 'made.ts', 'fields.ts', 'exchanged.ts');
  t.match(stderr, /RSG168: `B` and `A` both become `B` in Python/);
  t.match(stderr, /RSG168: `S` and `A` both become `SClient` in Python/);
  t.match(stderr, /fields\.ts:\d+:\d+ error RSG168: `a` and `b` both become `a` in Python/);
  t.match(stderr, /\n3 errors; nothing was written\n$/, 'two may be exchanged');
});

t.test('all diagnostics are shown in one run, in all files', async (t) => {
  const workspace = new Workspace(t, {
    'a.ts': parameter('symbol').replace('«', ''),
    'b.ts':
      'export interface T {\n  m(a: WeakMap<object, string>, b: WeakSet<object>): number;\n}\n',
  });
  const { code, stderr } = await workspace.gen('a.ts', 'b.ts', 'missing.ts');
  t.equal(code, 2);
  const codes = stderr.match(/RSG\d+/g) ?? [];
  t.same(codes.sort(), ['RSG101', 'RSG125', 'RSG129', 'RSG130', 'RSG160']);
  t.match(stderr, /5 errors; nothing was written\n$/);
});

t.test('a diagnostic says how the type was reached', async (t) => {
  const workspace = new Workspace(t, {
    'api.ts':
      'export interface Inner {\n  when: WeakSet<object>;\n}\nexport interface Outer {\n  inners?: Inner[];\n}\nexport interface S {\n  m(a: Outer): Promise<void>;\n}\n',
  });
  const { stderr } = await workspace.gen('api.ts');
  t.equal(
    stderr,
    'api.ts:2:9 error RSG130: `WeakSet<object>` cannot cross: its items live in one process only\n' +
      '   2 |   when: WeakSet<object>;\n' +
      '     |         ^^^^^^^^^^^^^^^\n' +
      '   reached from S.m(a) -> Outer.inners -> Inner.when\n' +
      '   hint: use a `Set`\n' +
      '1 error; nothing was written\n',
  );
});
