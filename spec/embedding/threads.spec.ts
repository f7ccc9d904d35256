/** Several threads of worker_threads share the interpreter, and end when and how they like. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker as Thread } from 'node:worker_threads';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { lodging, startLodger } from './lodgers.js';

const program = join(root, 'dist', 'spec', 'support', 'programs', 'lodging-thread.js');
/** Times that each thread is terminated in what it does. */
const ROUNDS = Number(process.env['RINGSNAKE_STRESS'] ? 200 : 4);

function startThread(task: string): Thread {
  // Not what the runner of specs has every thread load first.
  return new Thread(program, {
    execArgv: [],
    workerData: { module: lodging, python: pythonCommand(), task },
  });
}

// First: what others have left for a moment would be missed by it later.
t.test('a thread that is terminated leaves nothing open', async (t) => {
  await auditLeaks(t, { embeds: true });
  for (const task of ['sync', 'async', 'pending']) {
    const thread = startThread(task);
    await once(thread, 'message');
    await thread.terminate();
  }
});

t.test('threads share the interpreter', async (t) => {
  const { lodger } = await startLodger(t);
  const threads = Array.from({ length: 4 }, () => startThread('close'));
  const told = threads.map(async (thread) => {
    const [message] = await once(thread, 'message');
    const [code] = await once(thread, 'exit');
    return { ...message, code };
  });
  for (let i = 0; i < 1000; i++) lodger.sync.echo([]);
  for (const each of await Promise.all(told))
    t.same(each, { sum: 19_900, asked: '0 1', isOwnThread: true, code: 0 });
  t.equal(lodger.sync.ask(1), '0!');
});

for (const task of ['sync', 'direct', 'callback', 'async', 'pending']) {
  t.test(
    `a thread that is terminated in the middle of it (${task}) leaves the others alone`,
    async (t) => {
      const { lodger } = await startLodger(t);
      for (let round = 0; round < ROUNDS; round++) {
        const thread = startThread(task);
        await once(thread, 'message');
        if (task === 'callback') await once(thread, 'message');
        t.equal(await thread.terminate(), 1);
        t.equal(lodger.sync.ask(1), '0!');
        t.equal(await lodger.ask(1), '0!');
      }
    },
  );
}
