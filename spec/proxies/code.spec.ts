import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('code runs in a namespace that is kept', async (t) => {
  const { py } = await startExplorer(t);
  t.equal(await py.exec('x = 1\ndef f(): return x + 1'), undefined);
  t.equal(await py.eval('f()'), 2);
  t.equal(py.sync.eval(' x '), 1);
  const space = await py.namespace({ x: 10, items: [1, 2] });
  await py.exec('y = x * len(items)', space);
  t.equal(await py.eval('y', space), 20);
  t.equal(await py.item(space, 'y'), 20);
  await t.rejects(Promise.resolve(py.eval('y')), { message: /^NameError: / }, 'they are apart');
  t.equal(await py.eval('a + b', { a: 1, b: 2 }), 3);
  await t.rejects(Promise.resolve(py.eval('1', [1])), {
    message: 'TypeError: a namespace is a dict, not a list',
  });
});

t.test('code may await', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec('import asyncio\nz = await asyncio.sleep(0.001, "slept")');
  t.equal(await py.eval('z'), 'slept');
  t.equal(await py.eval('await asyncio.sleep(0.001, 5)'), 5);
  t.equal(py.sync.eval('await asyncio.sleep(0.001, 5)'), 5);
});

t.test('what code prints is given if that is wanted', async (t) => {
  const { py } = await startExplorer(t);
  const code = 'import sys\nprint("out")\nprint("err", file=sys.stderr)';
  t.same(await py.exec(code, undefined, { capture: true }), { stdout: 'out\n', stderr: 'err\n' });
  t.same(py.sync.exec(code, undefined, { capture: true }), { stdout: 'out\n', stderr: 'err\n' });
  t.same(
    await py.exec('import asyncio\nprint(1)\nawait asyncio.sleep(0)\nprint(2)', null, {
      capture: true,
    }),
    {
      stdout: '1\n2\n',
      stderr: '',
    },
  );
  await t.rejects(py.exec('print(1)\n1/0', null, { capture: true }), {
    message: /^ZeroDivisionError/,
  });
  t.same(await py.exec('print("again")', null, { capture: true }), {
    stdout: 'again\n',
    stderr: '',
  });
});

t.test('tracebacks show the code', async (t) => {
  const { py } = await startExplorer(t);
  await py.exec('def f(x):\n    return x / 0');
  await t.rejects(Promise.resolve(py.eval('f(1)')), {
    traceback: /<py\.exec \d+>", line 2, in f\n {4}return x \/ 0/,
    message: /Zero/,
  });
  await t.rejects(py.exec('x ='), { message: /^SyntaxError: invalid syntax/ });
});
