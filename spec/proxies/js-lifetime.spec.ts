import t from 'tap';
import { collectUntil } from '../support/collector.js';
import { startVisitor } from '../support/visitor/start.js';

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

t.test('each reference is given back once, whoever comes first', async (t) => {
  const { run } = await startVisitor(t);
  t.same(
    await run(
      `
first = js.eval("globalThis.shared = { a: 1 }")
js.release(first)
second = js.globals.shared
del first
gc.collect()
result = []
async def later():
    for _ in range(3):
        await asyncio.sleep(0)
        result.append(second.a)
    return result`,
      'later()',
    ),
    [1, 1, 1],
  );
});

t.test('what came for a call that was given up is given back', async (t) => {
  const { run, worker } = await startVisitor(t);
  await run(
    `
js.eval("var alive = 0; var gone = new FinalizationRegistry(() => alive--);")
js.eval("function make() { const made = {}; gone.register(made); alive++; return made; }")
js.eval("var given = []; function promised() { return new Promise((resolve) => given.push(resolve)); }")
js.eval("function slow(isOver) { while (!isOver()); return make(); }")
import os, tempfile
from pathlib import Path
flag = Path(tempfile.mkdtemp(), "flag")
exists = js.require("node:fs").existsSync
slow = js.aio.globals.slow(js.eval("(exists, path) => () => exists(path)")(exists, str(flag)))
for use in (lambda: js.wait(js.globals.promised(), 0.001), lambda: js._guest.run_sync(slow.__ringsnake__.chain, 0.001)):
    try: use()
    except ringsnake.CallTimeoutError: pass
    else: raise AssertionError("it was answered in time")
flag.touch()
js.eval("for (const resolve of given.splice(0)) resolve(make())")
js.release(exists)`,
    'None',
  );
  const shared = globalThis as unknown as { alive: number };
  await collectUntil('all are collected', async () => {
    await run('gc.collect()', 'None');
    return worker.statistics().session.handlers.running <= 1 && shared.alive === 0;
  });
});

t.test('JavaScript forgets what Python has forgotten, also while that only blocks', async (t) => {
  const { run } = await startVisitor(t);
  await run(
    `
js.eval("var alive = 0; var gone = new FinalizationRegistry(() => alive--);")
js.eval("function make(n) { const made = { n }; gone.register(made); alive++; return made; }")
make = js.globals.make
for n in range(5000): make(n)`,
    'None',
  );
  const { alive } = globalThis as unknown as { alive: number };
  t.ok(alive <= 5000);
  const shared = globalThis as unknown as { alive: number };
  await collectUntil('all are collected', () => shared.alive === 0);
});

t.test('sixty thousand round trips leave nothing behind', { timeout: 240_000 }, async (t) => {
  const { run } = await startVisitor(t);
  await run(
    `
class Counted:
    alive = 0
    def __init__(self): Counted.alive += 1
    def __del__(self): Counted.alive -= 1
    def __call__(self, x): return x
make = js.eval("(n) => ({ n })")
call = js.eval("(f, x) => f(x)")
def spin(count):
    for n in range(count):
        thing = make(n)
        assert call(Counted(), thing) is thing
def size(): return int(open("/proc/self/statm").read().split()[1]) * 4096`,
    'None',
  );
  const settle = async (): Promise<[number, number]> => {
    await collectUntil(
      'Python has none of them',
      async () => (await run('', 'Counted.alive')) === 0,
    );
    return [process.memoryUsage().heapUsed, (await run('', 'size()')) as number];
  };
  // Each is three: one to make, one to call, and the call of what that was given.
  const rounds = async (count: number): Promise<[number, number]> => {
    for (let at = 0; at < count; at++) {
      await run('spin(5000)', 'None');
      await settle();
    }
    return await settle();
  };
  const [hereBefore, thereBefore] = await rounds(2);
  const [here, there] = await rounds(2);
  t.ok(here - hereBefore < 4 * 2 ** 20, `${here - hereBefore} bytes more here`);
  t.ok(there - thereBefore < 4 * 2 ** 20, `${there - thereBefore} bytes more there`);
});

t.test('what is used after the session is told so', async (t) => {
  const { worker } = await startVisitor(t);
  const { py } = worker;
  await py.exec('js.eval("(f) => { globalThis.later = f; }")(lambda: 1)');
  await worker.destroy();
  const { later } = globalThis as unknown as { later: () => Promise<unknown> };
  await t.rejects(later(), { code: 'RS_SESSION_CLOSED' });
});
