/** npm packages: exactly those of package-lock.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, step } from './step.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockEntry */

export async function preparePackages() {
  if (installed()) return;
  await step('npm packages', async () => {
    // No package needs its scripts, and npm would build the addon on its own, without the checks made here.
    const argv = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    const npm = process.env['npm_execpath'];
    const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
    await run(program, [...first, ...argv], { log: 'npm-ci.log' });
  });
}

/** npm notes what it installed in the same form as the lock file. */
function installed() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const present = entries(note);
  return Object.entries(entries(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    const found = present[path];
    // Packages for other systems are in the lock file and not here.
    if (found === undefined)
      return path === '' || wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version;
  });
}

/**
 * @param {string} path
 * @returns {Record<string, LockEntry>}
 */
function entries(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
