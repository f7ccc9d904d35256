import { text as readAll } from 'node:stream/consumers';
import { type OutputName, type SpawnOptions, spawn, type Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { startProgram, until } from '../support/processes.js';
import type { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const MIB = 2 ** 20;

/** A worker that runs what `echoText` says. */
function startObedient(
  t: Parameters<typeof startWorkbench>[0],
  options: Partial<SpawnOptions> = {},
): Promise<{ worker: Worker; workbench: WorkbenchClient }> {
  return startWorkbench(t, { module: fixtureModule('obeys.py'), ...options });
}

const write = (output: string, text: string): string =>
  `import sys\nsys.${output}.write(${JSON.stringify(text)}) and sys.${output}.flush()`;

t.test('lines reach `onLine`, each output for itself, whole and in order', async (t) => {
  const lines: [string, OutputName][] = [];
  const { worker, workbench } = await startObedient(t, {
    stdout: 'lines',
    stderr: 'lines',
    onLine: (line, output) => lines.push([line, output]),
  });
  await workbench.echoText(write('stdout', 'one\ntwo\r\nth'));
  await workbench.echoText(write('stdout', 'ree\n\nwithout an end'));
  await workbench.echoText(write('stderr', 'Ünïcode 🐍\n'));
  await worker.close();
  const of = (name: OutputName): string[] => lines.flatMap(([l, o]) => (o === name ? [l] : []));
  t.strictSame(of('stdout'), ['one', 'two', 'three', '', 'without an end']);
  t.strictSame(of('stderr'), ['Ünïcode 🐍']);
});

t.test('what is piped is read from the worker, to the end, and is not mixed up', async (t) => {
  const { worker, workbench } = await startObedient(t, { stdout: 'pipe', stderr: 'pipe' });
  const all = Promise.all([worker.stdout, worker.stderr].map((each) => readAll(each as never)));
  await workbench.echoText(write('stdout', 'to stdout\n'));
  await workbench.echoText(write('stderr', 'to stderr\n'));
  await workbench.echoText('import os\nos.write(1, b"x" * 300_000)');
  await worker.close();
  t.strictSame(await all, [`to stdout\n${'x'.repeat(300_000)}`, 'to stderr\n']);
});

t.test('nothing can be read from a worker unless it was asked for', async (t) => {
  const { worker } = await startObedient(t);
  t.equal(worker.stdout, null);
  t.equal(worker.stderr, null);
});

t.test('what is ignored is nowhere, but the last words of stderr are still known', async (t) => {
  const { child, line } = await startProgram('quiet-worker');
  t.match(line, /RS_WORKER_EXITED .*last words/, 'nothing came before it on stdout');
  t.equal(child.signalCode, null);
});

t.test('output that nobody understands is refused before anything starts', async (t) => {
  const module = fixtureModule('obeys.py');
  await t.rejects(spawn({ module, stdout: 'file' as never }), { name: 'TypeError' });
  await t.rejects(spawn({ module, stderr: 'lines' }), { message: /needs `onLine`/ });
});

for (const stderr of ['ignore', 'lines', 'inherit'] as const) {
  t.test(`a flood on stderr holds nobody up, and takes no memory: ${stderr}`, async (t) => {
    if (stderr === 'inherit') return flooded(t);
    let characters = 0;
    const { workbench } = await startObedient(t, {
      stderr,
      onLine: (line) => {
        characters += line.length;
      },
    });
    // What Node.js takes for whatever it reads first is no part of it.
    await workbench.echoText(flood(32));
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);
    // Binary, and not one line feed.
    await workbench.echoText(flood(256));
    clearInterval(watch);
    t.ok(most - before < 64 * MIB, `it took ${(most - before) / MIB} MiB`);
    if (stderr === 'lines') await until('all of it', () => characters === (32 + 256) * MIB);
    t.equal(await workbench.add(1, 1), 2);
  });
}

const flood = (mebibytes: number, descriptor = 2): string => `
import os
for _ in range(${mebibytes * 16}): os.write(${descriptor}, b"\\xff\\x00" * 32768)
os.write(${descriptor}, b"\\n")`;

async function flooded(t: Test): Promise<void> {
  const { child, line } = await startProgram('flooded-host');
  t.equal(line, 'done');
  child.kill('SIGKILL');
}

t.test('a thread that is blocked in a call does not hold up a worker that writes', async (t) => {
  let characters = 0;
  const { workbench } = await startObedient(t, {
    stdout: 'lines',
    stderr: 'ignore',
    onLine: (line) => {
      characters += line.length;
    },
  });
  workbench.sync.echoText(flood(4));
  workbench.sync.echoText(flood(4, 1));
  await until('the rest of it', () => characters === 4 * MIB);
});

t.test('the last words of a worker that ends a blocked call are in the error', async (t) => {
  const { workbench } = await startObedient(t, { stderr: 'ignore' });
  t.throws(() => workbench.sync.echoText('import os\nos.write(2, b"farewell") and os._exit(4)'), {
    code: 'RS_WORKER_EXITED',
    exitCode: 4,
    stderr: 'farewell',
  });
});

t.test('a pipe that nobody reads holds the worker up, not this process', async (t) => {
  const { worker, workbench } = await startObedient(t, { stderr: 'pipe' });
  let finished = false;
  const flooding = workbench.echoText(flood(8)).then(() => {
    finished = true;
  });
  await until('a full pipe', () => (worker.stderr?.readableLength ?? 0) > 0);
  t.equal(finished, false);
  let bytes = 0;
  worker.stderr?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await flooding;
  await until('all of it', () => bytes === 8 * MIB + 1);
});
