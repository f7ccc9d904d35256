import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import type { WorkerRow } from '../../lib/top/sample.js';
import { top } from '../../lib/top/top.js';
import { auditLeaks } from '../support/leaks.js';
import { root } from '../support/root.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process, which then looks at itself. */
async function run(...argv: string[]): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const code = await top(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

const own = String(process.pid);

async function workers(): Promise<WorkerRow[]> {
  const { stdout } = await run(own, '--once', '--json', '--interval', '0.1');
  return (JSON.parse(stdout) as { workers: WorkerRow[] }).workers;
}

t.test('it finds workers, what they run, and what goes through their rings', async (t) => {
  const first = await startWorkbench(t);
  const second = await startWorkbench(t, { ringCapacity: 65536 });
  let busy = true;
  const work = (async () => {
    while (busy) {
      await first.workbench.echoBytes(new Uint8Array(1000));
      await new Promise(setImmediate);
    }
  })();
  const rows = await workers();
  busy = false;
  await work;
  t.equal(rows.length, 2);
  const [one, other] = [first, second].map(({ worker }) =>
    rows.find(({ pid }) => pid === worker.pid),
  );
  t.match(one, { program: /^python3/, module: /workbench\.py$/, residentBytes: Number });
  t.ok((one?.channels[0]?.toWorker.bytesPerSecond ?? 0) > 1000);
  t.ok((one?.channels[0]?.fromWorker.bytesPerSecond ?? 0) > 1000);
  t.match(other?.channels, [
    {
      capacity: 65536,
      toWorker: { unreadMessages: 0, unreadBytes: 0, bytesPerSecond: 0 },
      worker: 'polls',
    },
  ]);
});

t.test('what a stopped worker has not read stands in its ring', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  await workbench.nothing();
  process.kill(worker.pid, 'SIGSTOP');
  const calls = Promise.all([workbench.add(1, 2), workbench.add(3, 4), workbench.nothing()]);
  const [row] = await workers();
  process.kill(worker.pid, 'SIGCONT');
  await calls;
  t.match(row, { state: 'stopped', channels: [{ toWorker: { unreadMessages: 3 } }] });
  // Header, frame and its value: 8 + 16 + 1 + 2 doubles or small integers, to the next multiple of 8.
  t.ok((row?.channels[0]?.toWorker.unreadBytes ?? 0) >= 3 * 32);
  t.match(await workers(), [{ channels: [{ toWorker: { unreadMessages: 0, unreadBytes: 0 } }] }]);
});

t.test('the table has a line for each worker', async (t) => {
  const { worker } = await startWorkbench(t);
  const { code, stdout } = await run(own, '--once', '--interval', '0.05');
  t.equal(code, 0);
  t.match(stdout, new RegExp(`^${own} node: 1 worker\\nPID +PROGRAM +MODULE`));
  t.match(
    stdout,
    new RegExp(`\\n${worker.pid} +python3\\S* +workbench\\.py +sleeps .* 4\\.0 MiB +0% `),
  );
  await worker.close();
  t.match((await run(own, '--once', '--interval', '0.05')).stdout, `${own} node: 0 workers\n`);
});

t.test('it goes on until the process ends, from outside', async (t) => {
  const program = join(root, 'dist/lib/cli/main.js');
  const sleeper = `setTimeout(() => {}, 600_000); process.stdout.write('.')`;
  const watched = spawn(process.execPath, ['-e', sleeper], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => watched.stdout?.once('data', resolve));
  const pid = String(watched.pid);
  // It dies when it has been seen once.
  const kill = `set -o pipefail; "$@" | { read -r line; kill -9 ${pid}; echo "$line"; cat; }`;
  const topOfIt = [process.execPath, program, 'top', pid, '--interval', '0.02', '--json'];
  const { status, stdout } = spawnSync('bash', ['-c', kill, 'bash', ...topOfIt], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.equal(status, 0, 'also while nobody has reaped it: this thread was blocked');
  t.match(stdout, /^\{"pid":\d+,"time":"[^"]+","workers":\[\]\}\n/);
});

t.test(
  'a process of another user is refused with a word about it',
  { skip: process.getuid?.() === 0 ? false : 'only root can try' },
  async (t) => {
    const { worker } = await startWorkbench(t);
    process.seteuid?.(65534);
    const { code, stderr } = await run(String(worker.pid), '--once').finally(() =>
      process.seteuid?.(0),
    );
    t.equal(code, 1);
    t.match(
      stderr,
      /^ringsnake top: the system lets nobody look at process \d+ but its user and root/,
    );
  },
);

t.test('what makes no sense is refused with a word about it', async (t) => {
  for (const argv of [[], ['x'], ['0'], ['1', '2'], ['1', '--interval', 'soon'], ['1', '--what']]) {
    const { code, stderr } = await run(...argv);
    t.equal(code, 2, argv.join(' '));
    t.match(stderr, /^ringsnake top: .*\n\nringsnake top PID/);
  }
  const absent = await run(String(2 ** 30), '--once');
  t.match(absent, { code: 1, stderr: `ringsnake top: there is no process ${2 ** 30}\n` });
  t.match(await run('--help'), { code: 0, stdout: /--once/ });
});
