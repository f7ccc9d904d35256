import { EventEmitter } from 'node:events';
import t from 'tap';
import { startVisitor } from '../support/visitor/start.js';

const shared = globalThis as unknown as Record<string, unknown>;

t.test('JavaScript calls functions of Python, at once where Python waits for it', async (t) => {
  const { run } = await startVisitor(t);
  t.same(await run('result = list(js.eval("[3, 1, 2]").sort(lambda a, b: a - b))'), [1, 2, 3]);
  t.same(
    await run(
      'result = js.value(js.eval("(f) => f({ a: 1 }, [2])")(lambda box, items: {"got": [box.a, items[0]], "none": None}))',
    ),
    { got: [1, 2], none: null },
    'what it gives is a value of JavaScript',
  );
  t.same(
    await run('result = js.eval("(f) => [typeof f, f instanceof Function, f === f]")(print)[0]'),
    'function',
  );
  t.same(
    await run(`
class Sender:
    def send(self): pass
sender = Sender()
same = js.eval("(f, g) => f === g")
result = [same(sender.send, sender.send), same(sender.send, Sender().send), same(print, print)]`),
    [true, false, true],
    'one function is one function',
  );
  t.equal(
    await run('result = js.eval("(f) => f((x) => x + 1)")(lambda inc: inc(41))'),
    42,
    'calls inside of calls',
  );
});

t.test("an exception of Python's goes through JavaScript and is itself again", async (t) => {
  const { run } = await startVisitor(t);
  t.same(
    await run(`
class Odd(Exception): pass
odd = Odd("odd")
def raises(*_): raise odd
result = []
try: js.eval("[1]").map(raises)
except Odd as error: result.append(error is odd)
result.append(js.eval("(f) => { try { f(); } catch (error) { return [error.name, error.type, error.remoteMessage].join(); } }")(raises))`),
    [true, 'RemoteError,Odd,odd'],
  );
});

t.test('what JavaScript calls later gives promises', async (t) => {
  const { run } = await startVisitor(t);
  const emitter = new EventEmitter();
  shared['emitter'] = emitter;
  await run(
    'seen = []\nlisten = lambda *args: seen.append([*args]) or len(seen)\njs.globals.emitter.on("news", listen)',
    'None',
  );
  const [listener] = emitter.listeners('news') as [(...args: unknown[]) => Promise<unknown>];
  t.equal(await listener(1, 'a'), 1);
  emitter.emit('news', 2);
  t.same(await run('', 'seen'), [[1, 'a'], [2]]);
  await run('js.globals.emitter.off("news", listen)', 'None');
  t.equal(emitter.listenerCount('news'), 0, 'removed with the same function');
  await run('async def double(x):\n    await asyncio.sleep(0)\n    return x * 2', 'None');
  t.same(
    await run(
      'result = js.value(js.wait(js.eval("(f) => { const p = f(2); return p.then((x) => [p instanceof Promise, x]); }")(double)))',
    ),
    [true, 4],
    'of a coroutine function always',
  );
});

t.test('a failure that nobody listens to is a warning', async (t) => {
  const { run } = await startVisitor(t);
  const emitter = new EventEmitter();
  shared['emitter'] = emitter;
  await run(
    'def fails(*_): raise ValueError("unheard")\njs.globals.emitter.on("news", fails)',
    'None',
  );
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  emitter.emit('news');
  t.match(await warned, { message: /ValueError: unheard/ });
  const [listener] = emitter.listeners('news') as [() => Promise<unknown>];
  await t.rejects(listener(), { code: 'RS_REMOTE', type: 'ValueError' });
});

t.test('what has a `then` is awaited as JavaScript does it, and not before it is', async (t) => {
  const { run } = await startVisitor(t);
  t.same(
    await run(
      `
query = js.eval("globalThis.query = { begun: 0, then(resolve) { this.begun++; resolve(5); resolve(6); } }")
result = [query.begun, js.wait(query), query.begun]
async def later(): return [*result, await query, query.begun]`,
      'later()',
    ),
    [0, 5, 1, 5, 2],
  );
  t.equal(
    await run('result = js.wait(js.eval("(f) => f()")(lambda: js.globals.query))'),
    5,
    'also of a function that was given',
  );
  t.equal(
    await run(`
try: js.wait(js.eval("({ then(resolve, reject) { throw new RangeError('no'); } })"))
except ringsnake.RemoteError as error: result = error.type`),
    'RangeError',
  );
  await run('result = js.eval("(f) => { f.call(5); }")', 'None');
});

t.test('a function that is given has no `this`', async (t) => {
  const { worker, run } = await startVisitor(t);
  await run('def called(function): return function()', 'None');
  const called = await worker.py.eval('called');
  t.equal(
    await called(function (this: unknown) {
      return this === undefined;
    }),
    true,
  );
});

t.test('promises are awaited, or waited for', async (t) => {
  const { run } = await startVisitor(t);
  t.equal(await run('result = js.wait(js.eval("new Promise((r) => setTimeout(r, 1, 5))"))'), 5);
  t.equal(await run('async def wait(): return await js.eval("Promise.resolve(6)")', 'wait()'), 6);
  t.same(
    await run(
      `
async def fail():
    try: await js.eval("Promise.reject(new RangeError('no'))")
    except ringsnake.RemoteError as error: return [error.type, error.exception.message]`,
      'fail()',
    ),
    ['RangeError', 'no'],
  );
  t.equal(
    await run(`
try: js.wait(js.eval("new Promise(() => {})"), timeout=0.01)
except ringsnake.CallTimeoutError as error: result = error.code`),
    'RS_CALL_TIMEOUT',
  );
  t.same(await run('result = [js.wait(7), js.wait(js.eval("await 8"))]'), [7, 8]);
});
