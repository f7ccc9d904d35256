/** What a start does not load, because it would cost every program milliseconds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

/** Modules of Python. */
const RARE = [
  'ctypes',
  'json',
  'numpy',
  'ringsnake._session.latency_histogram',
  'ringsnake._session.statistics',
  'ringsnake._worker.node_worker',
];

/** Of `names`, those that a program that only imports ringsnake has loaded. */
function loadedByNode(t: Test, names: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-lean-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  // The coverage that V8 writes names every script. By `env`, since the test runner has its own wishes for the environment of children.
  const environment = ['-u', 'NODE_OPTIONS', `NODE_V8_COVERAGE=${folder}`];
  const program = "import 'ringsnake'; import 'ringsnake/generated';";
  const argv = [...environment, process.execPath, '--input-type=module', '-e', program];
  const { status, stderr } = spawnSync('env', argv, { cwd: root });
  t.equal(status, 0, String(stderr));
  const [report = ''] = readdirSync(folder);
  const { result } = JSON.parse(readFileSync(join(folder, report), 'utf8')) as {
    result: { url: string }[];
  };
  return names.filter((name) => result.some(({ url }) => url.endsWith(`/dist/lib/${name}`)));
}

t.test(
  'a program loads sessions when it starts a worker, and pools when it makes one',
  async (t) => {
    t.same(loadedByNode(t, ['worker/spawn.js', 'wire/value-reader.js']), [
      'worker/spawn.js',
      'wire/value-reader.js',
    ]);
    const later = [
      'worker/incarnation.js',
      'worker/worker.js',
      'session/session.js',
      'pool/pool.js',
    ];
    t.same(loadedByNode(t, later), []);
  },
);

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
