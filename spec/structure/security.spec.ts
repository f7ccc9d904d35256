import t from 'tap';
import { repository, type Tree } from './tree.js';

const READ = '(SECURITY.md: each promise has its test)';
const LINK = /\]\(([^)#]+)\)/g;

t.test('each promise in SECURITY.md names tests that are there', async (t) => {
  const tree = repository();
  t.same(unproved(tree), [], READ);
  t.ok(promises(tree.get('SECURITY.md') ?? '').length >= 20, 'there are promises');
  t.match(tree.get('README.md'), '](SECURITY.md)', 'the README leads there');
});

t.test('a promise without a test, and a test that is not there, are found', async (t) => {
  const promised = (proof: string): Tree =>
    new Map([
      ['SECURITY.md', `| Promise | Shown by |\n| --- | --- |\n| All is well | ${proof} |\n`],
      ['spec/a.spec.ts', ''],
      ['lib/a.ts', ''],
    ]);
  t.same(unproved(promised('[a](spec/a.spec.ts)')), []);
  t.equal(unproved(promised('nothing')).length, 1);
  t.equal(unproved(promised('[b](spec/b.spec.ts)')).length, 1);
  t.equal(unproved(promised('[code](lib/a.ts)')).length, 1, 'code proves nothing');
});

/** Rows of the tables that are headed so. */
function promises(text: string): string[] {
  const tables = text.split('\n\n').filter((part) => part.startsWith('| Promise | Shown by |'));
  return tables.flatMap((table) => table.trim().split('\n').slice(2));
}

function unproved(tree: Tree): string[] {
  return promises(tree.get('SECURITY.md') ?? '').flatMap((row) => {
    const links = [...row.matchAll(LINK)].map(([, path]) => path as string);
    if (links.length === 0) return [`no test: ${row}`];
    return links
      .filter((path) => !tree.has(path) || !/(\.spec\.ts|\/test_\w+\.py)$/.test(path))
      .map((path) => `${path} is no test: ${row}`);
  });
}
