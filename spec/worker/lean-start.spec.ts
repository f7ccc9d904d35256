/** What a start does not load, because it would cost every program milliseconds. */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

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
