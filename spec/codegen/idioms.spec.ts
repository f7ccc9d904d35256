/** What declarations that others have written are full of: types that hold nothing, lists that are several, files that only pass on. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { gen } from '../../codegen/cli.js';
import { clientOf, serviceOf, startVersion, versions } from '../evolution/versions.js';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { compilerProblems } from './compiler-problems.js';
import { MemoryProgram } from './memory.js';
import { pythonProblems } from './python-problems.js';

await auditLeaks(t);
t.setTimeout(120_000);

const SOURCE = `
export type Empty = Record<string, never>;
export type Origin = { bucket: string; custom?: never } | { custom: number; bucket?: undefined };
export interface Holder {
  empty: Record<string, never>;
  several: Record<string, never>[];
  named?: Empty;
  origin: Origin;
  list: string[] & [string, ...string[]];
  both: readonly string[] & string[];
  text: string & {};
  size: (number & {}) | null;
  inner: { cooked?: string | null | undefined; raw: string };
  free: Free;
  pair: Pair;
  numbers: Numbers;
}
export type Pair = [a: string, b?: number] | null;
export type Numbers = number[] | null | undefined;
export type Free = { [name: string]: unknown } | null;
export interface __Odd {
  a: number;
}
export interface Idioms {
  hold(holder: Holder): Promise<Holder>;
  where(origin: Origin): Promise<string>;
  nothing(): Promise<Empty>;
  odd(odd: __Odd): Promise<__Odd>;
}
export interface $ {
  relay(holder: Holder): Promise<Holder>;
}
`;

const PYTHON = `
import ringsnake
from api_gen import Empty, IdiomsServer, Odd__, Origin1, T_Client, T_Server

class Echo:
    def hold(self, holder):
        return holder

    def where(self, origin):
        return "bucket" if isinstance(origin, Origin1) else "custom"

    def nothing(self):
        return Empty()

    def odd(self, odd):
        assert type(odd) is Odd__
        return odd

class Relay:
    async def relay(self, holder):
        return await ringsnake.client(T_Client).relay(holder)

ringsnake.serve(IdiomsServer(Echo()))
ringsnake.serve(T_Server(Relay()))
`;

const holder = {
  empty: {},
  several: [{}, {}],
  named: {},
  origin: { bucket: 'b' },
  list: ['a', 'b'],
  both: [],
  text: 't',
  size: null,
  inner: { raw: 'r' },
  free: null,
  pair: null,
  numbers: undefined,
};

t.test('they cross in both directions', async (t) => {
  const { only } = await versions(t, { only: SOURCE });
  t.same(compilerProblems(join(only.folder, 'api.gen.ts')), []);
  const serves = [serviceOf(only, '$', { relay: (each: object) => each })];
  const worker = await startVersion(t, only, { python: PYTHON, serves });
  const idioms = clientOf(worker, only, 'Idioms');
  const relay = clientOf(worker, only, '$');
  const { named: _, ...least } = {
    ...holder,
    size: -0.5,
    origin: { custom: 1 },
    free: { a: 1 },
    pair: ['p'],
    numbers: [1],
  };
  for (const value of [holder, least]) {
    t.same(await idioms['hold'](value), value);
    t.same(await relay['relay'](value), value);
  }
  t.same(await idioms['nothing'](), {});
  t.same(await idioms['odd']({ a: 1 }), { a: 1 });
});

interface Codec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

t.test('the codec of a name takes all that the name stands for', async (t) => {
  const { only } = await versions(t, {
    only: `export type Free = { [name: string]: unknown } | null;
export type Numbers = number[] | null | undefined;
export type Pair = [string] | undefined;
`,
  });
  t.same(compilerProblems(join(only.folder, 'api.gen.ts')), []);
  const python = [
    'from api_gen import free_codec, numbers_codec, pair_codec',
    'import ringsnake',
    'for codec, value in [(free_codec, None), (free_codec, {"a": 1}), (numbers_codec, None), (numbers_codec, ringsnake.UNSET), (pair_codec, ("x",)), (pair_codec, ringsnake.UNSET)]:',
    '    print(codec.decode(codec.encode(value)) == value, codec.encode(value).hex())',
  ].join('\n');
  const run = spawnSync(pythonCommand(), ['-c', python], {
    cwd: only.folder,
    env: pythonEnvironment(),
    encoding: 'utf8',
  });
  t.equal(run.stderr, '');
  const codecs = only.typescript as unknown as Record<string, Codec>;
  const hex = ([name, value]: readonly [string, unknown]): string => {
    const bytes = codecs[`${name}Codec`]?.encode(value) as Uint8Array;
    t.same(codecs[`${name}Codec`]?.decode(bytes), value);
    return `True ${Buffer.from(bytes).toString('hex')}\n`;
  };
  const values = [
    ['free', null],
    ['free', { a: 1 }],
    ['numbers', null],
    ['numbers', undefined],
    ['pair', ['x']],
    ['pair', undefined],
  ] as const;
  t.equal(run.stdout, values.map(hex).join(''));
});

t.test('what is always absent tells no branch from another', async (t) => {
  const { only } = await versions(t, { only: SOURCE });
  const serves = [serviceOf(only, '$', { relay: (each: object) => each })];
  const worker = await startVersion(t, only, { python: PYTHON, serves });
  const idioms = clientOf(worker, only, 'Idioms');
  t.equal(await idioms['where']({ bucket: 'b', custom: undefined }), 'bucket');
  t.equal(await idioms['where']({ custom: 1, bucket: undefined }), 'custom');
  t.equal(await idioms['where']({ bucket: undefined, custom: 1 }), 'custom');
  await t.rejects(idioms['where']({}), { code: 'RS_VALIDATION' });
});

const KIT = {
  'package.json': '{ "name": "kit", "types": "index.d.ts" }\n',
  'index.d.ts': "export * from './routes';\n",
  'colors.d.ts': "export declare enum Color {\n  Red = 'red',\n}\n",
  'routes.d.ts': `export * from './colors';
import type { Color } from './colors';
export interface Routes {
  of(id: string): string;
}
export interface Route {
  color: Color;
}
`,
  'hidden.d.ts': `import type { Color } from './colors';
export interface Hidden {
  color: Color;
}
`,
};

/** Runs the generator beside that package. */
async function generated(t: Test, entry: string, source = ''): Promise<readonly string[]> {
  const folder = t.testdir({ 'api.ts': source, node_modules: { kit: KIT } });
  const problems: string[] = [];
  const stderr = { write: (text: string) => problems.push(text) > 0 };
  const io = { cwd: folder, stdout: { write: () => true }, stderr };
  await gen([entry, '--out-ts', 'out', '--out-py', 'out'], io);
  return [...problems.join('').matchAll(/(?:error|warning) (RSG\d+): `(\w+)`/g)].map(
    ([, code, name]) => `${code} ${name}`,
  );
}

t.test(
  'that something may be undefined is not lost where no type says so in its own words',
  (t) => {
    const source = `type Item<T> = [a?: T];
interface Box<T> {
  a?: T;
  b?: T | undefined;
}
export interface Held {
  mapped: Partial<[string | undefined, number]>;
  plain: Item<string>;
  given: Item<string | undefined>;
  box: Box<string>;
  open: Box<string | undefined>;
}
`;
    const { diagnostics, typescript, python } = new MemoryProgram({ 'api.ts': source }).generate(
      'api.ts',
    );
    t.same(diagnostics, []);
    const types = python?.find(({ name }) => name === '_types.py')?.text;
    t.match(types, 'mapped: tuple[()] | tuple[str | UnsetType] | tuple[str | UnsetType, float]');
    t.match(types, /^ItemOfString: TypeAlias = tuple\[\(\)\] \| tuple\[str\]$/m);
    t.match(types, /^ItemOfUndefinedOrString: .* tuple\[str \| UnsetType\]$/m);
    t.match(typescript, 'interface BoxOfString {\n  a?: string;\n  b?: string | undefined;\n}');
    t.match(typescript, 'interface BoxOfUndefinedOrString {\n  a?: string | undefined;\n');
    t.end();
  },
);

t.test('an index file of a package passes on what its other files declare', async (t) => {
  t.same(await generated(t, 'node_modules/kit/index.d.ts'), ['RSG175 Routes']);
  const text = readFileSync(join(t.testdirName, 'out/index.gen.ts'), 'utf8');
  t.match(text, /from '\.\.\/node_modules\/kit\/colors\.js'/);
  t.match(text, /export const routeCodec.*export const colorCodec/s);
});

t.test('what another package does not pass on has no path that would hold', async (t) => {
  const source = (path: string) => `import type { Hidden } from '${path}';
export interface Api {
  show(hidden: Hidden): Promise<void>;
}
`;
  t.same(await generated(t, 'api.ts', source('kit/hidden')), ['RSG146 Color']);
});

t.test('types may lead to each other for as long as they like', async (t) => {
  const count = 1_500;
  const source = Array.from({ length: count }, (_, index) => {
    const next = `T${(index + 1) % count}`;
    return `export interface T${index} {\n  next?: ${next} | null;\n  all: Map<string, (${next} | string)[]>;\n}\n`;
  });
  const program = new MemoryProgram({ 'api.ts': source.join('') });
  const { diagnostics, typescript, python } = program.generate('api.ts');
  t.same(diagnostics, []);
  t.match(typescript, new RegExp(`function readT${count - 1}\\(`));
  t.same(pythonProblems(t, [{ what: 'a chain', files: python ?? [] }]), []);
});

t.test('a file of too many types inside of types is refused, and soon', (t) => {
  const names = Array.from({ length: 700 }, (_, index) => `T${index}`);
  const source = [
    ...names.map((name) => `export interface ${name} {\n  ${name.toLowerCase()}: string;\n}\n`),
    'export interface Api {\n',
    ...names.map((name) => `  m${name}(value: [${names.join(', ')}]): Promise<void>;\n`),
    '}\n',
  ];
  const { diagnostics, milliseconds } = new MemoryProgram({ 'api.ts': source.join('') }).generate(
    'api.ts',
  );
  t.same(
    diagnostics.map(({ code }) => code),
    ['RSG148'],
  );
  t.ok(milliseconds < 30_000, `${Math.round(milliseconds)} ms`);
  t.end();
});
