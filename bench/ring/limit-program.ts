import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../folder.js';

let built: string | undefined;

/** Builds `bench/limit` with all of `csrc/core`, unless it is newer than both. Returns its path. */
export function limitProgram(): string {
  built ??= build();
  return built;
}

function build(): string {
  const folder = join(root, 'build', 'bench');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'limit');
  const core = files(join(root, 'csrc', 'core'));
  const limit = files(join(root, 'bench', 'limit'));
  if (Math.max(...[...core, ...limit].map(modified)) < modified(program)) return program;
  const sources = [...limit, ...core].filter((file) => file.endsWith('.cc'));
  const flags = ['-std=c++20', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
  execFileSync(process.env['CXX'] ?? 'g++', [...flags, ...sources, '-o', program, '-lpthread'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return program;
}

function files(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
