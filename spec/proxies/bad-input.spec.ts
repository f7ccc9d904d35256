import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';
import { onThread } from '../support/place.js';
import { root } from '../support/root.js';

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

t.test('an extension module that was built for something else says so', async (t) => {
  const { worker, py } = await startExplorer(t);
  const folder = t.testdir({});
  // Built for Node.js, and one for a Python that nobody has; the third is none.
  copyFileSync(
    join(root, 'build', 'Release', 'ringsnake_node.node'),
    join(folder, 'for_another.so'),
  );
  writeFileSync(join(folder, 'for_later.cpython-399-x86_64-linux-gnu.so'), '');
  writeFileSync(join(folder, 'no_library.so'), 'this is a text');
  await py.import('sys').path.append(folder);
  await t.rejects(Promise.resolve(py.import('for_another')), {
    message: /^ImportError: .*(undefined symbol|does not define module export function)/,
  });
  await t.rejects(Promise.resolve(py.import('for_later')), {
    message: "ModuleNotFoundError: No module named 'for_later'",
  });
  await t.rejects(Promise.resolve(py.import('no_library')), {
    message: /^ImportError: .*no_library\.so: /,
  });
  t.equal(worker.state, 'running');
  t.equal(await py.import('math').pi, Math.PI);
});

t.test(
  'a Python that crashes is reported, and started again',
  { skip: onThread && 'there it ends the process' },
  async (t) => {
    const { worker, py } = await startExplorer(t, { restart: true });
    const kept = await py.import('zoo');
    for (const crash of [
      () => Promise.resolve(py.import('ctypes').string_at(0)),
      () => py.exec('import os; os.abort()'),
      async () => py.sync.import('ctypes').string_at(0),
    ]) {
      await t.rejects(crash(), {
        code: 'RS_WORKER_EXITED',
        signal: /^SIG(SEGV|ABRT)$/,
        message: /SIG(SEGV|ABRT)/,
      });
      await t.rejects(Promise.resolve(kept.kind_of(1)), { code: 'RS_WORKER_EXITED' });
      t.equal(await py.import('zoo').kind_of(1), 'int', 'the next one serves');
    }
    t.equal(worker.statistics().restarts, 3);
  },
);

t.test('classes, generators and cycles are objects, and only values go by value', async (t) => {
  const { py } = await startExplorer(t);
  for (const [code, what] of [
    ['int', 'cannot cross'],
    ['(x for x in [])', 'cannot cross'],
    ['object()', 'cannot cross'],
    ['(lambda l: l.append(l) or l)([])', 'contains itself'],
    ['1j', 'cannot cross'],
  ] as const) {
    const held = await py.eval(code);
    t.type(held, 'function', code);
    await t.rejects(py.value(held), { code: 'RS_ENCODE', message: new RegExp(what) }, code);
  }
  const cycle: unknown[] = [];
  cycle.push(cycle);
  await t.rejects(Promise.resolve(py.builtins.len(cycle)), { code: 'RS_ENCODE', message: /cycle/ });
  class Own {}
  await t.rejects(Promise.resolve(py.builtins.repr(new Own())), {
    code: 'RS_ENCODE',
    message: /an instance of Own cannot cross/,
  });
  t.equal(await py.eval('1'), 1);
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
