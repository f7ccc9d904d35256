import { createHash } from 'node:crypto';
import t from 'tap';
import { bareWorkspace, ringsnake } from './ringsnake.js';

const API = `import type { Point } from './lib/point.js';
/** Plots. */
export interface Plotter {
  plot(point: Point, label?: string): Promise<number | null>;
}
export interface Beeper {
  beep(): Promise<void>;
}
`;
const FILES = { 'api.ts': API, 'lib/point.ts': 'export interface Point {\n  x: number;\n}\n' };

interface Described {
  readonly modules: readonly {
    readonly file: string;
    readonly schemas: Readonly<Record<string, { text: string; hash: string }>>;
  }[];
}

t.test('it prints the model, and the schema of each interface with its hash', async (t) => {
  const workspace = bareWorkspace(t, FILES);
  const { code, stdout, stderr } = await ringsnake(t, ['ir', 'api.ts'], { cwd: workspace.folder });
  t.equal(code, 0);
  t.equal(stderr, '');
  const { modules } = JSON.parse(stdout) as Described;
  t.match(modules, [
    {
      file: 'api.ts',
      services: [
        { name: 'Plotter', methods: [{ name: 'plot', result: { kind: 'nullable' } }] },
        { name: 'Beeper', methods: [{ name: 'beep' }] },
      ],
      records: [{ name: 'Point', origin: { file: 'lib/point.ts' } }],
    },
  ]);
  const [schemas] = modules.map((module) => module.schemas);
  t.same(Object.keys(schemas ?? {}), ['Beeper', 'Plotter']);
  for (const { text, hash } of Object.values(schemas ?? {})) {
    t.equal(createHash('sha256').update(text).digest('hex'), hash);
  }
  t.equal(
    schemas?.['Plotter']?.text,
    'interface Plotter\n  plot(point: Point, label?: string): number | null\nrecord Point\n  x: number\n',
  );
});

t.test('the same input gives the same bytes, wherever it lies', async (t) => {
  const [first, second] = [bareWorkspace(t, FILES), bareWorkspace(t, FILES)];
  const { stdout } = await first.command('ir', ['api.ts']);
  t.equal((await second.command('ir', ['api.ts'])).stdout, stdout);
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
  };
  const { modules } = JSON.parse(stdout) as Described;
  t.equal(JSON.stringify(modules), JSON.stringify(sorted(modules)), 'keys are sorted');
});

t.test('as text it is the schemas only', async (t) => {
  const { stdout } = await bareWorkspace(t, FILES).command('ir', ['api.ts', '--format', 'text']);
  t.match(
    stdout,
    /^# api\.ts\n# sha256 [0-9a-f]{64}\ninterface Plotter\n.*\n\n# api\.ts\n# sha256 [0-9a-f]{64}\ninterface Beeper\n {2}beep\(\): void\n$/s,
  );
});

t.test('without files it takes those of the configuration, and needs no output', async (t) => {
  const workspace = bareWorkspace(t, {
    ...FILES,
    'ringsnake.config.json': '{ "entries": ["api.ts"] }',
  });
  const { code, stdout } = await workspace.command('ir', []);
  t.equal(code, 0);
  t.equal((JSON.parse(stdout) as Described).modules[0]?.file, 'api.ts');
});

t.test('what cannot be generated is told as by gen', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API.replace('label?: string', 'label: symbol') });
  const json = await workspace.command('ir', ['api.ts']);
  t.equal(json.code, 2);
  t.equal(json.stderr, '');
  t.match(JSON.parse(json.stdout), { exitCode: 2, diagnostics: [{}, { code: 'RSG125' }] });
  const text = await workspace.command('ir', ['api.ts', '--format=text']);
  t.match(text, { code: 2, stdout: '', stderr: /RSG125.*\n2 errors\n$/s });
  t.match(await workspace.command('ir', ['--format=text']), { code: 2, stderr: /RSG109/ });
});
