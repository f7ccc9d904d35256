/** The C++ compiler: which one, and whether it really can. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} CompilerFacts
 * @property {string} command
 * @property {string} version the first line of what it says
 * @property {boolean} capable of what csrc/ uses
 */

// The newest things of the language, the library and the kernel's headers that csrc/ uses.
const PROBE = `
#include <linux/futex.h>
#include <sys/eventfd.h>
#include <atomic>
#include <span>
int main() {
  int word = 0;
  std::atomic_ref<int>(word).store(FUTEX_WAIT, std::memory_order_release);
  return std::span<int>(&word, 1)[0];
}
`;

/**
 * $CXX, else g++, else clang++; undefined if there is none.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function compilerCommand(environment = process.env) {
  if (environment['CXX']) return environment['CXX'];
  return ['g++', 'clang++'].find((name) => isOnPath(name, environment));
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {boolean}
 */
export function isOnPath(name, environment = process.env) {
  const folders = (environment['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, name)));
}

/**
 * Compiles and links a small program. Undefined if there is no compiler at all.
 * @returns {CompilerFacts | undefined}
 */
export function inspectCompiler() {
  const command = compilerCommand();
  // $CXX may hold arguments too: `ccache g++`.
  const [program = '', ...flags] = (command ?? '').split(' ').filter((word) => word !== '');
  if (command === undefined || program === '') return undefined;
  const { status, stdout } = spawnSync(program, [...flags, '--version'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  return { command, version: stdout.split('\n')[0] ?? '', capable: compiles(program, flags) };
}

/**
 * @param {string} program
 * @param {readonly string[]} flags
 * @returns {boolean}
 */
function compiles(program, flags) {
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-'));
  try {
    const source = join(folder, 'probe.cc');
    writeFileSync(source, PROBE);
    const output = join(folder, 'probe');
    return spawnSync(program, [...flags, '-std=c++20', source, '-o', output]).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
