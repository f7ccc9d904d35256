import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { pythonCommand } from './python.js';
import { root } from './root.js';
import { buildSanitizedPackage } from './sanitized-package.js';

/** A copy of this checkout whose addon and extension sanitizers watch. */
export interface SanitizedCheckout {
  /** Of the copy. */
  readonly folder: string;
  /** With which Node.js has to be started. */
  readonly env: Readonly<Record<string, string>>;
}

const WATCHED = '-O0 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -Wno-error';

/** An exit code that nobody else has. Leaks: the interpreter lasts as long as its process. */
const OPTIONS = 'detect_leaks=0:exitcode=99:print_stacktrace=1';

/** Builds it with g++; undefined where that or its sanitizers are missing. */
export async function buildSanitizedCheckout(): Promise<SanitizedCheckout | undefined> {
  const extension = await buildSanitizedPackage();
  if (extension === undefined) return undefined;
  const folder = join(root, 'build', 'spec', 'sanitized');
  buildAddon(join(folder, 'build'));
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  // Copies, since Node.js goes by where a file really lies.
  for (const part of ['lib', 'spec']) {
    const copy = join(folder, 'dist', part);
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(root, 'dist', part), copy, { recursive: true });
  }
  link(join(root, 'spec'), join(folder, 'spec'));
  link(extension.folder, join(folder, 'python'));
  const options = { ASAN_OPTIONS: OPTIONS, UBSAN_OPTIONS: OPTIONS };
  return {
    folder,
    env: { ...extension.env, ...options, RINGSNAKE_TEST_PYTHON: pythonCommand() },
  };
}

/** By the makefile that made the one of this checkout, which knows the flags. */
function buildAddon(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const argv = [
    // The makefile itself is fresh: it has just been used.
    ...['--silent', '--assume-old=Makefile', `--jobs=${availableParallelism()}`],
    ...['BUILDTYPE=Release', `builddir_name=${folder}`],
    ...[`CXXFLAGS=${WATCHED}`, 'LDFLAGS=-fsanitize=address,undefined', 'CXX=g++'],
    'ringsnake_node',
  ];
  const cwd = join(root, 'build');
  execFileSync('make', argv, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(relative(join(path, '..'), target), path);
}
