import { spawn } from 'ringsnake';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { startVisitor } from '../support/visitor/start.js';

t.test('a worker may use its host only if that says so', async (t) => {
  const { run } = await startVisitor(t, { exposeJavaScript: false });
  t.same(
    await run(`
result = []
for use in (lambda: js.globals, lambda: js.require("node:fs"), lambda: js.eval("1"), lambda: js.wait(js.import_("node:fs")), lambda: js.op("add", 1, 2)):
    try: use()
    except ringsnake.AccessDeniedError as error: result.append([error.code, "exposeJavaScript: true" in str(error)])`),
    Array.from({ length: 5 }, () => ['RS_ACCESS_DENIED', true]),
  );
});

t.test('what a worker is given leads it nowhere else', async (t) => {
  const worker = await spawn({ python: pythonCommand() });
  t.teardown(() => worker.destroy());
  const { py } = worker;
  await py.exec(`
import ringsnake
from ringsnake import js
def attack(given):
    found = []
    number = given.__ringsnake__.number
    send = given.__ringsnake__.guest._client.sync.run
    uses = [
        lambda: given.constructor, lambda: given["constructor"], lambda: setattr(given, "x", 1), lambda: list(given), lambda: send([number, 4, [[8, [0, 11, "process", None]]], None]),
        lambda: send([[8, [0, 11, "process", None]], 20]),
        lambda: js.new(given), lambda: js.value(given), lambda: js.instanceof(given, given), lambda: dir(given), lambda: given.call(None),
    ]
    for use in uses:
        try:
            use()
            found.append("got it")
        except ringsnake.RingsnakeError as error:
            found.append(error.code)
    return found
def caught(given):
    try: given()
    except ringsnake.RemoteError as error:
        try: error.exception.constructor
        except ringsnake.AccessDeniedError: return error.type
`);
  const codes = (await py.value(py.eval('attack')((x: unknown) => x))) as string[];
  t.same(
    [...new Set(codes)].sort(),
    ['RS_ACCESS_DENIED', 'RS_VALIDATION'],
    'not even by a program among its arguments',
  );
  t.equal(
    await py.eval('caught')(() => {
      throw new RangeError('x');
    }),
    'RangeError',
    'nor by what it threw',
  );
  t.equal(await py.eval('lambda given: given(20)')((x: number) => x + 1), 21, 'it may be called');
  t.equal(
    await py.eval('lambda given: repr(given)')(function named() {}),
    '[Function: named]',
    'and shown',
  );
});

t.test('no answer of a worker is a program', async (t) => {
  const worker = await spawn({ python: pythonCommand() });
  t.teardown(() => worker.destroy());
  const { py } = worker;
  await py.exec(`
from ringsnake._proxies.host import ObjectHost
ObjectHost.run = lambda self, program: [8, [0, 11, "globalThis.taken = true", None]]`);
  await t.rejects(Promise.resolve(py.eval('1')), { code: 'RS_VALIDATION' });
  t.equal((globalThis as { taken?: boolean }).taken, undefined);
});

t.test('outside of a worker there is no JavaScript', async (t) => {
  const { run } = await startVisitor(t);
  const code = `import subprocess, sys
script = "import ringsnake\\ntry: ringsnake.js.globals\\nexcept ringsnake.SessionClosedError as error: print(error)"
result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}).stdout.strip()`;
  t.match(await run(code), /was not started by spawn\(\)/);
});
