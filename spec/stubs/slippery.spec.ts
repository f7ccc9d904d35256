/** Modules whose names and texts are no harmless words, and whose objects run code when they are looked at. */
import t from 'tap';
import { TypedFolder } from './typed-folder.js';

t.test('nothing that a module says gets out of its place, and nothing of it runs', async (t) => {
  const typed = new TypedFolder(t);
  t.same(await typed.stubs('slippery', '--out', '.'), {
    code: 0,
    stdout: 'wrote slippery.d.ts\n',
    stderr: '',
  });
  t.equal(typed.check(), '');
  const text = typed.read('slippery.d.ts');
  const outside = text
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter(
      (line) => line.trim() !== '' && !/^\/\/|^import type |^declare module|^ {2}|^\}/.test(line),
    );
  t.same(
    outside.filter(
      (line) => !/^export interface [\w$]+<S extends Py\.Style = Py\.Style>/.test(line),
    ),
    [],
  );
  for (const line of [
    '  readonly lazy: Py.Result<S, Lazy<S>>;',
    '  readonly liar: Py.Result<S, Liar<S>>;',
    '  readonly member: Py.Result<S, number>;',
    '  "new\\nline": Py.Result<S, number>;',
    '  "naïve": Py.Result<S, number>;',
  ])
    t.ok(text.includes(line.replace(/^ {2}"new/, '  readonly "new')), line);
});
