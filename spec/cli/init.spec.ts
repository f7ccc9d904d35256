import { mkdirSync } from 'node:fs';
import t from 'tap';
import { bareWorkspace, ringsnake } from './ringsnake.js';

t.test('it writes a configuration and a sample, from which gen generates', async (t) => {
  const workspace = bareWorkspace(t, {});
  const options = { cwd: workspace.folder };
  const run = await ringsnake(t, ['init'], options);
  t.match(run, { code: 0, stderr: '' });
  t.match(
    run.stdout,
    /^wrote greeter\.ts\nwrote ringsnake\.config\.json\n\nNext:\n {2}npx ringsnake gen /,
  );
  t.same(JSON.parse(workspace.read('ringsnake.config.json')), {
    $schema: './node_modules/ringsnake/config.schema.json',
    entries: ['greeter.ts'],
    outTs: '.',
    outPy: '.',
  });
  t.same(await ringsnake(t, ['gen'], options), {
    code: 0,
    stdout: 'wrote greeter.gen.ts\nwrote greeter_gen/\n',
    stderr: '',
  });
});

t.test('it overwrites nothing', async (t) => {
  const workspace = bareWorkspace(t, { 'greeter.ts': '// mine\n' });
  const first = await workspace.command('init', []);
  t.match(first.stdout, 'kept greeter.ts\nwrote ringsnake.config.json\n');
  t.equal(workspace.read('greeter.ts'), '// mine\n');
  workspace.write('ringsnake.config.json', '{ "entries": ["mine.ts"] }');
  const second = await workspace.command('init', []);
  t.match(second, { code: 0, stdout: /^kept ringsnake\.config\.json\n\nNext:/ });
  t.equal(workspace.read('ringsnake.config.json'), '{ "entries": ["mine.ts"] }');
  const elsewhere = bareWorkspace(t, { 'ringsnake.config.json': '{}' });
  await elsewhere.command('init', []);
  t.notOk(elsewhere.has('greeter.ts'), 'a project that is set up gets no sample');
});

t.test('a directory may be named, and is made', async (t) => {
  const workspace = bareWorkspace(t, {});
  mkdirSync(workspace.path('node_modules/ringsnake'), { recursive: true });
  workspace.write('node_modules/ringsnake/config.schema.json', '{}');
  const { code, stdout } = await workspace.command('init', ['services/greeter']);
  t.equal(code, 0);
  t.match(stdout, 'wrote services/greeter/greeter.ts\n');
  t.match(stdout, '\n  cd services/greeter\n');
  t.match(
    JSON.parse(workspace.read('services/greeter/ringsnake.config.json')).$schema,
    '../../node_modules/ringsnake/config.schema.json',
    'the schema is found from there',
  );
});

t.test('as JSON it says what became of each file', async (t) => {
  const { stdout } = await bareWorkspace(t, {}).command('init', ['--format', 'json']);
  t.same(JSON.parse(stdout), {
    exitCode: 0,
    diagnostics: [],
    files: [
      { path: 'greeter.ts', state: 'written' },
      { path: 'ringsnake.config.json', state: 'written' },
    ],
  });
});

t.test('what is wrong is an input error', async (t) => {
  const workspace = bareWorkspace(t, { file: '' });
  t.match(await workspace.command('init', ['a', 'b']), {
    code: 2,
    stderr: /RSG110: more than one/,
  });
  t.match(await workspace.command('init', ['file/below']), { code: 2, stderr: /RSG115: ENOTDIR/ });
});
