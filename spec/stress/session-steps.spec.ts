/** Either side is killed at every named step of a session, in every kind of call; the other side must be well. frame.md §4, streams.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { startArena } from '../support/arena/start.js';
import { WORKS, type WorkName, workNames } from '../support/arena/works.js';
import { auditLeaks } from '../support/leaks.js';
import { runs, until } from '../support/processes.js';
import { pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';
import { fixtureModule } from '../support/workers.js';

await auditLeaks(t);
t.setTimeout(3_600_000);

/** Which of its passages a step is fatal at. */
const PASSAGES = process.env['RINGSNAKE_STRESS'] === '1' ? [1, 2, 3, 7, 20] : [1];
/** Cells at a time. */
const LANES = 2;
/** Milliseconds after which a side hangs; and within which a worker follows its host. */
const BOUND_MS = 30_000;
const ORPHAN_MS = 1_000;

const program = join(root, 'dist', 'spec', 'support', 'programs', 'doomed-host.js');

interface Doom {
  readonly work: WorkName;
  /** `step:n`, or nothing. */
  readonly step?: string;
  readonly steps?: string;
}

const environmentOf = ({ step, steps }: Doom): Record<string, string | undefined> => ({
  RINGSNAKE_STEP: step,
  RINGSNAKE_STEPS: steps,
});

function bounded<Result>(what: string, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const hang = setTimeout(() => reject(new Error(`${what} hangs`)), BOUND_MS);
    work.finally(() => clearTimeout(hang)).then(resolve, reject);
  });
}

/** `lived`: it did not come there, and all was well; else what is wrong. */
type Fate = 'killed' | 'lived' | { readonly wrong: string };

/** A worker that dies there. */
async function killWorker(doom: Doom): Promise<Fate> {
  const { worker, ...clients } = await startArena({
    module: fixtureModule('doomed.py'),
    env: environmentOf(doom),
  });
  const what = `${doom.work}, worker killed ${doom.step}`;
  const [outcome] = await bounded(
    what,
    Promise.allSettled([WORKS[doom.work]({ worker, ...clients }, 7)]),
  );
  // What comes after the answer, such as a release, may be the step.
  if (doom.step === undefined) await worker.close();
  const later = setTimeout(() => worker.close(), 1_000);
  const { signal } = await bounded(what, worker.exited);
  clearTimeout(later);
  if (outcome.status === 'fulfilled') {
    if (!outcome.value) return { wrong: `${what}: a wrong answer` };
    return signal === 'SIGKILL' ? 'killed' : 'lived';
  }
  const { code, delivered } = outcome.reason as Record<string, unknown>;
  const tells = typeof delivered === 'boolean' || delivered === null;
  if (code === 'RS_WORKER_EXITED' && signal === 'SIGKILL' && tells) return 'killed';
  return { wrong: `${what}: ${String(outcome.reason)} (delivered: ${String(delivered)})` };
}

/** A host that dies there. */
async function killHost(doom: Doom): Promise<Fate> {
  const child = spawn(process.execPath, [program, doom.work], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...pythonEnvironment(), ...environmentOf(doom) },
  });
  const what = `${doom.work}, host killed ${doom.step}`;
  const [output, [code, signal]] = await bounded(
    what,
    Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number, string]>]),
  );
  const pid = Number(/^worker (\d+)$/m.exec(output)?.[1]);
  await until(`the end of the worker: ${what}`, () => !runs(pid), ORPHAN_MS);
  if (signal === 'SIGKILL') return 'killed';
  if (code === 0 && /^done$/m.test(output)) return 'lived';
  return { wrong: `${what}: exit code ${code}, signal ${signal}, ${output}` };
}

const SIDES = { worker: killWorker, host: killHost };

/** The steps that a side comes to in such a work, with nobody dying. */
async function stepsOf(
  t: Test,
  kill: (doom: Doom) => Promise<Fate>,
  work: WorkName,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-steps-'));
  const steps = join(folder, 'steps');
  t.equal(await kill({ work, steps }), 'lived', `${work} is done`);
  const found = existsSync(steps) ? readFileSync(steps, 'utf8').trim().split('\n') : [];
  rmSync(folder, { recursive: true });
  return found;
}

for (const [side, kill] of Object.entries(SIDES)) {
  t.test(`the ${side} is killed at every step, in every kind of call`, async (t) => {
    await auditLeaks(t);
    const cells: Doom[] = [];
    const names = new Set<string>();
    for (const work of workNames)
      for (const name of await stepsOf(t, kill, work)) {
        names.add(name);
        for (const passage of PASSAGES) cells.push({ work, step: `${name}:${passage}` });
      }
    const fates: Fate[] = [];
    const queue = [...cells];
    const lane = async (): Promise<void> => {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        fates.push(await kill(cell).catch((error: unknown) => ({ wrong: String(error) })));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const wrong = fates.filter((fate) => typeof fate === 'object');
    t.strictSame(wrong, []);
    // Some frames depend on which side is faster, such as credit at the end of a stream.
    const killed = fates.filter((fate) => fate === 'killed').length;
    t.ok(killed >= 40, `${killed} deaths in ${cells.length} cells`);
    const figure = 'killed at steps of a session';
    t.comment(JSON.stringify({ figure, side, steps: names.size, cells: cells.length, killed }));
  });
}
