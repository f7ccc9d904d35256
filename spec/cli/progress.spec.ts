import t from 'tap';
import { bareWorkspace, ringsnake } from './ringsnake.js';

const API = 'export interface S {\n  m(a: string): Promise<void>;\n}\n';
const GEN = ['gen', 'api.ts', '--out-ts', 'out', '--out-py', 'out'];

/** Keeps the generator's thread busy, as a large input does: it stands still until a line is due. */
const SLOW = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { statSync } = fs;
  let isFirst = true;
  fs.statSync = (path, ...rest) => {
    if (isFirst && String(path).endsWith('api.ts')) {
      isFirst = false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
    }
    return statSync(path, ...rest);
  };
  syncBuiltinESMExports();
`)}`;

const LINE = 'ringsnake: reading types…';

t.test('long work shows a line on a terminal, which is gone at its end', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const env = { NODE_OPTIONS: `--import=${SLOW}`, TERM: 'xterm' };
  const options = { cwd: workspace.folder, env, terminal: true };
  const { code, stdout } = await ringsnake(t, GEN, options);
  t.equal(code, 0);
  t.match(stdout, `\r\u001b[K${LINE} `);
  t.equal(
    stdout.slice(stdout.lastIndexOf('\r\u001b[K')),
    '\r\u001b[Kwrote out/api.gen.ts\r\nwrote out/api_gen/\r\n',
  );
});

t.test('where there is no terminal, it does not', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const env = { NODE_OPTIONS: `--import=${SLOW}` };
  const { code, stderr } = await ringsnake(t, GEN, { cwd: workspace.folder, env });
  t.equal(code, 0);
  t.equal(stderr, '');
});
