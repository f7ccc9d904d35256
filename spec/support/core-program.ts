import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root } from './root.js';

/** How a program of the core is built: plainly, or so that a sanitizer watches it, or line by line at fixed addresses. */
export type Flavour = 'plain' | 'address' | 'thread' | 'stepped';

const FLAGS: Readonly<Record<Flavour, readonly string[]>> = {
  plain: ['-O2'],
  address: ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
  // The warning says that fences are not followed. Ours order flags only; data travels by release and acquire.
  thread: ['-O1', '-g', '-fsanitize=thread', '-Wno-tsan'],
  stepped: ['-O0', '-g', '-no-pie'],
};

const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];

const core = join(root, 'csrc', 'core');

/** Builds a C++ program of `spec/` with all of `csrc/core`, unless it is newer than both. Returns its path. */
export function buildCoreProgram(source: string, flavour: Flavour = 'plain'): string {
  const folder = join(root, 'build', 'spec', flavour);
  mkdirSync(folder, { recursive: true });
  const program = join(folder, source.replaceAll('/', '-').replace(/\.cc$/, ''));
  const input = join(root, 'spec', source);
  const headers = [join(root, 'spec', 'core', 'check.h'), ...files(dirname(input))];
  if (newest([input, ...headers, ...files(core)]) < modified(program)) return program;
  const sources = files(core).filter((file) => file.endsWith('.cc'));
  const objects = sources.map((file) => buildCoreObject(file, flavour));
  compile(program, flavour, [input, ...objects, '-lpthread']);
  return program;
}

/** The programs of a flavour share these. */
function buildCoreObject(source: string, flavour: Flavour): string {
  const folder = join(root, 'build', 'spec', flavour, 'core');
  mkdirSync(folder, { recursive: true });
  const object = join(folder, `${basename(source, '.cc')}.o`);
  const headers = files(core).filter((file) => file.endsWith('.h'));
  if (newest([source, ...headers]) >= modified(object)) compile(object, flavour, ['-c', source]);
  return object;
}

/** Under another name until it is whole: two specs may want it at the same time. */
function compile(output: string, flavour: Flavour, argv: readonly string[]): void {
  const partial = `${output}.${process.pid}`;
  const compiler = process.env['CXX'] ?? 'g++';
  execFileSync(compiler, ['-std=c++20', ...WARNINGS, ...FLAGS[flavour], ...argv, '-o', partial], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  renameSync(partial, output);
}

/** The paths of what lies in the folder. */
export function files(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

/** When the last of them was modified, in milliseconds. */
export function newest(paths: readonly string[]): number {
  return Math.max(...paths.map(modified));
}

/** 0 if it is not there. */
export function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
