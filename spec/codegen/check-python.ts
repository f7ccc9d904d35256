import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

/** The package itself is checked by `npm run typecheck`. */
const MYPY = ['-m', 'mypy', '--strict', '--follow-imports', 'silent'];

/** What the type checkers of Python, at their strictest, have to say of `api_gen` in a folder; nothing: the empty string. */
export function checkPython(folder: string): string {
  const config = {
    include: ['api_gen'],
    typeCheckingMode: 'strict',
    extraPaths: [join(root, 'python')],
  };
  writeFileSync(join(folder, 'pyrightconfig.json'), JSON.stringify(config));
  const pyright = join(root, 'node_modules/pyright/index.js');
  return [
    problems(process.execPath, [pyright, '--pythonpath', pythonCommand()], folder),
    problems(pythonCommand(), [...MYPY, '-p', 'api_gen'], folder),
  ].join('');
}

function problems(program: string, argv: readonly string[], cwd: string): string {
  const env = { ...process.env, MYPYPATH: join(root, 'python') };
  const { status, stdout, stderr } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  return status === 0 ? '' : stdout + stderr;
}
