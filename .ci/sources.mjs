/** What the formatters and linters read: every file that git tracks or would. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './step.mjs';

/**
 * @param {...string} patterns of git, such as `*.py`
 * @returns {string[]} relative to the root
 */
export function sources(...patterns) {
  const argv = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  const listed = execFileSync('git', argv, { cwd: root, encoding: 'utf8' }).split('\0');
  return [...new Set(listed)].filter((path) => path !== '' && existsSync(join(root, path))).sort();
}
