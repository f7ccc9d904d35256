import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitEvent, RestartEvent } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { runs, until } from '../support/processes.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const folder = mkdtempSync(join(tmpdir(), 'ringsnake-restart-'));
t.teardown(() => rmSync(folder, { recursive: true }));

/** Back-off that does not keep a test waiting. */
const quick = { delay: 1, jitter: 0 };
const obeys = fixtureModule('obeys.py');

t.test('a worker that dies is started again, and its clients go on', async (t) => {
  const exits: ExitEvent[] = [];
  const restarts: RestartEvent[] = [];
  const { worker, workbench } = await startWorkbench(t, {
    restart: quick,
    onExit: (event) => exits.push(event),
    onRestart: (event) => restarts.push(event),
  });
  const first = worker.pid;
  t.match(worker.statistics(), { state: 'running', restarts: 0, pid: first });
  const pending = workbench.block(60_000);
  process.kill(first, 'SIGKILL');
  await t.rejects(pending, { code: 'RS_WORKER_EXITED', signal: 'SIGKILL' });
  t.equal(await workbench.add(1, 2), 3, 'a call that is made now waits for the next process');
  t.equal(workbench.sync.add(1, 2), 3);
  t.not(worker.pid, first);
  t.match(exits, [{ pid: first, exitCode: null, signal: 'SIGKILL' }]);
  t.match(restarts, [{ pid: worker.pid, restarts: 1, reason: { code: 'RS_WORKER_EXITED' } }]);
  t.match(worker.statistics(), { state: 'running', restarts: 1, pid: worker.pid });
  const last = worker.pid;
  t.strictSame(await worker.close(), { exitCode: 0, signal: null });
  t.strictSame(await worker.exited, { exitCode: 0, signal: null });
  t.equal(worker.state, 'ended');
  t.match(exits[1], { pid: last, exitCode: 0 });
  t.equal(restarts.length, 1, 'an end that was asked for is no reason to start again');
});

t.test('a call is made once at most, whatever happens to its worker', async (t) => {
  const ledger = join(folder, 'ledger');
  const { worker, workbench } = await startWorkbench(t, { module: obeys, restart: quick });
  const entry = (text: string): string =>
    `import os, time\nprint(${JSON.stringify(text)}, file=open(${JSON.stringify(ledger)}, "a"))\n`;
  await t.rejects(workbench.echoText(`${entry('dies')}os._exit(1)`), { code: 'RS_WORKER_EXITED' });
  const waiting = [workbench.echoText(`${entry('waits')}1`), workbench.echoText('2')];
  t.strictSame(await Promise.all(waiting), ['1', '2']);
  t.equal(readFileSync(ledger, 'utf8'), 'dies\nwaits\n');
  t.equal(worker.statistics().restarts, 1);
});

t.test('every call that is made while workers are killed is settled, and once', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { restart: { ...quick, limit: 100 } });
  const KILLS = 10;
  let answered = 0;
  let rejected = 0;
  let made = 0;
  const load = async (): Promise<void> => {
    while (worker.statistics().restarts < KILLS) {
      const number = made++;
      try {
        if ((await workbench.addLater(number, 1)) === number + 1) answered++;
      } catch (error) {
        if ((error as { code: string }).code === 'RS_WORKER_EXITED') rejected++;
      }
    }
  };
  const loads = Promise.all([load(), load(), load()]);
  for (let kills = 0; kills < KILLS; kills++) {
    const before = answered;
    await until('answers', () => answered > before + 20);
    process.kill(worker.pid, 'SIGKILL');
    await until('the next worker', () => worker.statistics().restarts === kills + 1);
  }
  await loads;
  t.equal(answered + rejected, made);
  t.ok(rejected > 0 && rejected <= 3 * KILLS);
});

t.test('a death that a blocked call notices is one like any other', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { restart: quick });
  t.throws(() => workbench.sync.exit(3), { code: 'RS_WORKER_EXITED', exitCode: 3 });
  t.equal(worker.state, 'restarting', 'before the event loop has heard of it');
  t.throws(() => workbench.sync.add(1, 1), { code: 'RS_WORKER_EXITED' }, 'nobody can wait here');
  t.equal(await workbench.add(1, 1), 2);
});

t.test('a worker that dies again and again is given up', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { restart: { ...quick, limit: 2 } });
  for (let deaths = 0; deaths < 3; deaths++)
    await t.rejects(workbench.exit(5), { code: 'RS_WORKER_EXITED', exitCode: 5 });
  const error = {
    code: 'RS_RESTART_LIMIT',
    message: /after 2 restarts in 10000 ms; the last time: .*exited with code 5/,
    cause: { code: 'RS_WORKER_EXITED' },
  };
  await t.rejects(workbench.add(1, 1), error);
  t.throws(() => workbench.sync.add(1, 1), error);
  t.equal(worker.state, 'failed');
  t.equal((await worker.exited).exitCode, 5);
  await t.rejects(worker.restart(), error);
  await worker.close();
  t.notOk(runs(worker.pid));
});

t.test('a worker that no longer starts is tried as often, and calls learn why', async (t) => {
  const module = join(folder, 'vanishing.py');
  writeFileSync(module, readFileSync(obeys, 'utf8').replace('__file__', JSON.stringify(obeys)));
  const warned: string[] = [];
  const onWarning = (warning: Error): number => warned.push(warning.message);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  const { worker, workbench } = await startWorkbench(t, {
    module,
    restart: { ...quick, limit: 3 },
  });
  writeFileSync(module, 'raise LookupError("nothing here")');
  process.kill(worker.pid, 'SIGKILL');
  await until('the news', () => worker.state !== 'running');
  await t.rejects(Promise.all([workbench.add(1, 1), workbench.add(1, 1)]), {
    code: 'RS_RESTART_LIMIT',
    cause: { code: 'RS_MODULE_IMPORT', message: /nothing here/ },
  });
  await until('a warning for each', () => warned.length === 3);
  t.match(warned[0], /nothing here/);
});

t.test('close() between two processes is the end', async (t) => {
  const { worker, workbench } = await startWorkbench(t, {
    restart: { delay: 60_000, maximumDelay: 60_000 },
  });
  process.kill(worker.pid, 'SIGKILL');
  await until('its death', () => worker.state === 'restarting');
  const waiting = workbench.add(1, 1);
  const [exit] = await Promise.all([
    worker.close(),
    t.rejects(waiting, { code: 'RS_SESSION_CLOSED' }),
  ]);
  t.equal(exit.signal, 'SIGKILL');
  t.equal(worker.state, 'ended');
  await t.rejects(worker.restart(), { code: 'RS_SESSION_CLOSED' });
});

t.test('close() while the next process starts ends that one, too', async (t) => {
  const module = join(folder, 'slow.py');
  const pidFile = join(folder, 'pid');
  const source = readFileSync(obeys, 'utf8').replace('__file__', JSON.stringify(obeys));
  writeFileSync(module, source);
  for (const how of ['close', 'destroy'] as const) {
    writeFileSync(module, source);
    const { worker } = await startWorkbench(t, { module, restart: quick });
    rmSync(pidFile, { force: true });
    writeFileSync(
      module,
      `import os, time\nprint(os.getpid(), file=open(${JSON.stringify(pidFile)}, "w"), flush=True)\ntime.sleep(60)`,
    );
    process.kill(worker.pid, 'SIGKILL');
    await until('the next one', () => existsSync(pidFile) && readFileSync(pidFile).length > 0);
    await worker[how]();
    t.equal(worker.state, 'ended', how);
    t.notOk(runs(Number(readFileSync(pidFile, 'utf8'))), how);
  }
});

t.test('restart() lets running calls answer, and later ones wait', async (t) => {
  const restarts: RestartEvent[] = [];
  const { worker, workbench } = await startWorkbench(t, {
    onRestart: (event) => restarts.push(event),
  });
  const first = worker.pid;
  const running = workbench.callHost(50);
  const restarted = worker.restart();
  const later = workbench.add(2, 2);
  t.match(await running, /note 49|NOTE 49/);
  t.equal(await later, 4);
  await restarted;
  t.not(worker.pid, first);
  t.notOk(runs(first));
  t.match(restarts, [{ pid: worker.pid, reason: { code: 'RS_SESSION_CLOSED' } }]);
});

t.test('a call waits for the next process no longer than it may take', async (t) => {
  const { worker, workbench } = await startWorkbench(t, {
    restart: { delay: 600_000, jitter: 0 },
    timeout: 20,
  });
  process.kill(worker.pid, 'SIGKILL');
  await until('it is dead', () => worker.state === 'restarting');
  const late = { code: 'RS_CALL_TIMEOUT', message: /not sent/ };
  await t.rejects(workbench.add(1, 2), late, 'the time of every call');
  const patient = worker.client(WorkbenchClient, { timeout: 600_000 });
  await t.rejects(patient.withOptions({ timeout: 0 }).add(1, 2), late, 'its own');
  const controller = new AbortController();
  const given = patient.withOptions({ signal: controller.signal }).add(1, 2);
  controller.abort(new Error('enough'));
  await t.rejects(given, { message: 'enough' });
  await t.rejects(patient.withOptions({ signal: controller.signal }).add(1, 2), {
    message: 'enough',
  });
});

t.test('what a call may take is counted from the moment when it is made', async (t) => {
  const { worker, workbench } = await startWorkbench(t, { module: obeys, restart: quick });
  process.kill(worker.pid, 'SIGKILL');
  await until('it is dead', () => worker.state === 'restarting');
  const code =
    'import ringsnake\nringsnake.call_context().deadline - __import__("time").monotonic()';
  const left = Number(await workbench.withOptions({ timeout: 600_000 }).echoText(code));
  t.ok(left > 0 && left < 600, `${left} s are left`);
});

t.test('a worker whose code has changed meanwhile serves clients that still fit', async (t) => {
  const module = join(folder, 'changing.py');
  writeFileSync(module, readFileSync(obeys, 'utf8').replace('__file__', JSON.stringify(obeys)));
  const { worker, workbench } = await startWorkbench(t, { module });
  writeFileSync(module, '');
  await worker.restart();
  await t.rejects(workbench.add(1, 1), { code: 'RS_UNKNOWN_INTERFACE' });
});

t.test('without `restart` the first death is the last', async (t) => {
  const { worker, workbench } = await startWorkbench(t);
  process.kill(worker.pid, 'SIGKILL');
  await until('its end', () => worker.state === 'ended');
  await t.rejects(workbench.add(1, 1), { code: 'RS_WORKER_EXITED' });
});
