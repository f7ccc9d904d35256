import t, { type Test } from 'tap';
import { inspect } from '../../codegen/inspect/inspect.js';
import { type Schema, schemaOf } from '../../codegen/schema.js';
import { Workspace } from './workspace.js';

const API = `import type { Shape } from './shape.js';
/** A service. */
export interface Service {
  /** Draws. */
  draw(shape: Shape, mode?: Mode): Promise<Shape[]>;
}
export type Mode = 'fast' | 'fine';
`;
const SHAPE = `/** A shape. */
export interface Shape {
  /** How many. */
  corners: number;
  label?: string | null;
}
`;

/** The schemas of each variant's services, from one compilation. */
function schemas(
  t: Test,
  ...variants: readonly (readonly [api: string, shape: string])[]
): Schema[][] {
  const files = variants.flatMap(([api, shape], index) => [
    [`${index}/api.ts`, api],
    [`${index}/shape.ts`, shape],
  ]);
  const workspace = new Workspace(t, Object.fromEntries(files));
  const { modules, diagnostics } = inspect(
    variants.map((_, index) => workspace.path(`${index}/api.ts`)),
  );
  t.same(diagnostics, []);
  return modules.map((module) => module.services.map((service) => schemaOf(service, module)));
}

t.test('the schema lists the interface, then its records and types by name', async (t) => {
  const [[schema] = []] = schemas(t, [API, SHAPE]);
  t.equal(
    schema?.text,
    `interface Service
  draw(shape: Shape, mode?: Mode): Shape[]
record Shape
  corners: number
  label?: string | null
type Mode = "fast" | "fine"
`,
  );
  t.match(schema?.hash, /^[\da-f]{64}$/);
});

t.test('what does not change the wire does not change the hash', async (t) => {
  const same: readonly (readonly [string, string, string])[] = [
    [
      'documentation',
      API.replace('A service.', 'Another text.'),
      SHAPE.replace('How many.', 'Few.'),
    ],
    ['a comment', `// Nothing.\n${API}`, `${SHAPE}// Nothing.\n`],
    ['an unrelated type', `${API}export interface Other {\n  x: number;\n}\n`, SHAPE],
    ['an unrelated service', `export interface Other {\n  x(): Promise<void>;\n}\n${API}`, SHAPE],
    [
      'readonly',
      API.replace('Promise<Shape[]>', 'Promise<readonly Shape[]>'),
      SHAPE.replace('corners', 'readonly corners'),
    ],
    ['another way to write an array', API.replace('Shape[]', 'Array<Shape>'), SHAPE],
    ['null in another place', API, SHAPE.replace('string | null', 'null | string')],
    ['the file a record stands in', `${SHAPE}${API.replace(/^import.*\n/, '')}`, ''],
    [
      'an alias of the record',
      `${API.replace('shape: Shape', 'shape: Alias')}type Alias = Shape;\n`,
      SHAPE,
    ],
  ];
  const [[before] = [], ...after] = schemas(
    t,
    [API, SHAPE],
    ...same.map(([, api, shape]) => [api, shape] as const),
  );
  for (const [index, [what]] of same.entries()) {
    const hashes = after[index]?.map(({ hash }) => hash);
    t.ok(hashes?.includes(before?.hash ?? ''), what);
  }
});

t.test('what changes the wire changes the hash', async (t) => {
  const different: readonly (readonly [string, string, string])[] = [
    ['the type of a field', API, SHAPE.replace('corners: number', 'corners: bigint')],
    [
      'the order of fields',
      API,
      SHAPE.replace(/( {2}\/\*\*.*\n {2}corners.*\n)( {2}label.*\n)/, '$2$1'),
    ],
    ['a field more', API, SHAPE.replace('corners', 'area: number;\n  corners')],
    ['an optional field', API, SHAPE.replace('corners', 'corners?')],
    ['the name of a field', API, SHAPE.replace('corners', 'edges')],
    ['a member of a union', API.replace("'fine'", "'fine' | 'finest'"), SHAPE],
    ['a method more', API.replace('/** Draws. */', 'clear(): Promise<void>;'), SHAPE],
    ['the result', API.replace('Promise<Shape[]>', 'Promise<Shape>'), SHAPE],
    ['a parameter that may be left out', API.replace('mode?', 'mode'), SHAPE],
  ];
  const [[before] = [], ...after] = schemas(
    t,
    [API, SHAPE],
    ...different.map(([, api, shape]) => [api, shape] as const),
  );
  for (const [index, [what]] of different.entries()) {
    t.not(after[index]?.[0]?.hash, before?.hash, what);
  }
});

t.test('the order of a union does not depend on other files', async (t) => {
  const files = { 'api.ts': API, 'shape.ts': SHAPE };
  const first = "export const order: 'fine' | 'fast' = 'fine';\n";
  const [[alone] = []] = schemas(t, [API, SHAPE]);
  const workspace = new Workspace(t, {
    ...files,
    'a.ts': `${first}export interface T {\n  m(a: 'fine'): Promise<void>;\n}\n`,
  });
  const { modules } = inspect([workspace.path('a.ts'), workspace.path('api.ts')]);
  const reversed = inspect([workspace.path('api.ts'), workspace.path('a.ts')]).modules;
  const hashOf = (all: typeof modules) =>
    all
      .flatMap((module) => module.services.map((service) => schemaOf(service, module)))
      .find(({ text }) => text === alone?.text)?.hash;
  t.equal(hashOf(modules), alone?.hash);
  t.equal(hashOf(reversed), alone?.hash);
});

t.test('the order of members and branches does not depend on what was met first', async (t) => {
  const types = `export type Color = string | [number, number];
export interface Base {
  first: Color;
  second?: Color;
  third: 'b' | 'a';
}
export type Joined = Omit<Base, 'third'> & { own: string };
export interface Inherited extends Omit<Base, 'third'> {
  own: string;
}
`;
  const api = `export interface Service {
  get(): Promise<Joined>;
  take(value: Inherited): Promise<Color>;
}
`;
  // The names of the keys, and the colors without their name, are met before their declarations.
  const before = `export interface Early {
  third: 1;
  second: 2;
  first: Partial<Base>;
  own: Partial<Pick<Base, 'second'>>;
}
`;
  const services = [api + types, before + api + types].map((source) => [source, ''] as const);
  const [[plain] = [], [met] = []] = schemas(t, ...services);
  t.equal(met?.text, plain?.text);
  t.match(plain?.text, 'first: Color\n  second?: Color\n  own: string');
  t.match(plain?.text, 'type Color = string | [number, number]');
});
