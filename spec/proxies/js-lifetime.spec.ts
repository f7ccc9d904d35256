import t from 'tap';
import { startVisitor, type Visitor } from '../support/visitor/start.js';

/** Bytes in use here and there, when nothing is on its way. */
async function memory({ worker, run }: Visitor): Promise<{ here: number; there: number }> {
  await run('gc.collect()', 'None');
  await worker.ping();
  global.gc?.();
  const there = Number(await run('import os', 'int(open("/proc/self/statm").read().split()[1]) * 4096'));
  return { here: process.memoryUsage().heapUsed, there };
}

t.test('objects are kept while Python has them, and no longer', async (t) => {
  const { run } = await startVisitor(t);
  await run(
    `
js.eval("var kept = new Set(); var registry = new FinalizationRegistry((n) => kept.delete(n));")
js.eval("function make(n) { const made = { n }; kept.add(n); return made; }")
things = [js.globals.make(n) for n in range(10)]`,
    'None',
  );
  t.same(await run('result = [thing.n for thing in things]'), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.same(
    await run(`
result = []
with things[0] as thing: result.append(thing.n)
js.release(things[1])
for thing in things[:2]:
    try: thing.n
    except ringsnake.ReleasedError as error: result.append(error.code)
result.append(repr(things[0]))
try: js.eval("(x) => x")(things[0])
except ringsnake.ReleasedError as error: result.append(error.code)`),
    [0, 'RS_RELEASED', 'RS_RELEASED', '<object of JavaScript, released>', 'RS_RELEASED'],
  );
});

t.test('a hundred thousand round trips leave nothing behind', { timeout: 120_000 }, async (t) => {
  const visitor = await startVisitor(t);
  const round = `
make = js.eval("(n) => ({ n })")
call = js.eval("(f, x) => f(x)")
for n in range(12500):
    thing = make(n)
    call(lambda x: x, thing)
del thing`;
  await visitor.run(round, 'None');
  const before = await memory(visitor);
  for (let at = 0; at < 4; at++) await visitor.run(round, 'None');
  const after = await memory(visitor);
  t.ok(after.there - before.there < 8 * 2 ** 20, `${after.there - before.there} bytes more there`);
  t.ok(after.here - before.here < 16 * 2 ** 20, `${after.here - before.here} bytes more here`);
});

t.test('what is used after the session is told so', async (t) => {
  const { worker } = await startVisitor(t);
  const { py } = worker;
  const function_ = await py.eval('js.eval("(f) => { globalThis.later = f; }")(lambda: 1)');
  t.equal(function_, undefined);
  await worker.destroy();
  const { later } = globalThis as unknown as { later: () => Promise<unknown> };
  await t.rejects(later(), { code: 'RS_SESSION_CLOSED' });
});
