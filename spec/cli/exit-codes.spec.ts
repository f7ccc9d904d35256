import t from 'tap';
import { bareWorkspace, ringsnake } from './ringsnake.js';

const API = 'export interface S {\n  m(a: string): Promise<void>;\n}\n';
const GEN = ['gen', 'api.ts', '--out-ts', 'out', '--out-py', 'out'];

t.test('0: written, and then found fresh', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const options = { cwd: workspace.folder };
  t.match(await ringsnake(t, GEN, options), { code: 0, stdout: /^wrote out\/api\.gen\.ts\n/ });
  t.same(await ringsnake(t, [...GEN, '--check'], options), { code: 0, stdout: '', stderr: '' });
});

t.test('1: what --check finds stale', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const run = await ringsnake(t, [...GEN, '--check'], { cwd: workspace.folder });
  t.match(run, { code: 1, stdout: /^--- \/dev\/null\n/, stderr: /api\.gen\.ts is missing\n/ });
});

t.test('2: an input that cannot be generated', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API.replace('string', 'symbol') });
  const run = await ringsnake(t, GEN, { cwd: workspace.folder });
  t.match(run, { code: 2, stdout: '', stderr: /error RSG125: / });
});

/** Breaks the generator from inside: the last thing it does is to rename a file. */
const BROKEN = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  fs.renameSync = () => { throw new TypeError('the wheel came off'); };
  syncBuiltinESMExports();
`)}`;

t.test('3: an error in ringsnake itself, which asks to be reported', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const env = { NODE_OPTIONS: `--import=${BROKEN}` };
  const run = await ringsnake(t, GEN, { cwd: workspace.folder, env });
  t.same(run, {
    code: 3,
    stdout: '',
    stderr:
      'ringsnake: an error in ringsnake itself: the wheel came off\n' +
      '   please report it, with the input that caused it; RINGSNAKE_DEBUG=1 shows where it happened\n',
  });
  const debug = { ...env, RINGSNAKE_DEBUG: '1' };
  const told = await ringsnake(t, GEN, { cwd: workspace.folder, env: debug });
  t.equal(told.code, 3);
  t.match(told.stderr, /TypeError: the wheel came off\n {4}at .*\n {4}at writeOutput /);
});

t.test('3 as JSON has the message, and the stack on request', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const env = { NODE_OPTIONS: `--import=${BROKEN}` };
  const args = [...GEN, '--format', 'json'];
  const run = await ringsnake(t, args, { cwd: workspace.folder, env });
  t.equal(run.stderr, '');
  t.same(JSON.parse(run.stdout), {
    exitCode: 3,
    diagnostics: [],
    error: { message: 'the wheel came off' },
  });
  const debug = { ...env, RINGSNAKE_DEBUG: '1' };
  const told = await ringsnake(t, args, { cwd: workspace.folder, env: debug });
  t.match(JSON.parse(told.stdout).error.stack, /at writeOutput /);
});

t.test('2: the compiler is not installed', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const hidden = `data:text/javascript,${encodeURIComponent(`
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(\`
      export function resolve(specifier, context, next) {
        if (specifier !== 'ts-morph') return next(specifier, context);
        throw Object.assign(new Error("Cannot find package 'ts-morph'"), { code: 'ERR_MODULE_NOT_FOUND' });
      }
    \`));
  `)}`;
  const env = { NODE_OPTIONS: `--import=${hidden}` };
  const run = await ringsnake(t, GEN, { cwd: workspace.folder, env });
  t.match(run, {
    code: 2,
    stdout: '',
    stderr: /error RSG114: .*\n {3}hint: npm install --save-dev ts-morph/,
  });
});
