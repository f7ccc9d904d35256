import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';
import { startVisitor } from '../support/visitor/start.js';

t.test('Python loads modules as the program of its host would', async (t) => {
  const { run } = await startVisitor(t);
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const path = JSON.stringify(join(root, 'package.json'));
  t.equal(await run(`result = js.require("node:fs").readFileSync(${path}, "utf8")`), text);
  t.equal(
    await run(`result = js.require("node:fs").readFileSync(${path}, encoding="utf8")`),
    text,
    'keyword arguments are an object at the end',
  );
  t.equal(
    await run('result = js.require("typescript/package.json").name'),
    'typescript',
    'packages of the folder of the program',
  );
  t.equal(
    await run('result = js.wait(js.import_("node:path")).join("a", "b")'),
    'a/b',
    'import() gives a promise',
  );
  t.equal(
    await run('result = js.wait(js.eval(\'import("node:os")\')).EOL'),
    '\n',
    'code imports as well',
  );
  t.match(
    await run(`
try: js.require("no-such-package")
except ringsnake.RemoteError as error: result = [error.type, error.remote_code, error.remote_message]`),
    ['Error', 'MODULE_NOT_FOUND', /no-such-package/],
  );
});

t.test('properties are attributes', async (t) => {
  const { run } = await startVisitor(t);
  await run(
    'box = js.eval("({ a: 1, nothing: undefined, get: 5, value: 6, _number: 7, from: 8, get bad() { throw new RangeError(\'bad\') } })")',
    'None',
  );
  t.same(
    await run('result = [box.a, box.get, box.value, box._number, box.from_, box.nothing is UNSET]'),
    [1, 5, 6, 7, 8, true],
    'whatever their names are',
  );
  t.same(
    await run(
      'box.a = [1, {"x": None}]; del box.get; result = [js.value(box.a), hasattr(box, "get"), hasattr(box, "a")]',
    ),
    [[1, { x: null }], false, true],
  );
  t.equal(
    await run(`
try: box.missing
except AttributeError as error: result = str(error)`),
    "this object of JavaScript's has no property 'missing'",
  );
  t.same(
    await run(`
try: box.bad
except ringsnake.RemoteError as error: result = [error.type, error.remote_message]`),
    ['RangeError', 'bad'],
    'a getter that throws',
  );
  t.same(
    await run('result = [js.get(box, "missing") is UNSET, js.has(box, "a"), js.has(box, "b")]'),
    [true, true, false],
  );
  t.ok(await run('result = set(dir(box)) >= {"a", "nothing"}'));
  t.same(
    await run(`
result = []
for change in (lambda f: setattr(f, "a", 2), lambda f: delattr(f, "a")):
    try: change(js.eval("Object.freeze({ a: 1 })"))
    except ringsnake.RemoteError as error: result.append(error.type)`),
    ['TypeError', 'TypeError'],
    'what is frozen says so',
  );
});

t.test('methods know their object, functions need none', async (t) => {
  const { run } = await startVisitor(t);
  await run('counter = js.eval("({ n: 1, add(m) { this.n += m; return this; } })")', 'None');
  t.same(
    await run(
      'add = counter.add; add(2).add(3); result = [counter.n, counter.add == add, add(0) is counter]',
    ),
    [6, true, true],
  );
  t.same(
    await run('result = [js.eval("(a, b) => a + b")(1, 2), js.globals.Math.max(1, 3, 2)]'),
    [3, 3],
  );
  t.equal(
    await run('result = js.new(js.globals.Date, 0).toISOString()'),
    '1970-01-01T00:00:00.000Z',
  );
  t.same(
    await run(`
Point = js.eval("(class Point { constructor(x, { y }) { this.x = x; this.y = y; } get sum() { return this.x + this.y; } })")
point = js.new(Point, 3, y=4)
result = [point.sum, js.instanceof(point, Point), js.instanceof(point, js.globals.Map), js.typeof(Point), js.typeof(3), js.typeof(UNSET)]
try: Point(1)
except ringsnake.RemoteError as error: result.append(error.type)`),
    [7, true, false, 'function', 'number', 'undefined', 'TypeError'],
  );
  t.equal(
    await run(
      `
async def call():
    try: await js.aio.globals.process.versions.node()
    except ringsnake.RemoteError as error: return error.remote_message`,
      'call()',
    ),
    'node is string, not a function',
    'what is no function has a name',
  );
});

t.test('collections are used as those of Python', async (t) => {
  const { run } = await startVisitor(t);
  await run('array = js.eval("[5, 6, { a: 7 }]")', 'None');
  t.same(
    await run(
      'result = [len(array), array[0], array[-1].a, list(array[0:2]), 6 in array, 9 in array, bool(js.eval("[]"))]',
    ),
    [3, 5, 7, [5, 6], true, false, true],
  );
  t.same(
    await run(`
table = js.new(js.globals.Map, [["a", 1], ["b", 2]])
table["c"] = 3
del table["a"]
result = [len(table), table["b"], "c" in table, "a" in table, [list(entry) for entry in table], js.value(table)]`),
    [
      2,
      2,
      true,
      false,
      [
        ['b', 2],
        ['c', 3],
      ],
      new Map([
        ['b', 2],
        ['c', 3],
      ]),
    ],
  );
  t.same(
    await run(
      'result = [sorted(js.new(js.globals.Set, [3, 1])), js.value(js.new(js.globals.Set, [1]))]',
    ),
    [[1, 3], new Set([1])],
  );
  t.same(
    await run(`
result = []
for key in (lambda: array[9], lambda: table["q"], lambda: js.eval("({})")["x"], lambda: len(js.eval("({})"))):
    try: key()
    except Exception as error: result.append(type(error).__name__)`),
    ['IndexError', 'KeyError', 'KeyError', 'TypeError'],
  );
  t.same(
    await run('result = [str(array), repr(array), f"{array}", "x" in js.eval("({ x: 1 })")]'),
    ['5,6,[object Object]', '[ 5, 6, { a: 7 } ]', '5,6,[object Object]', true],
  );
});

t.test('what can be iterated is, also what has to be awaited', async (t) => {
  const { run } = await startVisitor(t);
  await run(
    `
js.eval("var closed = 0; function* count() { try { for (let n = 0; ; n++) yield n; } finally { closed++; } }")
js.eval("async function* later() { for (const n of [1, 2]) { await null; yield { n }; } }")
js.eval("function* fails() { yield 1; throw new RangeError('over'); }")`,
    'None',
  );
  t.same(
    await run(`
result = []
for n in js.globals.count():
    result.append(n)
    if n == 3: break
del n
gc.collect()
result.append(js.globals.closed)`),
    [0, 1, 2, 3, 1],
    'a generator that is left is closed',
  );
  t.same(await run('result = [item.n for item in js.globals.later()]'), [1, 2], 'blocking');
  t.same(
    await run(
      `
async def read(): return [item.n async for item in js.globals.later()]`,
      'read()',
    ),
    [1, 2],
  );
  t.same(
    await run(`
result = []
try:
    for n in js.globals.fails(): result.append(n)
except ringsnake.RemoteError as error: result.append(error.type)
try: iter(js.eval("({})"))
except ringsnake.RemoteError as error: result.append(error.remote_message)`),
    [1, 'RangeError', 'object is not iterable'],
  );
  t.equal(
    await run('result = len(list(js.eval("Array.from({ length: 1000 }, (_, n) => ({ n }))")))'),
    1000,
  );
});

t.test('values keep what they are', async (t) => {
  const { run } = await startVisitor(t);
  t.same(
    await run(
      'result = [js.eval("undefined") is UNSET, js.eval("null") is None, js.eval("2n ** 70n") == 2**70, type(js.eval("3")).__name__, js.eval("1.5")]',
    ),
    [true, true, true, 'int', 1.5],
  );
  t.same(
    await run(`kind = js.eval("(x) => Object.prototype.toString.call(x) + typeof x")
import array, datetime
result = [kind(x) for x in (UNSET, None, 2**70, js.bigint(5), 5, "a", b"a", (1, 2), {"a": 1}, {1: 2}, {1}, array.array("d", [1]), datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), kind)]`),
    [
      '[object Undefined]undefined',
      '[object Null]object',
      '[object BigInt]bigint',
      '[object BigInt]bigint',
      '[object Number]number',
      '[object String]string',
      '[object Uint8Array]object',
      '[object Array]object',
      '[object Object]object',
      '[object Map]object',
      '[object Set]object',
      '[object Float64Array]object',
      '[object Date]object',
      '[object Function]function',
    ],
  );
  t.same(
    await run(`
symbol = js.eval("Symbol('q')")
keyed = js.eval("({})")
keyed[symbol] = 4
found = js.eval("(o) => Object.getOwnPropertySymbols(o)[0]")(keyed)
result = [keyed[symbol], found is symbol, str(symbol), js.typeof(symbol), js.has(keyed, symbol)]`),
    [4, true, 'Symbol(q)', 'symbol', true],
  );
  t.same(
    await run(`
import numpy
doubles = js.value(js.eval("Float64Array.from({ length: 65536 }, (_, n) => n)"))
back = js.eval("(a) => a.reduce((x, y) => x + y)")(numpy.arange(65536.0))
result = [type(doubles).__name__, float(numpy.asarray(doubles).sum()), back]`),
    ['memoryview', 2147450880, 2147450880],
    'arrays in both directions',
  );
  t.same(
    await run(`
result = []
for code in ("(o => { o.o = o; return o; })({})", "({ f() {} })", "[Symbol()]"):
    try: js.value(js.eval(code))
    except ringsnake.RingsnakeError as error: result.append(error.code)
cycle = []
cycle.append(cycle)
try: js.eval("(x) => x")(cycle)
except ringsnake.EncodeError as error: result.append(error.code)`),
    ['RS_ENCODE', 'RS_ENCODE', 'RS_ENCODE', 'RS_ENCODE'],
  );
  t.same(
    await run(`
class Thing: pass
thing = Thing()
same = js.eval("(x) => x")
result = [same(thing) is thing, same(same) is same, same([thing])[0] is thing]`),
    [true, true, true],
    'what comes home is itself',
  );
  t.match(
    await run(`
wild = js.eval("new Proxy({}, { get() { throw new RangeError('no') } })")
gone = js.eval("(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()")
result = [repr(wild)]
throws = js.eval("(thrown) => { throw thrown; }")
for use in (lambda: wild.x, lambda: gone.x, lambda: str(wild), lambda: throws(gone), lambda: throws(wild), lambda: throws(5), lambda: throws(None)):
    try: use()
    except ringsnake.RemoteError as error: result.append(error.type)`),
    ['{}', 'RangeError', 'TypeError', 'RangeError', /Error/, /Error/, 'number', 'object'],
  );
});
