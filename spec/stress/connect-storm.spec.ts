/** Sessions that are opened and closed in great number, and starts that fail in every way: nothing is left of any. */
import { type SpawnOptions, spawn } from 'ringsnake';
import t from 'tap';
import { auditLeaks, childPids } from '../support/leaks.js';
import { pythonCommand } from '../support/python.js';
import { hostDefinition, WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, host, workbenchModule } from '../support/workers.js';

await auditLeaks(t);
t.setTimeout(3_600_000);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const SESSIONS = LONG ? 1_000 : 100;
/** Of each kind; those that start a process, and those that do not. */
const FAILED = LONG ? { started: 100, unstarted: 100 } : { started: 8, unstarted: 100 };
/** At a time. */
const LANES = 4;

async function repeat(times: number, work: (number: number) => Promise<void>): Promise<void> {
  let number = 0;
  const lane = async (): Promise<void> => {
    while (number < times) await work(number++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

t.test('many sessions are opened, used and closed', async (t) => {
  await auditLeaks(t);
  const wrong: unknown[] = [];
  await repeat(SESSIONS, async (number) => {
    const worker = await spawn({
      module: workbenchModule,
      python: pythonCommand(),
      serves: [host],
    });
    const sum = await worker.client(WorkbenchClient).add(number, 1);
    // In good order, and not.
    const end = number % 2 === 0 ? await worker.close() : await worker.destroy();
    if (sum !== number + 1 || (number % 2 === 0 && end.exitCode !== 0)) wrong.push({ sum, end });
  });
  t.strictSame(wrong, []);
  t.comment(JSON.stringify({ figure: 'connect storm', sessions: SESSIONS }));
});

const other = {
  definition: { ...hostDefinition, schema: 'interface Host\n', hash: '0'.repeat(64) },
  implementation: host.implementation,
};

const FAILURES: readonly {
  readonly what: string;
  readonly code: string;
  readonly options: Partial<SpawnOptions>;
  readonly starts: boolean;
}[] = [
  {
    what: 'no such interpreter',
    code: 'RS_INTERPRETER_NOT_FOUND',
    options: { python: 'no-such-python' },
    starts: false,
  },
  {
    what: 'a file that is no program',
    code: 'RS_START',
    options: { python: '/dev/null' },
    starts: false,
  },
  {
    what: 'a folder that is not there',
    code: 'RS_START',
    options: { cwd: '/no/such/folder' },
    starts: false,
  },
  {
    what: 'a module that raises',
    code: 'RS_MODULE_IMPORT',
    options: { module: fixtureModule('raises.py') },
    starts: true,
  },
  {
    what: 'no such module',
    code: 'RS_MODULE_IMPORT',
    options: { module: 'no.such.module' },
    starts: true,
  },
  {
    what: 'another version of the interface',
    code: 'RS_MODULE_IMPORT',
    options: { module: fixtureModule('asks_too_much.py'), serves: [other as never] },
    starts: true,
  },
  {
    what: 'a module that ends the process',
    code: 'RS_WORKER_EXITED',
    options: { module: fixtureModule('vanishes.py') },
    starts: true,
  },
  {
    what: 'a module that takes too long',
    code: 'RS_START_TIMEOUT',
    options: { module: fixtureModule('sleeps.py'), startTimeout: 150 },
    starts: true,
  },
];

for (const { what, code, options, starts } of FAILURES) {
  t.test(`starts fail: ${what}`, async (t) => {
    await auditLeaks(t);
    const times = starts ? FAILED.started : FAILED.unstarted;
    const wrong: string[] = [];
    await repeat(times, async () => {
      const start = spawn({
        module: workbenchModule,
        python: pythonCommand(),
        stderr: 'ignore',
        ...options,
      });
      const [outcome] = await Promise.allSettled([start]);
      if (outcome.status === 'fulfilled') wrong.push('it started');
      else if (outcome.reason.code !== code) wrong.push(`${outcome.reason.code} ${outcome.reason}`);
    });
    t.strictSame([...new Set(wrong)], []);
    t.strictSame(childPids(), [], 'no process is left');
    t.comment(JSON.stringify({ figure: 'failed starts', what, times }));
  });
}
