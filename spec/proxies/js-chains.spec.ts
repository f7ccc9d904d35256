import t from 'tap';
import { startVisitor, type Visitor } from '../support/visitor/start.js';

/** Programs that Python's coroutine sends meanwhile. */
async function callsOf({ worker, run }: Visitor, body: string): Promise<[unknown, number]> {
  await run(`async def main():\n${body.replace(/^/gm, '    ')}`, 'None');
  // What went before has nothing to give back any more.
  await run('gc.collect()', 'None');
  await worker.ping();
  const before = worker.statistics().session.handlers.received;
  const result = await worker.py.eval('main()');
  const after = worker.statistics().session.handlers.received;
  return [result, after - before];
}

t.test('a chain is one round trip', async (t) => {
  const visitor = await startVisitor(t);
  t.same(
    await callsOf(visitor, 'return await js.aio.require("node:path").join("a", "b").length'),
    [3, 1],
  );
  t.same(
    await callsOf(
      visitor,
      'path = js.aio.require("node:path")\nreturn await path.join(path.sep, js.aio.eval("\'a\'"))',
    ),
    ['/a', 1],
    'with chains among its arguments',
  );
  t.same(
    await callsOf(
      visitor,
      'return await js.aio.eval("Promise.resolve({ a: 4 })").constructor.name',
    ),
    ['Promise', 1],
  );
  t.same(
    await callsOf(
      visitor,
      'global box\nbox = await js.aio.eval("Promise.resolve({ a: 4 })")\nreturn await box.a',
    ),
    [4, 2],
    'what is awaited is what the promise gave',
  );
});

t.test('a chain runs when it is awaited, once', async (t) => {
  const visitor = await startVisitor(t);
  const [result] = await callsOf(
    visitor,
    `
js.eval("var made = 0; function make() { made++; return { n: made }; }")
thing = js.aio.globals.make()
before = js.globals.made
one = await thing
two = await thing
n = await thing.n
return [before, one is two, n, js.globals.made] == [0, True, 1, 1]`,
  );
  t.equal(result, true);
});

t.test('asynchronous code does all that blocking code does', async (t) => {
  const visitor = await startVisitor(t);
  const [result] = await callsOf(
    visitor,
    `
aio = js.aio
box = await aio.new(aio.globals.Map, [["a", 1]])
await aio.set(box, "extra", 2)
await aio.set_item(box, "b", [3])
out = [await aio.len(box), await aio.contains(box, "b"), await aio.has(box, "extra"), await aio.typeof(box), await aio.instanceof(box, aio.globals.Map)]
await aio.delete_item(box, "a")
await aio.delete(box, "extra")
out += [await aio.value(box) == {"b": [3]}, await aio.str(aio.eval("[1]")), await aio.repr(aio.eval("[1]")), "size" in await aio.dir(box)]
out += [[list(js.of(entry)) async for entry in aio.iterate(box)] != [], await aio.of(js.eval("({ q: 1 })")).q, js.of(box).size, await aio.op("add", 1, 2)]
aio.release(box)
return repr(out)`,
  );
  t.equal(result, "[2, True, True, 'object', True, True, '1', '[ 1 ]', True, True, 1, 1, 3]");
});

t.test('what cannot be awaited says what can', async (t) => {
  const { run } = await startVisitor(t);
  t.same(
    await run(`
box = js.aio.eval("({})")
result = []
def change(): box.a = 1
def remove(): del box.a
for use in (change, remove, lambda: list(box), lambda: 1 in box):
    try: use()
    except TypeError as error: result.append(str(error).split("js.aio")[-1])
result.append(repr(box))`),
    [
      ".set(object, 'a', value)`, or use js",
      ".delete(object, 'a')`, or use js",
      'the items have to be awaited: `async for item in object`, or use js',
      '.contains(object, item)`, or use js',
      '<expression of JavaScript, not awaited>',
    ],
  );
});
