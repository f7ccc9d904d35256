import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawn } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand } from '../support/python.js';
import { WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { fixtureModule, startWorkbench, workbenchModule } from '../support/workers.js';

await auditLeaks(t);

const python = pythonCommand();
const folder = mkdtempSync(join(tmpdir(), 'ringsnake-start-'));
t.teardown(() => rmSync(folder, { recursive: true }));

t.test('a module is a path, a file URL or a dotted name', async (t) => {
  for (const options of [
    { module: workbenchModule },
    { module: relative(process.cwd(), workbenchModule) },
    { module: pathToFileURL(workbenchModule) },
    { module: pathToFileURL(workbenchModule).href },
    { module: 'workbench', cwd: dirname(workbenchModule) },
  ]) {
    const { workbench } = await startWorkbench(t, options);
    t.equal(await workbench.add(1, 1), 2, String(options.module));
  }
});

t.test('the worker has our environment, what `env` adds, and `cwd`', async (t) => {
  const { workbench } = await startWorkbench(t, { env: { RINGSNAKE_SPEC: 'set' }, cwd: folder });
  t.equal(await workbench.environment('RINGSNAKE_SPEC'), 'set');
  t.equal(await workbench.environment('HOME'), process.env['HOME'] ?? null);
  t.equal(await workbench.environment('NOBODY_SETS_THIS'), null);
});

t.test('`python` may be an interpreter or the folder of a venv', async (t) => {
  const venv = join(folder, 'venv');
  execFileSync(python, ['-m', 'venv', '--without-pip', venv]);
  for (const choice of [venv, join(venv, 'bin', 'python')]) {
    const { workbench } = await startWorkbench(t, { python: choice });
    t.equal(await workbench.add(1, 1), 2, choice);
  }
});

t.test(
  '`python` may be the folder of a conda environment, and an active one is the default',
  async (t) => {
    // As conda makes them: no venv, an interpreter in bin, with or without the plain name.
    const conda = join(folder, 'conda');
    mkdirSync(join(conda, 'bin'), { recursive: true });
    symlinkSync(
      execFileSync(python, ['-c', 'import sys; print(sys.executable)']).toString().trim(),
      join(conda, 'bin', 'python3'),
    );
    for (const options of [
      { python: conda },
      { python: join(conda, 'bin') },
      { python: undefined, env: { CONDA_PREFIX: conda, VIRTUAL_ENV: undefined } },
    ]) {
      const { workbench } = await startWorkbench(t, {
        module: fixtureModule('obeys.py'),
        ...options,
      } as never);
      t.equal(
        await workbench.echoText('import sys\nsys.executable'),
        join(conda, 'bin', 'python3'),
      );
    }
  },
);

t.test(
  'a folder that happens to have the name of an interpreter is not mistaken for it',
  async (t) => {
    const here = process.cwd();
    mkdirSync(join(folder, 'project', 'python3'), { recursive: true });
    process.chdir(join(folder, 'project'));
    t.teardown(() => process.chdir(here));
    const { workbench } = await startWorkbench(t, { python: 'python3' });
    t.equal(await workbench.add(1, 1), 2);
  },
);

t.test('an active venv that is gone is told from one that was asked for', async (t) => {
  await t.rejects(spawn({ module: workbenchModule, env: { VIRTUAL_ENV: join(folder, 'gone') } }), {
    code: 'RS_INTERPRETER_NOT_FOUND',
    message: /VIRTUAL_ENV is .*gone/,
  });
});

t.test('an active venv is the default', async (t) => {
  const worker = await spawn({
    module: workbenchModule,
    env: { VIRTUAL_ENV: join(folder, 'venv') },
  });
  t.teardown(() => worker.destroy());
  t.equal(await worker.client(WorkbenchClient).environment('VIRTUAL_ENV'), join(folder, 'venv'));
});

t.test('an interpreter that is not there is named, with what to do', async (t) => {
  mkdirSync(join(folder, 'empty'));
  for (const [choice, message] of [
    ['no-such-python', /no `no-such-python` on PATH: install/],
    [join(folder, 'bin', 'python'), /no interpreter at .*bin\/python: pass/],
    [join(folder, 'empty'), /folder but not a venv .*python3 -m venv/],
    ['', /`python` is empty/],
    [workbenchModule, /workbench\.py is a Python file.*pass it as `module`/],
  ] as const) {
    await t.rejects(spawn({ module: workbenchModule, python: choice }), {
      code: 'RS_INTERPRETER_NOT_FOUND',
      message,
    });
  }
});

t.test('an interpreter that cannot be executed is a StartError', async (t) => {
  const path = join(folder, 'not-executable');
  writeFileSync(path, 'hello');
  chmodSync(path, 0o644);
  await t.rejects(spawn({ module: workbenchModule, python: path }), {
    code: 'RS_START',
    message: /could not be started/,
  });
});

t.test('a program that is no Python and just ends is reported with its last words', async (t) => {
  const path = join(folder, 'impostor');
  writeFileSync(path, '#!/bin/sh\necho "I am no Python" >&2\nexit 4\n', { mode: 0o755 });
  await t.rejects(spawn({ module: workbenchModule, python: path }), {
    code: 'RS_WORKER_EXITED',
    exitCode: 4,
    stderr: 'I am no Python',
  });
});

t.test('a module that does not import says why, on the TypeScript side', async (t) => {
  for (const [module, expected] of [
    [
      fixtureModule('raises.py'),
      { type: 'LookupError', message: /a bad day/, traceback: /raises\.py/ },
    ],
    [fixtureModule('misses.py'), { type: 'ModuleNotFoundError', message: /-m pip install/ }],
    [fixtureModule('exits.py'), { type: 'SystemExit', message: /enough/ }],
    [join(folder, 'absent.py'), { type: 'FileNotFoundError', message: /absent\.py/ }],
    [
      'no.such.module',
      { type: 'ModuleNotFoundError', message: /no\.such\.module|No module named 'no'/ },
    ],
    [
      fixtureModule('serves_half.py'),
      { type: 'TypeError', message: /Half cannot serve Workbench: it has no add_later, / },
    ],
  ] as const) {
    await t.rejects(spawn({ module, python }), { code: 'RS_MODULE_IMPORT', ...expected }, module);
  }
});

t.test(
  'Python asking for an interface that the host does not serve fails at import, with the hint',
  async (t) => {
    await t.rejects(spawn({ module: fixtureModule('asks_too_much.py'), python }), {
      code: 'RS_MODULE_IMPORT',
      type: 'UnknownInterfaceError',
      message: /does not serve Host; it serves nothing: in TypeScript pass `serves/,
    });
  },
);

t.test('a module that ends the process is reported with exit code and last words', async (t) => {
  await t.rejects(spawn({ module: fixtureModule('vanishes.py'), python }), {
    code: 'RS_WORKER_EXITED',
    exitCode: 9,
    stderr: /gone without a word/,
  });
});

t.test('a module that takes too long is stopped, and the error says where it was', async (t) => {
  for (const [module, place] of [
    ['sleeps.py', /sleeps\.py", line 3 in <module>/],
    // In C, with the interpreter lock held, so that no Python code could tell.
    ['computes.py', /computes\.py", line 5 in think\n.*computes\.py", line 8 in <module>/],
  ] as const) {
    // On a machine under load Python alone takes some of it.
    await t.rejects(spawn({ module: fixtureModule(module), python, startTimeout: 2_500 }), {
      code: 'RS_START_TIMEOUT',
      message: /within 2500 ms.*it was doing this:\n.*most recent call first/s,
      pythonStack: place,
    });
  }
});

t.test('an interpreter that does not even come up is told apart', async (t) => {
  const path = join(folder, 'sleeper');
  writeFileSync(path, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
  await t.rejects(spawn({ module: workbenchModule, python: path, startTimeout: 100 }), {
    code: 'RS_START_TIMEOUT',
    message: /Python itself had not come up/,
    pythonStack: null,
  });
});

t.test('`args` stand in sys.argv, after the module', async (t) => {
  const args = ['--size', '3', '', 'ünïcode', '-m'];
  const { workbench } = await startWorkbench(t, { module: fixtureModule('obeys.py'), args });
  t.equal(
    await workbench.echoText('import json, sys\njson.dumps(sys.argv, ensure_ascii=False)'),
    JSON.stringify([fixtureModule('obeys.py'), ...args]).replaceAll(',', ', '),
  );
});

t.test('`env` can take a variable away', async (t) => {
  const { workbench } = await startWorkbench(t, { env: { HOME: undefined } });
  t.equal(await workbench.environment('HOME'), null);
});

t.test('a folder that is not there is named', async (t) => {
  await t.rejects(spawn({ module: workbenchModule, python, cwd: join(folder, 'nowhere') }), {
    code: 'RS_START',
    message: /`cwd` is .*nowhere, which is not there/,
  });
});

t.test('a ring capacity that is no power of two is refused before anything starts', async (t) => {
  await t.rejects(spawn({ module: workbenchModule, python, ringCapacity: 100_000 }), {
    name: 'RangeError',
    message: /power of two/,
  });
});

const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
const installed = existsSync(versions) ? readdirSync(versions) : [];
const minor = (version: string): number => Number(version.split('.')[1]);

t.test('every later CPython on this machine runs a worker', async (t) => {
  const later = installed.filter((version) => version.startsWith('3.') && minor(version) >= 11);
  if (later.length === 0) return t.comment('only the default interpreter is here');
  for (const version of later) {
    const { worker, workbench } = await startWorkbench(t, { python: join(versions, version) });
    t.equal(workbench.sync.add(1, 1), 2, version);
    t.strictSame(await worker.close(), { exitCode: 0, signal: null });
  }
});

t.test('a CPython that is too old says what is needed', async (t) => {
  const old = installed.filter((version) => version.startsWith('3.') && minor(version) < 11);
  if (old.length === 0) return t.comment('no old interpreter is here');
  for (const version of old) {
    await t.rejects(
      spawn({ module: workbenchModule, python: join(versions, version) }),
      {
        code: 'RS_WORKER_EXITED',
        stderr: /needs Python 3\.11 or later/,
      },
      version,
    );
  }
});
