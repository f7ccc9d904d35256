import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { gen } from '../../codegen/cli.js';
import { diff } from '../../lib/diff/diff.js';
import { root } from '../support/root.js';

const OLD = `
export interface Item { id: number; name: string; kind: 'a' | 'b'; note?: string }
export interface Listener { changed(item: Item): Promise<void> }
export interface Store {
  find(text: string, limit?: number): Promise<Item[]>;
  put(item: Item): Promise<void>;
  gone(): Promise<void>;
  watch(listener: Listener): Promise<void>;
}
`;
const NEW = `
export interface Item { id: number; kind: 'a' | 'b' | 'c'; note: string | null; weight: number }
export interface Listener { changed(item: Item, why: string): Promise<void>; more(): Promise<void> }
export interface Store {
  find(query: string, limit: number): Promise<Item[]>;
  put(item: Item): Promise<void>;
  watch(listener: Listener): Promise<void>;
  extra(): Promise<string>;
}
`;

const GOLDEN = `became-required Store.find(limit)
  - limit?: number
  + limit: number
  may be absent, and is required, on its way to the server; breaks old clients of a new server

removed-method Store.gone
  - gone(): void
  is not served; breaks old clients of a new server

removed-field Store.find()[].name
  - name: string
  is required, and not sent, on its way to the caller; breaks old clients of a new server

added-member Store.find()[].kind
  - kind: "a" | "b"
  + kind: "a" | "b" | "c"
  has a member that is not known ("c"), on its way to the caller; breaks old clients of a new server

became-nullable Store.find()[].note
  - note?: string
  + note: string | null
  may be null, which is not expected, on its way to the caller; breaks old clients of a new server

became-required Store.put(item).note
  - note?: string
  + note: string | null
  may be absent, and is required, on its way to the server; breaks old clients of a new server

added-required-field Store.put(item).weight
  + weight: number
  is required, and not sent, on its way to the server; breaks old clients of a new server

added-method Listener.more
  + more(): void
  is not served; breaks old clients of a new server

8 changes break what is there
`;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function folder(t: Test, files: Readonly<Record<string, string>>) {
  const cwd = t.testdir({});
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const run = async (...args: string[]): Promise<Run> => {
    let [stdout, stderr] = ['', ''];
    const code = await diff(args, {
      cwd,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
    });
    return { code, stdout, stderr };
  };
  return { cwd, run };
}

t.test('what breaks old clients of a new server, as text', async (t) => {
  const { run } = folder(t, { 'old.ts': OLD, 'new.ts': NEW });
  t.same(await run('old.ts', 'new.ts'), { code: 1, stdout: GOLDEN, stderr: '' });
  t.same(await run('old.ts', 'old.ts'), { code: 0, stdout: 'nothing breaks\n', stderr: '' });
});

t.test('and as JSON, for whichever side comes first', async (t) => {
  const { run } = folder(t, { 'old.ts': OLD, 'new.ts': NEW });
  const { code, stdout } = await run('old.ts', 'new.ts', '--format=json', '--first', 'any');
  const report = JSON.parse(stdout) as { breaking: boolean; findings: Record<string, unknown>[] };
  t.equal(code, 1);
  t.ok(report.breaking);
  t.has(report.findings, []);
  t.match(
    report.findings.find(({ key }) => key === 'added-method'),
    { path: 'Listener.more', old: null, new: 'more(): void', level: 'wire' },
  );
  t.match(
    report.findings.find(({ path }) => path === 'Store.extra'),
    { key: 'added-method', breaks: ['new-client-old-server'] },
  );
  const client = await run('old.ts', 'new.ts', '--first=client');
  t.match(client.stdout, /^added-method Store\.extra\n {2}\+ extra\(\): string\n/m);
  t.notMatch(client.stdout, /removed-method Store\.gone/);
});

t.test('the level of the source tells of what does not compile any more, too', async (t) => {
  const { run } = folder(t, {
    'old.ts':
      'export interface R { a: number; b?: number }\nexport enum E { A = 1, B = 2 }\nexport interface S { f(from: string, r?: R): Promise<R>; e(e: E): Promise<void> }\n',
    'new.ts':
      'export interface R { b?: number; a: number; c?: number }\nexport enum E { A = 1, Two = 2 }\nexport interface S { f(text: string): Promise<R>; e(e: E): Promise<void>; more(): Promise<void> }\n',
  });
  t.same(await run('old.ts', 'new.ts'), { code: 0, stdout: 'nothing breaks\n', stderr: '' });
  const { code, stdout } = await run('old.ts', 'new.ts', '--level', 'source');
  t.equal(code, 1);
  const heads = stdout.split('\n').filter((line) => /^[a-z]+-\S+ \S+$/.test(line));
  t.same(heads, [
    'renamed-parameter S.f(from)',
    'removed-parameter S.f(r)',
    'added-method S.more',
    'removed-member E.B',
  ]);
});

/** What objects say of themselves, and what is open. */
const OLD_DATA = `
/** @open */
export type Mood = 'glad' | 'sad';
export interface Made { kind: 'made'; id: number }
export interface Lost { kind: 'lost'; by: string }
/** @open */
export type Event = Made | Lost;
export interface Watcher { readonly name: string; readonly since?: Date; readonly mood: Mood; seen(event: Event): Promise<void> }
export interface Watch {
  last(): Promise<Event>;
  moods(): Promise<Mood[]>;
  closed(): Promise<Made | Lost>;
  watcher(): Promise<Watcher>;
  put(watcher: Watcher, event: Event): Promise<void>;
}
`;
const NEW_DATA = `
export type Mood = 'glad' | 'sad';
export interface Made { kind: 'made'; id: number }
export interface Lost { kind: 'lost'; by: string | null }
export interface Gone { kind: 'gone'; tell: (why: string) => void }
export interface Moved { kind: 'moved'; to: string }
/** @open */
export type Event = Made | Lost | Gone | Moved;
export interface Watcher { readonly name: number; readonly level: number; readonly mood: Mood; seen(event: Event): Promise<void> }
export interface Watch {
  last(): Promise<Event>;
  moods(): Promise<Mood[]>;
  closed(): Promise<Event>;
  watcher(): Promise<Watcher>;
  put(watcher: Watcher, event: Event): Promise<void>;
}
`;
const GOLDEN_DATA = `cannot-carry Watch.last()
  - Event
  + Event
  cannot be made over (a function, in a branch that is not known), on its way to the caller; breaks old clients of a new server

became-open Watch.closed()
  - Made | Lost
  + Event
  may have members that nobody knows yet, on its way to the caller; breaks old clients of a new server

changed-type Watcher.name
  - name: string
  + name: number
  is of another type, on its way to the caller; breaks old clients of a new server, new clients of an old server

added-required-field Watcher.level
  + level: number
  is required, and not sent, on its way to the server; breaks old clients of a new server, new clients of an old server

became-nullable Watch.last().by
  - by: string
  + by: string | null
  may be null, which is not expected, on its way to the caller; breaks old clients of a new server

became-closed Watcher.mood
  - mood: Mood
  + mood: Mood
  may have members that nobody knows yet, on its way to the server; breaks old clients of a new server

became-closed Watch.moods()[]
  - Mood
  + Mood
  may have members that nobody knows yet, on its way to the caller; breaks new clients of an old server

cannot-carry Watch.put(event)
  - event: Event
  + event: Event
  cannot be made over (a function, in a branch that is not known), on its way to the server; breaks new clients of an old server

became-nullable Watch.put(event).by
  - by: string
  + by: string | null
  may be null, which is not expected, on its way to the server; breaks new clients of an old server

removed-field Watcher.since
  - since?: Date
  is given or read; breaks code that is written

changed-type Event
  - open<Made | Lost>
  + open<Made | Lost | Gone | Moved>
  is of another type; breaks code that is written

changed-type Mood
  - open<"glad" | "sad">
  + "glad" | "sad"
  is of another type; breaks code that is written

12 changes break what is there
`;

t.test('data of objects and open types are compared, too', async (t) => {
  const { run } = folder(t, { 'old.ts': OLD_DATA, 'new.ts': NEW_DATA });
  t.same(await run('old.ts', 'new.ts', '--level', 'source', '--first', 'any'), {
    code: 1,
    stdout: GOLDEN_DATA,
    stderr: '',
  });
  const text = OLD_DATA.replace('Event = Made | Lost', 'Event = Lost | Made | Other').concat(
    "export interface Other { kind: 'other'; of: number }",
  );
  const { run: again } = folder(t, { 'old.ts': OLD_DATA, 'new.ts': text });
  t.same(await again('old.ts', 'new.ts', '--first', 'any'), {
    code: 0,
    stdout: 'nothing breaks\n',
    stderr: '',
  });
});

t.test('keys in a file are no news', async (t) => {
  const { run } = folder(t, {
    'old.ts': OLD,
    'new.ts': NEW,
    keys: '# planned\nremoved-method\nbecame-required Store.put(item).note   # both\nadded-member\nadded-method\nadded-required-field\nbecame-nullable\nremoved-field Store.find()[].name\n',
  });
  const { code, stdout } = await run('old.ts', 'new.ts', '--ignore', 'keys');
  t.equal(code, 1);
  t.match(
    stdout,
    /^became-required Store\.find\(limit\)\n[\s\S]*\n\n1 change breaks what is there\n$/,
  );
});

t.test('generated files, schema texts, revisions and packages are compared alike', async (t) => {
  const { cwd, run } = folder(t, {
    'src/api.ts':
      "import type { Item } from './item.js';\nexport interface S { f(): Promise<Item> }\n",
    'src/item.ts': 'export interface Item { a: number }\n',
    'text.schema': 'interface S\n  f(): Item\nrecord Item\n  a: number\n',
    'node_modules/acme/package.json': '{"name":"acme","types":"api.d.ts"}',
    'node_modules/acme/api.d.ts':
      'export interface Item { a: number }\nexport interface S { f(): Promise<Item> }\n',
  });
  const io = { cwd, stdout: { write: () => true }, stderr: { write: () => true } };
  t.equal(await gen(['src/api.ts', '--out-ts', 'out', '--out-py', 'out'], io), 0);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.email=a@b', '-c', 'user.name=a', ...args], { cwd });
  git('init', '-q', '.');
  git('add', 'src', 'out');
  git('commit', '-qm', 'first');
  writeFileSync(join(cwd, 'src/item.ts'), 'export interface Item { b: number }\n');
  const olds = [
    'out/api.gen.ts',
    'out/api_gen',
    'out/api_gen/_codec.py',
    'git:HEAD:out/api_gen',
    'text.schema',
    'npm:acme',
    'git:HEAD',
    'git:HEAD:src/api.ts',
    'npm:acme/api.d.ts',
  ];
  const runs = await Promise.all(olds.map((old) => run(old, 'src/api.ts')));
  for (const [i, { code, stdout, stderr }] of runs.entries()) {
    t.equal(code, 1, `${olds[i]}${stderr}`);
    t.match(stdout, /^removed-field S\.f\(\)\.a\n {2}- a: number\n/);
  }
  for (const old of ['out/api.gen.ts', 'out/api_gen', 'npm:acme'])
    t.equal((await run(old, 'text.schema')).code, 0, old);
});

t.test('what cannot be read is said in one line', async (t) => {
  const { run } = folder(t, {
    'a.ts': OLD,
    'bad.ts': 'export const x = 1;\n',
    'bad.schema': 'interface (\n',
    'no.gen.ts': '// Generated by ringsnake\n',
  });
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['a.ts'], /say what to compare: ringsnake diff OLD NEW/],
    [['a.ts', 'b.ts'], /b\.ts: no such file/],
    [['a.ts', 'bad.schema'], /bad\.schema: line 1: expected a name, found `\(`/],
    [['a.ts', 'no.gen.ts'], /no\.gen\.ts: there is no schema in it/],
    [['git:nope', 'a.ts'], /git:nope: /],
    [['git:--upload-pack=x', 'a.ts'], /there is no such revision/],
    [['git:HEAD', 'npm:x'], /say which file/],
    [['npm:none', 'a.ts'], /npm:none: this package is not installed here/],
    [['a.ts', 'a.ts', '--level=x'], /--level is wire or source, got `x`/],
    [['a.ts', 'a.ts', '--first=x'], /--first is server, client or any/],
    [['a.ts', 'a.ts', '--format=x'], /--format is text or json/],
    [['a.ts', 'a.ts', '--ignore=x'], /x: no such file/],
    [['a.ts', 'a.ts', '--nonsense'], /Unknown option '--nonsense'/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await run(...args);
    t.equal(code, 2, args.join(' '));
    t.equal(stdout, '');
    t.match(stderr, message);
    t.match(stderr, /^ringsnake diff: /);
  }
  const bad = await run('bad.ts', 'a.ts');
  t.equal(bad.code, 2);
  const help = await run('--help');
  t.match(help, { code: 0, stdout: /^Usage: ringsnake diff OLD NEW/ });
});

t.test('the command finds it', async (t) => {
  const { cwd } = folder(t, { 'old.ts': OLD, 'new.ts': NEW });
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
  const main = join(root, 'dist/lib/cli/main.js');
  const failure = t.throws(() =>
    execFileSync(process.execPath, [main, 'diff', 'old.ts', 'new.ts'], { cwd, stdio: 'pipe' }),
  );
  t.match(failure, { status: 1 });
});
