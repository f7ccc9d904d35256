/** The host is killed in every state that its worker can be in: the worker is gone within a second. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { figuresOf } from '../support/figures.js';
import { auditLeaks } from '../support/leaks.js';
import { runs, until } from '../support/processes.js';
import { pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

await auditLeaks(t);
t.setTimeout(3_600_000);

const STATES = [
  'idle',
  'Python loop',
  'C loop',
  'time.sleep',
  'blocked send',
  'blocked sync call',
  'pool thread busy',
  'streaming',
  'forked child',
  'starting',
  'closing',
  'restarting',
];
const TRIALS = process.env['RINGSNAKE_STRESS'] === '1' ? 200 : 5;
/** At a time. */
const BATCH = 5;
/** Milliseconds. */
const BOUND_MS = 1_000;
/** Of a start, on a loaded machine. */
const PATIENCE_MS = 60_000;

const program = join(root, 'dist', 'spec', 'support', 'programs', 'held-host.js');

interface Held {
  readonly child: ChildProcess;
  /** Of its workers, those too that have ended. */
  readonly pids: number[];
}

/** A host whose worker is in that state. */
async function hold(t: Test, state: string, folder: string): Promise<Held> {
  const child = spawn(process.execPath, [program, state, join(folder, 'marker')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: pythonEnvironment(),
  });
  t.teardown(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await until(`a worker that is there: ${state}`, () => /^reached$/m.test(output), PATIENCE_MS);
  const pids = (): number[] =>
    [...output.matchAll(/^worker (\d+)$/gm)].map(([, pid]) => Number(pid));
  await until(`a pid: ${state}`, () => pids().some(runs), PATIENCE_MS);
  return { child, pids: pids() };
}

/** Milliseconds from its death to that of its workers. */
async function killHost(t: Test, state: string, { child, pids }: Held): Promise<number> {
  if (!pids.some(runs)) t.fail('the worker had ended before');
  const started = performance.now();
  child.kill('SIGKILL');
  await until(`the end of the worker: ${state}`, () => !pids.some(runs), PATIENCE_MS);
  const took = performance.now() - started;
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return took;
}

for (const state of STATES) {
  t.test(`the host is killed, its worker is in this state: ${state}`, async (t) => {
    const took: number[] = [];
    while (took.length < TRIALS) {
      const held = await Promise.all(
        Array.from({ length: Math.min(BATCH, TRIALS - took.length) }, () => {
          const folder = mkdtempSync(join(tmpdir(), 'ringsnake-held-'));
          t.teardown(() => rmSync(folder, { recursive: true }));
          return hold(t, state, folder);
        }),
      );
      took.push(...(await Promise.all(held.map((each) => killHost(t, state, each)))));
    }
    const figures = figuresOf(took);
    t.equal(figures.trials, TRIALS);
    t.ok(figures.worst <= BOUND_MS, `gone within a second: ${figures.worst} ms`);
    t.comment(JSON.stringify({ figure: 'worker gone after host, ms', state, ...figures }));
  });
}
