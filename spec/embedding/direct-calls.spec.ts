/** Synchronous calls into Python on the thread that makes them. */
import { threadId } from 'node:worker_threads';
import { callContext, SessionClosedError, ValidationError, type Worker } from 'ringsnake';
import t from 'tap';
import { LandlordServer, LodgerClient } from '../support/lodging/lodging.gen.js';
import { until } from '../support/processes.js';
import { startLodger } from './lodgers.js';

t.equal(threadId, 0, 'these run on the main thread, whose number is that of the process');

t.test(
  'a synchronous call runs on the calling thread, an awaited one on the thread of the worker',
  async (t) => {
    const { lodger } = await startLodger(t);
    t.equal(lodger.sync.thread(), process.pid);
    const ofWorker = await lodger.thread();
    t.not(ofWorker, process.pid);
    t.equal(await lodger.threadLater(), ofWorker);
  },
);

t.test(
  'what must run in the loop of the worker, or in the pool, runs there, and the caller waits',
  async (t) => {
    const { lodger } = await startLodger(t);
    const ofWorker = await lodger.thread();
    t.equal(lodger.sync.threadLater(), ofWorker, 'async def');
    t.equal(lodger.sync.threadOfAwaitable(), ofWorker, 'a def that gives an awaitable');
    const ofPool = lodger.sync.threadOfPool();
    t.not(ofPool, ofWorker);
    t.not(ofPool, process.pid);
  },
);

t.test(
  'Python calls back while the thread of JavaScript is in it, and that calls Python again',
  async (t) => {
    const { lodger } = await startLodger(t);
    t.equal(lodger.sync.ask(3), '0! 1! 2!');
    t.equal(lodger.sync.climb(40), 40);
    t.equal(await lodger.ask(2), '0! 1!');
  },
);

t.test('values of every size come back as they were', async (t) => {
  const { lodger } = await startLodger(t);
  for (const count of [0, 1, 100, 20_000]) {
    const notes = Array.from({ length: count }, (_, i) => ({
      title: `note ${i} 🐍`,
      pages: i,
      tags: ['a', '', 'é'.repeat(i % 40)],
    }));
    t.same(lodger.sync.echo(notes), notes, `${count} notes`);
  }
  t.equal(lodger.sync.weigh(new Uint8Array(5_000_000)), 5_000_000);
});

t.test('what the arguments or the result have wrong is told with its place', async (t) => {
  const { lodger } = await startLodger(t);
  const notes = [{ title: 'one', pages: 1.5, tags: [] }];
  t.throws(() => lodger.sync.echo(notes), {
    code: 'RS_VALIDATION',
    message: /^echo\(notes\[0\]\.pages\): expected integer, got number 1\.5/,
  });
  t.throws(() => lodger.sync.mumble(), { message: /^mumble\(\): expected Note, got str/ });
  t.throws(() => lodger.sync.weigh('no bytes' as never), ValidationError);
  t.equal(lodger.sync.thread(), process.pid, 'and the next call is none the worse');
});

t.test('what Python raises has its type, its message, and both stacks', async (t) => {
  const { lodger } = await startLodger(t);
  const error = caught(() => lodger.sync.complain('the stairs'));
  t.match(error, { code: 'RS_REMOTE', type: 'ValueError', message: 'the stairs' });
  t.match(error.stack, /direct-calls\.spec/);
  t.match(error.stack, /On the other side:[\s\S]*lodging\.py/);
});

t.test('recursion without end is an error, in Python and in C', async (t) => {
  const { lodger } = await startLodger(t);
  const sources = [
    'def f(): return f()\nf()',
    'class A:\n  def __repr__(self): return repr(self)\nrepr(A())',
    'class A:\n  def __getattr__(self, name): return getattr(self, name + "x")\nA().a',
    'a = []\nfor _ in range(100000): a = [a]\nrepr(a)',
  ];
  for (const source of sources) {
    t.match(
      caught(() => lodger.sync.run(source)),
      { type: 'RecursionError' },
      source,
    );
    t.match(await lodger.run(source).catch((error) => error), { type: 'RecursionError' }, source);
  }
});

t.test('a getter of an argument may call, too', async (t) => {
  const { lodger } = await startLodger(t);
  const note = {
    get title() {
      return String(lodger.sync.climb(2));
    },
    pages: 1,
    tags: [],
  };
  t.same(lodger.sync.echo([note]), [{ title: '2', pages: 1, tags: [] }]);
});

t.test(
  'a worker that is destroyed in a callback of a direct call ends, and the call with it',
  async (t) => {
    const kept: { worker?: Worker } = {};
    const landlord = new LandlordServer({
      answer: (question) => {
        void kept.worker?.destroy();
        return question;
      },
      climb: (levels) => levels,
    });
    const { worker, lodger } = await startLodger(t, { serves: [landlord] });
    kept.worker = worker;
    t.match(
      caught(() => lodger.sync.ask(3)),
      { code: 'RS_REMOTE', remoteCode: 'RS_SESSION_CLOSED' },
    );
    await worker.destroy();
    const { lodger: next } = await startLodger(t);
    t.equal(next.sync.ask(1), '0!', 'and Python lives');
  },
);

t.test('a value’s own code that calls back cannot overwrite its call', async (t) => {
  const { lodger } = await startLodger(t);
  const strange = `
import ringsnake
from lodging_gen import LandlordClient, Note
class Strange(Note):
  @property
  def title(self):
    return ringsnake.client(LandlordClient).sync.answer("x" * 100)
  @title.setter
  def title(self, title):
    pass
lodger.said = Strange(title="", pages=1, tags=[])`;
  lodger.sync.run(strange);
  const refusal = { code: 'RS_REMOTE', type: 'RuntimeError', message: /being sent or received/ };
  t.match(
    caught(() => lodger.sync.mumble()),
    refusal,
  );
  t.match(await lodger.mumble().catch((error) => error), refusal);
  t.equal(lodger.sync.climb(2), 2, 'and the next call is none the worse');
});

t.test('each call has context variables of its own', async (t) => {
  const { lodger } = await startLodger(t);
  const { sync } = lodger;
  sync.run('import sys, contextvars\nsys.mark = contextvars.ContextVar("mark", default=0)');
  const read = 'import sys\nresult = sys.mark.get()';
  for (let i = 1; i < 4; i++) {
    t.equal(sync.run(`import sys\nsys.mark.set(${i})\nresult = sys.mark.get()`), String(i));
    t.equal(sync.run(read), '0');
  }
  const later = `import sys\nsys.mark.set(9)\nraise ValueError("after that")`;
  t.match(
    caught(() => sync.run(later)),
    { type: 'ValueError' },
  );
  t.equal(sync.run(read), '0', 'also after one that failed');
});

t.test('what travels with a call travels all the same', async (t) => {
  const { lodger } = await startLodger(t);
  const limited = lodger.withOptions({ timeout: 50 });
  t.throws(() => limited.sync.run('import time\ntime.sleep(0.3)'), { code: 'RS_CALL_TIMEOUT' });
  t.equal(lodger.withOptions({ timeout: 60_000 }).sync.run('result = 1'), '1');
  t.equal(callContext(), undefined);
});

t.test('a thread of Python that computes does not hold JavaScript up', async (t) => {
  const { worker, lodger } = await startLodger(t);
  let isDone = false;
  const computed = lodger
    .run('import time\nend = time.monotonic() + 0.5\nwhile time.monotonic() < end: pass')
    .then(() => {
      isDone = true;
    });
  let turns = 0;
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  await computed;
  t.ok(turns > 100, `the event loop went round ${turns} times`);
  t.equal(worker.state, 'running');
});

t.test('direct calls are counted', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const before = worker.statistics().session.calls;
  lodger.sync.thread();
  lodger.sync.thread();
  caught(() => lodger.sync.complain(''));
  const { made, answered, failed } = worker.statistics().session.calls;
  t.same([made - before.made, answered - before.answered, failed - before.failed], [3, 2, 1]);
});

t.test('a worker that was closed takes no call', async (t) => {
  const { worker, lodger } = await startLodger(t);
  lodger.sync.thread();
  await worker.close();
  t.throws(() => lodger.sync.thread(), SessionClosedError);
  const { lodger: next } = await startLodger(t);
  t.equal(next.sync.thread(), process.pid);
});

t.test('two workers of one module are two sessions with one module', async (t) => {
  const [one, other] = await Promise.all([startLodger(t), startLodger(t)]);
  one.lodger.sync.run('import sys\nsys.modules["lodging"].mark = 7');
  t.equal(other.lodger.sync.run('import lodging\nresult = lodging.mark'), '7');
  await one.worker.close();
  t.equal(other.worker.client(LodgerClient).sync.ask(1), '0!');
});

t.test('objects that cross are freed on both sides', async (t) => {
  const { lodger } = await startLodger(t);
  const count = 'import gc\ngc.collect()\nresult = len(gc.get_objects())';
  const notes = [{ title: 'kept?', pages: 1, tags: ['a'] }];
  for (let i = 0; i < 1000; i++) lodger.sync.echo(notes);
  const before = Number(lodger.sync.run(count));
  for (let i = 0; i < 100_000; i++) lodger.sync.echo(notes);
  let after = 0;
  await until('no more objects than before', () => {
    after = Number(lodger.sync.run(count));
    return after < before + 100;
  });
  t.ok(after < before + 100, `${before} objects before, ${after} after`);
});

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
