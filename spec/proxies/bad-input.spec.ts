import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('modules that cannot be imported say why', async (t) => {
  const { worker, py } = await startExplorer(t);
  await t.rejects(Promise.resolve(py.import('no_such_module')), {
    message: "ModuleNotFoundError: No module named 'no_such_module'",
  });
  await t.rejects(Promise.resolve(py.import('raises_at_import')), {
    message: /^FileNotFoundError: .*there is nothing here/,
  });
  await t.rejects(Promise.resolve(py.import('exits_at_import')), { message: 'SystemExit: 3' });
  t.throws(() => py.sync.import('exits_at_import'), { message: /^SystemExit/ });
  await t.rejects(Promise.resolve(py.import('a\0b')), { code: 'RS_REMOTE' });
  await t.rejects(Promise.resolve(py.import('')), { message: /^ValueError/ });
  await t.rejects(Promise.resolve(py.import(5 as never)), { code: 'RS_VALIDATION' });
  t.equal(worker.state, 'running');
  t.equal(await py.import('math').pi, Math.PI);
});

t.test(
  'an exception tells its type, message, traceback and cause, and can be reached',
  async (t) => {
    const { py } = await startExplorer(t);
    const zoo = await py.import('zoo');
    const error = await Promise.resolve(zoo.chained()).catch((caught: unknown) => caught);
    t.match(error, {
      code: 'RS_REMOTE',
      type: 'ValueError',
      remoteMessage: 'outer',
      traceback: /in chained/,
      cause: { type: 'KeyError', message: "KeyError: 'inner'" },
      stack: /bad-input\.spec.*On the other side:/s,
    });
    const { exception } = error as { exception: { args: PromiseLike<unknown> } };
    t.equal(await py.isinstance(exception, py.builtins.ValueError), true);
    t.same(await py.value(exception.args), ['outer']);
    try {
      py.sync.of(zoo).chained();
      t.fail('it throws');
    } catch (thrown) {
      t.match((thrown as Error).stack, /bad-input\.spec.*On the other side:/s);
      t.equal((thrown as { exception: { args: unknown[] } }).exception.args[0], 'outer');
    }
  },
);

t.test('a worker tells of its errors what it may', async (t) => {
  const { py } = await startExplorer(t, { exposeErrors: 'type' });
  const zoo = await py.import('zoo');
  const error = (await Promise.resolve(zoo.chained()).catch((caught: unknown) => caught)) as Error;
  t.match(error, { type: 'ValueError', traceback: '' });
  t.notMatch(error.message, /outer/);
  t.equal((error as { exception?: unknown }).exception, null);
});

t.test('odd attributes and odd values are what they are', async (t) => {
  const { py } = await startExplorer(t);
  const ada = await py.import('zoo').Animal('Ada');
  for (const name of [
    '\0',
    '\ud800',
    'a b',
    'é',
    '__proto__',
    'constructor',
    'toString',
    'prototype',
  ]) {
    await py.set(ada, name, name);
    t.equal(await py.get(ada, name), name);
    t.equal(py.sync.get(ada, name), name);
  }
  t.equal(await ada.constructor, 'constructor', 'names of JavaScript are none here');
  t.equal(await ada.toString, 'toString');
  await t.rejects(Promise.resolve(ada.missing), {
    message: "AttributeError: 'Animal' object has no attribute 'missing'",
  });
  await py.exec('def sized(n): return [0] * n');
  t.equal(await py.builtins.len(py.eval('sized(100000)')), 100_000);
  t.equal((await py.value(py.eval('sized(200000)'))).length, 200_000);
  await t.rejects(
    Promise.resolve(py.eval('10 ** 30000')),
    { code: 'RS_ENCODE' },
    'larger than any that cross',
  );
  await t.rejects(Promise.resolve(py.eval('1 / 0')), { message: /^ZeroDivisionError/ });
  await t.rejects(Promise.resolve(py.eval('(lambda f: f(f))(lambda f: f(f))')), {
    message: /^RecursionError/,
  });
  t.equal(await py.eval('1'), 1);
});
