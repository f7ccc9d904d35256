import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { gen } from '../../codegen/cli/gen.js';
import type { Workspace } from '../codegen/workspace.js';
import { bareWorkspace, Ringsnake } from './ringsnake.js';

const API = `import type { Point } from './shapes/point.js';
export interface Plotter {
  plot(point: Point): Promise<void>;
}
`;
const point = (field: string) => `export interface Point {\n  ${field}: number;\n}\n`;
const FILES = { 'api.ts': API, 'shapes/point.ts': point('x') };
const OUT = ['--out-ts', 'out', '--out-py', 'out'];

/** Writes a file in one step, as most editors do: a reader never sees half of it. */
function save(workspace: Workspace, name: string, text: string): void {
  writeFileSync(workspace.path('save.tmp'), text);
  renameSync(workspace.path('save.tmp'), workspace.path(name));
}

/** Begins to watch; the first run is done. */
async function watching(t: Test, workspace: Workspace, ...args: string[]): Promise<Watching> {
  const command = ['gen', '--watch', ...(args.length === 0 ? ['api.ts', ...OUT] : args)];
  const process = new Ringsnake(t, command, { cwd: workspace.folder });
  await process.until('stderr', /watching \d+ files; Ctrl-C ends it\n/);
  return new Watching(process);
}

class Watching {
  readonly process: Ringsnake;
  #seen: number;

  constructor(process: Ringsnake) {
    this.process = process;
    this.#seen = process.stderr.length;
  }

  /** What it says next, up to the line of a change that matches. */
  async next(pattern: RegExp): Promise<string> {
    const rest = new RegExp(
      `^[\\s\\S]{${this.#seen}}[\\s\\S]*?${pattern.source}.*\\(\\d+ ms\\)\\n`,
    );
    await this.process.until('stderr', rest);
    const [all = ''] = rest.exec(this.process.stderr) ?? [];
    const text = all.slice(this.#seen);
    this.#seen = all.length;
    return text;
  }

  /** What it said since, when it has ended by Ctrl-C. */
  async end(): Promise<{ code: number | null; rest: string }> {
    this.process.child.kill('SIGINT');
    const { code, stderr } = await this.process.end();
    return { code, rest: stderr.slice(this.#seen) };
  }
}

t.test('a change of an input generates again, in one line, until Ctrl-C', async (t) => {
  const workspace = bareWorkspace(t, FILES);
  const watch = await watching(t, workspace);
  t.equal(watch.process.stdout, 'wrote out/api.gen.ts\nwrote out/api_gen/\n');
  save(workspace, 'api.ts', API.replace('plot(', 'draw('));
  const line = await watch.next(/api\.ts: /);
  t.match(line, /^api\.ts: wrote out\/api\.gen\.ts, .*out\/api_gen\/.* \(\d+ ms\)\n$/);
  t.match(workspace.read('out/api_gen/_types.py'), 'def draw(');
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('a change of an imported file generates again', async (t) => {
  const workspace = bareWorkspace(t, FILES);
  const watch = await watching(t, workspace);
  for (const field of ['y', 'z']) {
    save(workspace, 'shapes/point.ts', point(field));
    t.match(await watch.next(/point\.ts: wrote/), /^shapes\/point\.ts: /);
    t.match(workspace.read('out/api_gen/_types.py'), `${field}: float`);
  }
  // In place, as some editors write.
  writeFileSync(workspace.path('shapes/point.ts'), point('w'));
  await watch.next(/point\.ts: wrote/);
  t.match(workspace.read('out/api_gen/_types.py'), 'w: float');
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('what means nothing generates nothing', async (t) => {
  const workspace = bareWorkspace(t, { ...FILES, 'unrelated.ts': 'export const a = 1;\n' });
  const watch = await watching(t, workspace);
  save(workspace, 'api.ts', API);
  save(workspace, 'notes.md', 'x');
  save(workspace, 'unrelated.ts', 'export const a = 2;\n');
  // This one it must see, at the same time or after all of them.
  save(workspace, 'shapes/point.ts', point('y'));
  const line = await watch.next(/wrote/);
  t.match(line, /^shapes\/point\.ts: wrote out\/api\.gen\.ts, .*out\/api_gen\/.* \(\d+ ms\)\n$/);
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('a new file may be what an import means from now on', async (t) => {
  const workspace = bareWorkspace(t, {
    'api.ts': API,
    'shapes/point.d.ts': point('declared'),
  });
  const watch = await watching(t, workspace);
  t.match(workspace.read('out/api_gen/_types.py'), 'declared: float');
  save(workspace, 'shapes/point.ts', point('written'));
  await watch.next(/point\.ts: wrote/);
  t.match(workspace.read('out/api_gen/_types.py'), 'written: float');
  rmSync(workspace.path('shapes/point.ts'));
  await watch.next(/point\.ts: wrote/);
  t.match(workspace.read('out/api_gen/_types.py'), 'declared: float');
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('errors go away with their cause, in a folder that was not read before', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API, 'shapes/other.ts': '' });
  const watch = await watching(t, workspace);
  save(workspace, 'shapes/point.ts', point('x'));
  await watch.next(/point\.ts: wrote/);
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('errors are shown, and do not end it', async (t) => {
  const workspace = bareWorkspace(t, FILES);
  const watch = await watching(t, workspace);
  const before = workspace.read('out/api_gen/_types.py');
  save(workspace, 'shapes/point.ts', point('x').replace('number', 'symbol'));
  const told = await watch.next(/point\.ts: 1 error; nothing was written/);
  t.match(told, /^shapes\/point\.ts:2:6 error RSG125: .*\n {3}2 \| {3}x: symbol;\n/);
  t.equal(workspace.read('out/api_gen/_types.py'), before);
  // The line that is shown is the one of now.
  save(workspace, 'shapes/point.ts', point('anew').replace('number', 'symbol'));
  t.match(await watch.next(/point\.ts: 1 error/), /\n {3}2 \| {3}anew: symbol;\n/);
  save(workspace, 'shapes/point.ts', point('y'));
  await watch.next(/point\.ts: wrote/);
  t.match(workspace.read('out/api_gen/_types.py'), 'y: float');
  t.same(await watch.end(), { code: 0, rest: '' });
});

t.test('a file that is missing is waited for, also in a folder that is missing', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const watch = await watching(t, workspace);
  t.match(watch.process.stderr, /RSG102.*shapes\/point\.js/);
  t.notOk(workspace.has('out'));
  mkdirSync(workspace.path('shapes'));
  await watch.next(/shapes: 1 error/);
  save(workspace, 'shapes/point.ts', point('x'));
  await watch.next(/point\.ts: wrote/);
  // Away, and here again.
  rmSync(workspace.path('shapes/point.ts'));
  t.match(await watch.next(/point\.ts: 1 error/), /RSG102/);
  save(workspace, 'shapes/point.ts', point('y'));
  await watch.next(/point\.ts: wrote/);
  t.match(workspace.read('out/api_gen/_types.py'), 'y: float');
  t.equal((await watch.end()).code, 0);
});

t.test('an input that is missing is waited for', async (t) => {
  const workspace = bareWorkspace(t, { 'shapes/point.ts': point('x') });
  const watch = await watching(t, workspace);
  t.match(watch.process.stderr, /RSG101/);
  save(workspace, 'api.ts', API);
  await watch.next(/api\.ts: wrote/);
  t.equal((await watch.end()).code, 0);
});

/** Writes a file just before its folder is watched: too late for the first run, too early for the watcher. */
function intruder(path: string, text: string): string {
  return `--import=data:text/javascript,${encodeURIComponent(`
    import fs from 'node:fs';
    import { dirname } from 'node:path';
    import { syncBuiltinESMExports } from 'node:module';
    const { watch, writeFileSync } = fs;
    const path = ${JSON.stringify(path)};
    let isFirst = true;
    fs.watch = (folder, ...rest) => {
      if (isFirst && folder === dirname(path)) {
        isFirst = false;
        writeFileSync(path, ${JSON.stringify(text)});
      }
      return watch(folder, ...rest);
    };
    syncBuiltinESMExports();
  `)}`;
}

t.test('nothing is missed between reading and watching', async (t) => {
  for (const before of [{ 'shapes/point.ts': point('x') }, { 'shapes/other.ts': '' }]) {
    const workspace = bareWorkspace(t, { 'api.ts': API, ...before });
    const env = { NODE_OPTIONS: intruder(workspace.path('shapes/point.ts'), point('late')) };
    const command = ['gen', '--watch', 'api.ts', ...OUT];
    const process = new Ringsnake(t, command, { cwd: workspace.folder, env });
    await process.until('stderr', /watching/);
    t.match(workspace.read('out/api_gen/_types.py'), 'late: float');
    process.child.kill('SIGINT');
    t.match(await process.end(), { code: 0, stderr: /^watching 3 files; Ctrl-C ends it\n$/ });
  }
});

t.test('configurations are watched, too', async (t) => {
  const config = { entries: ['api.ts'], outTs: 'out', outPy: 'out' };
  const workspace = bareWorkspace(t, { ...FILES, 'ringsnake.config.json': JSON.stringify(config) });
  const watch = await watching(t, workspace, '--config', 'ringsnake.config.json');
  save(workspace, 'ringsnake.config.json', JSON.stringify({ ...config, outPy: 'py' }));
  t.match(
    await watch.next(/config\.json: wrote/),
    /^ringsnake\.config\.json: wrote py\/api_gen\/ \(/,
  );
  save(workspace, 'ringsnake.config.json', '{');
  t.match(await watch.next(/config\.json: 1 error/), /RSG111/);
  save(workspace, 'ringsnake.config.json', JSON.stringify(config));
  await watch.next(/config\.json: nothing was written/);
  save(workspace, 'tsconfig.json', '{');
  t.match(await watch.next(/tsconfig\.json: 1 error/), /RSG108/);
  save(workspace, 'tsconfig.json', '{}');
  await watch.next(/tsconfig\.json: nothing was written/);
  save(workspace, 'api.ts', API.replace('plot(', 'draw('));
  await watch.next(/api\.ts: wrote/);
  t.equal((await watch.end()).code, 0);
});

t.test('what changes before the first change is waited for is told, too', async (t) => {
  const config = { entries: ['api.ts'], outTs: 'out', outPy: 'out' };
  const name = 'ringsnake.config.json';
  const workspace = bareWorkspace(t, { ...FILES, [name]: JSON.stringify(config) });
  let said = '';
  const stderr = {
    write(text: string): void {
      said += text;
      if (text.includes('; Ctrl-C ends it'))
        save(workspace, name, JSON.stringify({ ...config, outPy: 'py' }));
      if (text.includes(`${name}: `)) process.emit('SIGINT');
    },
  };
  t.equal(
    await gen(['--watch'], { stdout: { write: () => {} }, stderr, cwd: workspace.folder }),
    0,
  );
  t.match(said, /^ringsnake\.config\.json: wrote py\/api_gen\/ \(/m);
});

t.test('as JSON each run is an object on a line', async (t) => {
  const workspace = bareWorkspace(t, FILES);
  const process = new Ringsnake(t, ['gen', '--watch', 'api.ts', ...OUT, '--format', 'json'], {
    cwd: workspace.folder,
  });
  await process.until('stdout', /\n/);
  save(workspace, 'api.ts', API.replace('Point)', 'symbol)'));
  await process.until('stdout', /\n.*\n/);
  process.child.kill('SIGINT');
  const { code, stdout, stderr } = await process.end();
  t.equal(code, 0);
  t.equal(stderr, '');
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(objects, [
    { exitCode: 0, diagnostics: [], files: [{ state: 'written' }, { state: 'written' }] },
    { exitCode: 2, diagnostics: [{ code: 'RSG125' }], files: [] },
  ]);
});

t.test('it does not go together with --check', async (t) => {
  const run = await bareWorkspace(t, FILES).gen('api.ts', '--watch', '--check');
  t.match(run, { code: 2, stderr: /RSG110: --watch writes and --check does not/ });
});
