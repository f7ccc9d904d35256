import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WorkerExitedError } from 'ringsnake';
import t from 'tap';
import { countOutOfMemoryKills } from '../../lib/worker/out-of-memory.js';

const folder = mkdtempSync(join(tmpdir(), 'ringsnake-cgroup-'));
t.teardown(() => rmSync(folder, { recursive: true }));

/** The count, in a world in which we belong to `groups` and these files are there. */
function count(name: string, groups: string, files: Record<string, string>): number | undefined {
  const mount = join(folder, name);
  const membership = join(mount, 'membership');
  mkdirSync(mount);
  writeFileSync(membership, groups);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(mount, path)), { recursive: true });
    writeFileSync(join(mount, path), text);
  }
  return countOutOfMemoryKills({ membership, mount });
}

t.test('kills are counted in our own control group, of either version', async (t) => {
  const events = 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n';
  t.equal(count('unified', '0::/app/web\n', { 'app/web/memory.events': events }), 2);
  t.equal(count('container', '0::/\n', { 'memory.events': events }), 2);
  t.equal(count('elsewhere', '0::/../host\n', { 'memory.events': events }), 2);
  const control = 'oom_kill_disable 0\nunder_oom 0\noom_kill 7\n';
  const groups = '5:cpu,memory:/app\n1:name=systemd:/\n';
  t.equal(count('old', groups, { 'memory/app/memory.oom_control': control }), 7);
  t.equal(count('nowhere', '', {}), undefined);
});

t.test('a kill says whether memory ran out, as far as that is known', async (t) => {
  const message = (signal: string, outOfMemory: boolean | null): string =>
    new WorkerExitedError({ what: 'w', exitCode: null, signal, stderr: '', outOfMemory }).message;
  t.match(
    message('SIGKILL', true),
    /killed by SIGKILL, for want of memory: the kernel has counted/,
  );
  t.match(message('SIGKILL', null), /killed by SIGKILL, maybe by the kernel for want of memory/);
  t.match(message('SIGKILL', false), /killed by SIGKILL$/);
  t.match(message('SIGSEGV', true), /killed by SIGSEGV$/);
});
