/** What a handler in Python may do, whichever half of ours runs it: the native one runs plain calls, Python's all others. */
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { fixtureModule, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const module = fixtureModule('answers.py');

const remote = (type: string, message: string | RegExp) => ({ code: 'RS_REMOTE', type, message });

const ANSWERS: readonly [ask: string, answer: string | object][] = [
  ['a text', 'text'],
  ['a long text', 'x'.repeat(3_000_000)],
  ['a coroutine', 'mine'],
  ['a coroutine that waits', 'minemine'],
  ['an awaitable', 'in good time'],
  ['a future', 'from the future'],
  ['a trace', 'nothing'],
  ['a trace', 'nothing'],
  ['a lone surrogate', '\ud800'],
  ['an error', remote('ValueError', 'wrong')],
  ['an exit', remote('SystemExit', '3')],
  ['nobody knows what', remote('KeyError', /nobody knows what/)],
  ['a number', { code: 'RS_VALIDATION', path: 'echoText()' }],
  ['a coroutine function', { code: 'RS_VALIDATION', path: 'echoText()' }],
];

/** With latencies each call is observed, which the native half does not do; so is none that has a context. */
const WAYS: readonly [
  way: string,
  options: { statistics?: boolean; timeout?: number },
  about: RegExp,
][] = [
  ['plain', {}, /^True 0 None \{\} False$/],
  ['observed', { statistics: true }, /^True 0 None \{\} False$/],
  ['with a deadline', { timeout: 600_000 }, /^True 0 [\d.]+ \{\} False$/],
];

const settled = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
const outcome = async (ask: () => Promise<string>): Promise<unknown> => settled(ask());

for (const [way, options, about] of WAYS) {
  t.test(`each answer reaches its caller, ${way}`, async (t) => {
    const { worker, workbench } = await startWorkbench(t, { module, ...options });
    const sync = async (ask: string): Promise<string> => workbench.sync.echoText(ask);
    for (const call of [(ask: string) => workbench.echoText(ask), sync]) {
      for (const [ask, answer] of ANSWERS) t.match(await outcome(() => call(ask)), answer, ask);
      t.match(await call('about the call'), about);
    }
    const together = ANSWERS.map(([ask]) => outcome(() => workbench.echoText(ask)));
    for (const [i, got] of (await Promise.all(together)).entries())
      t.match(got, ANSWERS[i]?.[1], `together: ${ANSWERS[i]?.[0]}`);
    t.match(worker.statistics(), { session: { calls: { open: 0 } } });
    const stack = String(((await outcome(() => workbench.echoText('an error'))) as Error).stack);
    t.match(stack, /answers\.py", line \d+, in fail/, 'the handler is in the stack');
    t.notMatch(stack, /_session|_channel/, 'what called it is not');
  });
}

t.test('answers wait for room behind those that wait already', async (t) => {
  const { workbench } = await startWorkbench(t, { module, ringCapacity: 1 << 16 });
  const asks = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 'a long text' : 'a text'));
  const answers = await Promise.all(asks.map((ask) => workbench.echoText(ask)));
  t.strictSame(
    answers.map(({ length }) => length),
    asks.map((ask) => (ask === 'a text' ? 4 : 3_000_000)),
  );
});

t.test(
  'calls that were not read are told apart from those that were, however they were sent',
  async (t) => {
    const { worker, workbench } = await startWorkbench(t);
    const running = workbench.block(60_000);
    const calls = Array.from({ length: 40 }, () => workbench.add(1, 2));
    process.kill(worker.pid, 'SIGKILL');
    const told = await Promise.all([running, ...calls].map(settled));
    t.ok(told.every((error) => (error as { code: string }).code === 'RS_WORKER_EXITED'));
    t.ok(told.slice(1).every((error) => (error as { delivered: boolean }).delivered === false));
  },
);
