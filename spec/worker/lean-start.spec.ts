/** What a start does not load, because it would cost every program milliseconds. */
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { embed, spawn } from 'ringsnake';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

/** Modules of Python. */
const RARE = [
  'ctypes',
  'json',
  'numpy',
  'ringsnake._proxies.guest',
  'ringsnake._proxies.host',
  'ringsnake._session.latency_histogram',
  'ringsnake._session.statistics',
  'ringsnake._worker.node_worker',
];

t.test('a worker loads nothing that most workers never need', async (t) => {
  const program = 'import ringsnake._worker.main, ringsnake.generated, sys; print(*sys.modules)';
  const { status, stdout, stderr } = spawnSync(pythonCommand(), ['-c', program], {
    env: pythonEnvironment(),
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  const loaded = new Set(stdout.trim().split(' '));
  t.ok(loaded.has('ringsnake._session.session'));
  for (const name of RARE) t.notOk(loaded.has(name), name);
});

for (const [name, start] of Object.entries({ spawn, embed })) {
  t.test(`garbage is collected by the time that the module is imported: ${name}`, async (t) => {
    const folder = t.testdir({ 'collected.py': 'import gc\nenabled = gc.isenabled()\n' });
    const module = join(folder, 'collected.py');
    const worker = await start({ module, python: pythonCommand() });
    t.teardown(() => worker.close());
    t.equal(await worker.py.import('collected').enabled, true);
  });
}

/** Tells which files V8 has parsed by the time that the package is there. */
const PARSED = `
import { Session } from 'node:inspector';
const session = new Session();
session.connect();
const files = [];
session.on('Debugger.scriptParsed', ({ params }) => files.push(params.url));
session.post('Debugger.enable');
const all = await import('ringsnake');
session.disconnect();
const { PeerDiedError } = await import('./dist/lib/errors.js');
console.log(JSON.stringify({ files, isSame: PeerDiedError === all.PeerDiedError }));
`;

t.test('the package comes in one file, whose modules are there once', async (t) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', PARSED],
    { cwd: root, encoding: 'utf8' },
  );
  t.equal(status, 0, stderr);
  const { files, isSame } = JSON.parse(stdout) as { files: string[]; isSame: boolean };
  const own = files.filter((file) => /^file:.*\.js$/.test(file)).map((file) => basename(file));
  t.same(own.sort(), ['bundle.js', 'index.js'], 'after a build by hand: npm run build:ts');
  t.ok(isSame);
});
