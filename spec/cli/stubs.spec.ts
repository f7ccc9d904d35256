import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { TypedFolder } from '../stubs/typed-folder.js';

t.test('0: written, found fresh, and left alone', async (t) => {
  const typed = new TypedFolder(t);
  t.match(await typed.stubs('typed'), { code: 0, stdout: 'wrote types/python/typed.d.ts\n' });
  t.match(await typed.stubs('typed'), { code: 0, stdout: 'unchanged types/python/typed.d.ts\n' });
  t.same(await typed.stubs('typed', '--check'), { code: 0, stdout: '', stderr: '' });
});

t.test(
  '1: --check finds what is missing or stale, shows a patch, and writes nothing',
  async (t) => {
    const typed = new TypedFolder(t);
    t.match(await typed.stubs('typed', '--check', '--out', '.'), {
      code: 1,
      stdout: /^--- \/dev\/null\n\+\+\+ b\/typed\.d\.ts\n/,
      stderr: 'typed.d.ts is missing\nrun the same command without --check\n',
    });
    await typed.stubs('typed', '--out', '.');
    writeFileSync(
      join(typed.folder, 'typed.d.ts'),
      typed.read('typed.d.ts').replace('both(a: Py.Int)', 'both(a: Py.Bool)'),
    );
    t.match(await typed.stubs('typed', '--check', '--out', '.'), {
      code: 1,
      stdout:
        '-  both(a: Py.Bool): Py.Result<S, number>;\n+  both(a: Py.Int): Py.Result<S, number>;\n',
      stderr: /^typed\.d\.ts is stale\n/,
    });
  },
);

t.test('2: modules that cannot be imported say why, and where', async (t) => {
  const typed = new TypedFolder(t);
  const absent = await typed.stubs('typed', 'no_such_module');
  t.match(absent, {
    code: 2,
    stdout: '',
    stderr:
      /^ringsnake stubs: \S+ cannot import no_such_module: ModuleNotFoundError: No module named 'no_such_module'\n$/,
  });
  const raising = await typed.stubs('raises_at_import');
  t.equal(raising.code, 2);
  t.match(raising.stderr, /cannot import raises_at_import: ValueError: the moon is wrong\n/);
  t.match(raising.stderr, /raises_at_import\.py", line 2, in deep\n/);
  const exiting = await typed.stubs('exits_at_import');
  t.match(exiting, { code: 2, stderr: /cannot import exits_at_import: SystemExit: 0\n/ });
  const dying = await typed.stubs('dies_at_import');
  t.match(dying, { code: 2, stderr: / ended \(SIGSEGV\) while it imported dies_at_import\n/ });
});

t.test('2: words that make no sense', async (t) => {
  const typed = new TypedFolder(t);
  t.match(await typed.stubs(), { code: 2, stderr: /say which modules/ });
  t.match(await typed.stubs('./shapes.py'), { code: 2, stderr: /is not the name of a module/ });
  t.match(await typed.stubs('json', '--fast'), { code: 2, stderr: /--fast/ });
  t.match(await typed.stubs('json', '--python', '/no/such/python'), {
    code: 2,
    stderr: /there is no interpreter at \/no\/such\/python/,
  });
});

t.test(
  'what a module prints while it is imported is not lost, and is no part of anything',
  async (t) => {
    const typed = new TypedFolder(t);
    t.same(await typed.stubs('prints_at_import', '--out', '.'), {
      code: 0,
      stdout: 'wrote prints_at_import.d.ts\n',
      stderr: 'hello from the module\n',
    });
  },
);
