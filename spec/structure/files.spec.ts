import t from 'tap';
import { matchingLines, repository, select, type Tree } from './tree.js';

// Inputs of tests may be as odd as the tests want.
const files = select(repository(), /^(?!spec\/fixtures\/)/);

t.test('files end in a line feed and have no stray whitespace', async (t) => {
  t.same(untidy(files), [], '.editorconfig says how');
  for (const text of ['a', 'a\r\n', 'a \n', 'a\n\n\n']) {
    t.equal(untidy(new Map([['a.ts', text]])).length, 1, `the rule sees ${JSON.stringify(text)}`);
  }
});

function untidy(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    if (text === '') return [];
    if (text.includes('\r')) return [`${path} has carriage returns`];
    if (!text.endsWith('\n') || text.endsWith('\n\n'))
      return [`${path} does not end in one line feed`];
    return matchingLines(new Map([[path, text]]), /[ \t]$/).map(
      (line) => `${line} (trailing whitespace)`,
    );
  });
}

// Put together here, so that this file does not break its own rule.
const FOLDERS = ['root', 'work', 'home', 'Users'].map((name) => `/${name}/`);
const HOSTS = [
  ['registry', 'npmjs'],
  ['pypi', 'org'],
  ['files', 'pythonhosted'],
  ['deb', 'debian'],
].map((parts) => parts.join('.'));

t.test(
  'no file names the machine it was written on, or the registry it was installed from',
  async (t) => {
    const folders = new RegExp(`(^|[\\s'"\`(=:])(${FOLDERS.join('|')})`);
    const hosts = new RegExp(HOSTS.map((host) => host.replace('.', '\\.')).join('|'));
    t.same(matchingLines(files, folders), [], 'use a path from the root of the repository');
    t.same(matchingLines(files, hosts), [], 'packages are named, not their hosts');
    t.match(`cd ${FOLDERS[0]}ringsnake`, folders);
    t.match(`https://${HOSTS[0]}.org/tap`, hosts);
  },
);

t.test('the lock file knows every package for every system, without hosts', async (t) => {
  const lock = JSON.parse(files.get('package-lock.json') ?? '') as {
    packages: Record<string, LockEntry>;
  };
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages) &&
          !(`${path}/node_modules/${name}` in lock.packages),
      )
      .map((name) => `${path} wants ${name}`),
  );
  t.same(
    missing,
    [],
    'npm leaves out what it cannot reach, and `npm ci` then refuses: add the entries',
  );
  const resolved = Object.values(lock.packages).filter((entry) => entry.resolved !== undefined);
  t.same(resolved, [], 'npm config set omit-lockfile-registry-resolved true');
});

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}
