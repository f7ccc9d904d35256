import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RestartEvent, Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import type { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

// libuv makes the descriptor for it once, and keeps it.
watch(tmpdir(), { persistent: false }).close();
await auditLeaks(t);

const obeys = fixtureModule('obeys.py');

interface Watched {
  readonly folder: string;
  /** The file of the package. */
  readonly part: string;
  readonly worker: Worker;
  readonly workbench: WorkbenchClient;
  readonly restarts: RestartEvent[];
  /** What the package says. */
  number(): Promise<string>;
}

/** A module `app.py` with a package beside it, watched. */
async function startWatched(t: Test): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-watch-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const module = join(folder, 'app.py');
  mkdirSync(join(folder, 'parts'));
  const part = join(folder, 'parts', 'number.py');
  writeFileSync(part, 'NUMBER = 1');
  writeFileSync(
    module,
    `from parts.number import NUMBER\n${readFileSync(obeys, 'utf8').replace('__file__', JSON.stringify(obeys))}\nglobals_of_text["NUMBER"] = NUMBER\n`,
  );
  const restarts: RestartEvent[] = [];
  const { worker, workbench } = await startWorkbench(t, {
    module,
    watch: true,
    onRestart: (event) => restarts.push(event),
  });
  const number = (): Promise<string> => workbench.echoText('NUMBER');
  return { folder, part, worker, workbench, restarts, number };
}

t.test('a change of a file below the module is there at the next call', async (t) => {
  const { part, worker, restarts, number } = await startWatched(t);
  t.equal(await number(), '1');
  const first = worker.pid;
  // Same size, and in the same second as before.
  writeFileSync(part, 'NUMBER = 2');
  await until('a restart', () => restarts.length === 1);
  t.equal(await number(), '2');
  t.not(worker.pid, first);
  // As editors save: a new file in place of the old one.
  writeFileSync(`${part}.new`, 'NUMBER = 3');
  renameSync(`${part}.new`, part);
  await until('another', () => restarts.length === 2);
  t.equal(await number(), '3');
});

t.test('calls that run are answered before the new code comes', async (t) => {
  const { part, workbench, restarts, number } = await startWatched(t);
  const running = workbench.block(300);
  writeFileSync(part, 'NUMBER = 2');
  await running;
  await until('a restart', () => restarts.length === 1);
  t.equal(await number(), '2');
});

t.test('code that does not import is told, and the next change mends it', async (t) => {
  const { part, worker, restarts, number } = await startWatched(t);
  const warned: string[] = [];
  const onWarning = (warning: Error): number => warned.push(warning.message);
  process.on('warning', onWarning);
  t.teardown(() => process.off('warning', onWarning));
  writeFileSync(part, 'NUMBER = ');
  await until('the failure', () => worker.state === 'failed');
  await t.rejects(number(), { code: 'RS_MODULE_IMPORT', type: 'SyntaxError' });
  await t.rejects(number(), { code: 'RS_MODULE_IMPORT' }, 'it stays visible');
  t.match(warned, [/SyntaxError/]);
  writeFileSync(part, 'NUMBER = 4');
  await until('a restart', () => restarts.length === 1);
  t.equal(await number(), '4');
});

t.test('many changes in a row are one, and other files none', async (t) => {
  const { folder, part, worker, restarts } = await startWatched(t);
  mkdirSync(join(folder, '.venv', 'lib'), { recursive: true });
  mkdirSync(join(folder, '__pycache__'));
  writeFileSync(join(folder, 'notes.txt'), 'nothing');
  writeFileSync(join(folder, '.venv', 'lib', 'theirs.py'), '');
  writeFileSync(join(folder, '__pycache__', 'cached.py'), '');
  for (let i = 0; i < 20; i++) writeFileSync(part, `NUMBER = ${i}`);
  await until('a restart', () => restarts.length > 0);
  // A folder that comes is watched, and a change in it is the next restart: had others been seen, they would have come before.
  mkdirSync(join(folder, 'more'));
  await until('a restart for the folder', () => restarts.length > 1);
  writeFileSync(join(folder, 'more', 'new.py'), 'x = 1');
  await until('a restart for what is in it', () => restarts.length > 2);
  t.equal(restarts.length, 3);
  t.equal(worker.statistics().restarts, 3);
});

t.test('nothing is watched any more once the worker is closed', async (t) => {
  const { part, worker, restarts } = await startWatched(t);
  writeFileSync(part, 'NUMBER = 2');
  await worker.close();
  t.equal(restarts.length, 0);
  t.equal(worker.state, 'ended');
});
