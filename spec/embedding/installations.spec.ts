/** Which Python is embedded: the one that was asked for, as its command line would be, or none. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embed } from 'ringsnake';
import t from 'tap';
import { readInstallation } from '../../lib/worker/linked-installation.js';
import { pythonCommand } from '../support/python.js';
import { otherPythons } from '../support/python-builds.js';
import { root } from '../support/root.js';

const folder = mkdtempSync(join(tmpdir(), 'ringsnake-embed-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const ABOUT = `
import json, os, sys
with open("/proc/self/maps") as maps:
    libraries = sorted({line.split()[-1] for line in maps if "/libpython3." in line})
print(json.dumps([sys.version, sys.executable, sys.prefix, sys.base_prefix, sys.path, libraries]))
`;
const about = join(folder, 'about.py');
writeFileSync(about, ABOUT);

/** A process of its own: there is one Python in each. */
function embedAll(module: string, ...pythons: string[]): string[] {
  const program = join(root, 'dist', 'spec', 'support', 'programs', 'embed-modules.js');
  const output = execFileSync(process.execPath, [program, module, ...pythons], { cwd: folder });
  return output.toString().trim().split('\n');
}

function commandLine(python: string): { facts: unknown[]; libraries: string[] } {
  const output = execFileSync(python, ['-c', ABOUT], { cwd: folder }).toString();
  const [version, executable, prefix, basePrefix, path, libraries] = JSON.parse(output);
  const added = path.filter((each: string) => each !== '');
  return { facts: [version, executable, prefix, basePrefix, added], libraries };
}

const pythons = [pythonCommand(), ...otherPythons().map(({ executable }) => executable)];

for (const python of pythons) {
  t.test(
    `${python}: version, executable, prefixes and path are those of the command line`,
    async (t) => {
      const [told = '', outcome] = embedAll(about, python);
      t.equal(outcome, 'ok', told);
      const [version, executable, prefix, basePrefix, path, loaded] = JSON.parse(told);
      const own = path.filter((each: string) => !['', join(root, 'python'), folder].includes(each));
      const { facts, libraries } = commandLine(python);
      t.same([version, executable, prefix, basePrefix, own], facts);
      // One that has Python in itself says nothing of the library.
      if (libraries.length > 0) t.same(loaded, libraries);
      else t.equal(loaded.length, 1);
    },
  );

  t.test(`${python}: its file says what it would say, or nothing`, async (t) => {
    const { facts, libraries } = commandLine(python);
    const [version, executable, prefix] = facts as [string, string, string];
    const read = readInstallation(executable, {});
    if (libraries.length === 0) t.equal(read, undefined);
    if (read === undefined) return;
    t.same([read.executable, read.prefix], [executable, prefix]);
    t.same([realpathSync(read.library)], libraries);
    t.match(version, new RegExp(`^${read.version.replace('.', '\\.')}\\.`));
    for (const name of ['LD_LIBRARY_PATH', 'PYTHONHOME', 'PYTHONPATH', 'PYTHONHASHSEED'])
      t.equal(readInstallation(executable, { [name]: 'x' }), undefined, name);
    t.same(readInstallation(executable, { PYTHONUNBUFFERED: '1', HOME: '/' }), read);
  });
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

t.test(
  'an environment whose interpreter is another one than it says has to be asked',
  async (t) => {
    const venv = join(folder, 'moved');
    execFileSync(pythonCommand(), ['-m', 'venv', '--without-pip', venv]);
    const python = join(venv, 'bin', 'python');
    const settings = join(venv, 'pyvenv.cfg');
    const read = readInstallation(python, {});
    if (read !== undefined) t.equal(read.prefix, venv);
    for (const home of ['home = /nowhere/bin', `home = ${folder}`, '']) {
      writeFileSync(settings, readFileSync(settings, 'utf8').replace(/^home.*$/m, home));
      t.equal(readInstallation(python, {}), undefined, home);
    }
  },
);

t.test('a file that is no interpreter, or a damaged one, says nothing', async (t) => {
  const file = realpathSync(JSON.parse(embedAll(about, pythonCommand())[0] as string)[1]);
  const name = 'python3.11';
  const place = mkdtempSync(join(folder, 'damaged-'));
  mkdirSync(join(place, 'bin'));
  mkdirSync(join(place, 'lib', name), { recursive: true });
  writeFileSync(join(place, 'lib', name, 'os.py'), '');
  const copy = join(place, 'bin', name);
  // Python would not start, which would end this process.
  copyFileSync(file, copy);
  t.equal(readInstallation(copy, {}), undefined);
  mkdirSync(join(place, 'lib', name, 'encodings'));
  writeFileSync(join(place, 'lib', name, 'encodings', '__init__.py'), '');
  copyFileSync(file, join(place, 'bin', 'other'));
  t.equal(readInstallation(join(place, 'bin', 'other'), {}), undefined);
  t.equal(readInstallation(join(place, 'bin', 'nothing'), {}), undefined);
  t.equal(readInstallation('/bin/sh', {}), undefined);
  const bytes = readFileSync(file);
  for (const size of [0, 5, 6, 40, 63, 64, 200, 700, 1000]) {
    writeFileSync(copy, bytes.subarray(0, size));
    t.equal(readInstallation(copy, {}), undefined, `${size} bytes`);
  }
  // Each byte of its head, which says where all the rest is.
  for (let at = 6; at < 64 + 10 * 56; at += 3) {
    const changed = Buffer.from(bytes);
    changed[at] = ~(changed[at] as number);
    writeFileSync(copy, changed);
    const read = readInstallation(copy, {});
    if (read !== undefined) t.match(read.library, /\/libpython3\.\d+\.so\.1\.0$/);
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
