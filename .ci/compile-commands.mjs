/** build/compile_commands.json: how each C++ file is compiled, for clang-tidy and for editors. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localHeaders, nativeEnvironment } from './native.mjs';
import { sources } from './sources.mjs';
import { root } from './step.mjs';

/** @typedef {{ directory: string, file: string, command: string }} CompileCommand */

/**
 * node-gyp knows the flags of what binding.gyp builds; the programs of specs and bench are compiled as the core is.
 * @param {import('../lib/doctor/python.mjs').PythonFacts} python
 * @returns {string[]} the files, absolute
 */
export function writeCompileCommands(python) {
  const gyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const argv = [gyp, 'configure', `--python=${python.executable}`, ...localHeaders()];
  execFileSync(process.execPath, [...argv, '--', '-f', 'compile_commands_json'], {
    cwd: root,
    env: nativeEnvironment(python),
    stdio: 'ignore',
  });
  const written = readFileSync(join(root, 'build', 'Release', 'compile_commands.json'), 'utf8');
  /** @type {readonly CompileCommand[]} */
  const built = JSON.parse(written);
  const commands = built.filter(({ file }) => file.startsWith(join(root, 'csrc')));
  const programs = sources('spec/*.cc', 'bench/*.cc').map((file) => ({
    directory: root,
    file: join(root, file),
    command: `c++ -std=c++20 -Wall -Wextra -Wpedantic -I${python.include} -c ${join(root, file)}`,
  }));
  // A warning of clang's own is no error: g++ is what builds.
  const all = [...commands, ...programs].map((entry) => ({
    ...entry,
    directory: root,
    command: entry.command.replace(' -Werror', ''),
  }));
  writeFileSync(join(root, 'build', 'compile_commands.json'), `${JSON.stringify(all, null, 2)}\n`);
  return all.map(({ file }) => file);
}
