/** Which Python is embedded: the one that was asked for, as its command line would be, or none. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embed } from 'ringsnake';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { otherPythons } from '../support/python-builds.js';
import { root } from '../support/root.js';

const folder = mkdtempSync(join(tmpdir(), 'ringsnake-embed-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const ABOUT =
  'import json, sys\nprint(json.dumps([sys.version, sys.executable, sys.prefix, sys.base_prefix, sys.path]))\n';
const about = join(folder, 'about.py');
writeFileSync(about, ABOUT);

/** A process of its own: there is one Python in each. */
function embedAll(module: string, ...pythons: string[]): string[] {
  const program = join(root, 'dist', 'spec', 'support', 'programs', 'embed-modules.js');
  const output = execFileSync(process.execPath, [program, module, ...pythons], { cwd: folder });
  return output.toString().trim().split('\n');
}

function commandLine(python: string): unknown {
  const output = execFileSync(python, ['-c', ABOUT], { cwd: folder }).toString();
  const [version, executable, prefix, basePrefix, path] = JSON.parse(output);
  return [version, executable, prefix, basePrefix, path.filter((each: string) => each !== '')];
}

const pythons = [pythonCommand(), ...otherPythons().map(({ executable }) => executable)];

for (const python of pythons) {
  t.test(
    `${python}: version, executable, prefixes and path are those of the command line`,
    async (t) => {
      const [told = '', outcome] = embedAll(about, python);
      t.equal(outcome, 'ok', told);
      const [version, executable, prefix, basePrefix, path] = JSON.parse(told);
      const own = path.filter((each: string) => !['', join(root, 'python'), folder].includes(each));
      t.same([version, executable, prefix, basePrefix, own], commandLine(python));
    },
  );
}

t.test('a venv is what it is on the command line, with what its .pth files add', async (t) => {
  const venv = join(folder, 'venv');
  execFileSync(pythonCommand(), ['-m', 'venv', '--without-pip', venv]);
  const site = execFileSync(join(venv, 'bin', 'python'), [
    '-c',
    'import sysconfig; print(sysconfig.get_path("purelib"))',
  ]);
  const added = mkdtempSync(join(folder, 'added-'));
  writeFileSync(join(site.toString().trim(), 'added.pth'), `${added}\n`);
  for (const named of [venv, join(venv, 'bin', 'python')]) {
    const [told = '', outcome] = embedAll(about, named);
    t.equal(outcome, 'ok', told);
    const [, executable, prefix, , path] = JSON.parse(told);
    t.equal(executable, join(venv, 'bin', 'python'));
    t.equal(prefix, venv);
    t.ok(path.includes(added));
  }
});

t.test('the same Python is embedded any number of times, another one not', async (t) => {
  const [other] = otherPythons();
  const names = [pythonCommand(), pythonCommand(), ...(other ? [other.executable] : [])];
  const [, first, ...rest] = embedAll(about, ...names);
  t.same([first, rest[0]], ['ok', 'ok']);
  if (other !== undefined)
    t.match(
      rest[1],
      /^RS_EMBED this process runs CPython 3\.\S+ of \S+ already, and can run no other/,
    );
});

/** An interpreter that says of itself what it is told to. */
function pretender(facts: Readonly<Record<string, unknown>>): string {
  const told = {
    implementation: 'cpython',
    version: '3.12.9 (main)',
    numbers: [3, 12],
    executable: '/nowhere/python',
    prefix: '/nowhere',
    freeThreaded: false,
    libraries: [],
    ...facts,
  };
  const path = join(mkdtempSync(join(folder, 'pretender-')), 'python');
  const { implementation, version, numbers, executable, prefix, freeThreaded, libraries } = told;
  const free = freeThreaded ? 'True' : 'False';
  const words = [implementation, version, ...numbers, executable, prefix, free, ...libraries];
  writeFileSync(`${path}.answer`, `ringsnake:${words.join('\0')}`);
  writeFileSync(path, `#!/bin/sh\ncat "$0.answer"\n`);
  chmodSync(path, 0o755);
  return path;
}

t.test('what cannot be embedded is refused, and says why', async (t) => {
  const cases: readonly [Readonly<Record<string, unknown>>, RegExp][] = [
    [{}, /has no shared library: install it .*libpython3\.12.*--enable-shared.*spawn\(\)/],
    [{ version: '3.10.2 (x)', numbers: [3, 10] }, /is CPython 3\.10\.2: ringsnake needs 3\.11/],
    [{ freeThreaded: true }, /is a free-threaded CPython 3\.12\.9/],
    [{ implementation: 'pypy' }, /is pypy: only CPython/],
    [{ libraries: ['/nowhere/libpython3.12.so.1.0'] }, /libpython3\.12\.so\.1\.0: cannot open/],
    [
      { libraries: ['/lib/x86_64-linux-gnu/libc.so.6'] },
      /libc\.so\.6.*(no library of a CPython|cannot open)/,
    ],
  ];
  for (const [facts, message] of cases)
    await t.rejects(embed({ module: about, python: pretender(facts) }), {
      code: 'RS_EMBED',
      message,
    });
});

t.test('a library of another version than its interpreter is refused', async (t) => {
  const script =
    'import sysconfig; v = sysconfig.get_config_vars(); print(v["LIBDIR"] + "/" + v["INSTSONAME"])';
  const library = execFileSync(pythonCommand(), ['-c', script]).toString().trim();
  await t.rejects(embed({ module: about, python: pretender({ libraries: [library] }) }), {
    code: 'RS_EMBED',
    message: /is of CPython 3\.\S+ .*, but \/nowhere\/python says of itself that it is 3\.12\.9/,
  });
});

t.test('an interpreter that does not run is told of with its own words', async (t) => {
  const path = join(mkdtempSync(join(folder, 'broken-')), 'python');
  writeFileSync(path, '#!/bin/sh\necho "no module named encodings" >&2\nexit 1\n');
  chmodSync(path, 0o755);
  await t.rejects(embed({ module: about, python: path }), {
    code: 'RS_EMBED',
    message: /does not say what it is: no module named encodings/,
  });
  await t.rejects(embed({ module: about, python: '/bin/echo' }), {
    code: 'RS_EMBED',
    message: /echo does not say what it is: it answered "-S -c/,
  });
});

t.test('a module that fails at import, or exits, is refused as by spawn()', async (t) => {
  for (const [source, type] of [
    ['raise KeyError("k")', 'KeyError'],
    ['import sys; sys.exit(3)', 'SystemExit'],
    ['import nowhere_to_be_found', 'ModuleNotFoundError'],
  ]) {
    const module = join(mkdtempSync(join(folder, 'module-')), 'failing.py');
    writeFileSync(module, `${source}\n`);
    await t.rejects(embed({ module, python: pythonCommand() }), { code: 'RS_MODULE_IMPORT', type });
  }
});
