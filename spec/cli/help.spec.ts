import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';
import { PROGRAM, ringsnake } from './ringsnake.js';

const COMMANDS = ['init', 'gen', 'explain', 'ir', 'stubs', 'repl', 'doctor', 'top'];
const options = { cwd: root };

t.test('help lists every command, and is what it shows without one', async (t) => {
  const { code, stdout, stderr } = await ringsnake(t, ['--help'], options);
  t.equal(code, 0);
  t.equal(stderr, '');
  for (const command of COMMANDS) t.match(stdout, new RegExp(`^  ${command} `, 'm'));
  for (const args of [[], ['-h'], ['help']]) {
    t.equal((await ringsnake(t, args, options)).stdout, stdout);
  }
});

for (const command of COMMANDS) {
  t.test(
    `${command} --help shows its usage, with examples, and nothing else happens`,
    async (t) => {
      const { code, stdout, stderr } = await ringsnake(t, [command, '--help'], options);
      t.equal(code, 0);
      t.equal(stderr, '');
      t.match(stdout, new RegExp(`^(Usage: )?ringsnake ${command}`));
      t.match(stdout, new RegExp(`\\nExamples:\\n  ringsnake ${command}`));
      t.same(
        stdout.split('\n').filter((line) => line.length > 130),
        [],
        'lines fit',
      );
      t.same(await ringsnake(t, ['help', command], options), { code, stdout, stderr });
    },
  );
}

t.test('the version is the one of the package', async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  t.same(await ringsnake(t, ['--version'], options), {
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

t.test('an unknown command suggests the nearest, or lists all', async (t) => {
  t.same(await ringsnake(t, ['explian', 'RSG101'], options), {
    code: 2,
    stdout: '',
    stderr:
      'ringsnake: there is no command `explian`\n' +
      '   hint: did you mean `ringsnake explain`? `ringsnake --help` lists all\n',
  });
  const { code, stderr } = await ringsnake(t, ['frobnicate'], options);
  t.equal(code, 2);
  t.match(stderr, /no command `frobnicate`\n\nringsnake: typed/);
  // What every object has is no command.
  t.equal((await ringsnake(t, ['constructor'], options)).code, 2);
});

t.test('doctor takes no arguments', async (t) => {
  const { code, stderr } = await ringsnake(t, ['doctor', 'everything'], options);
  t.equal(code, 2);
  t.match(stderr, /takes no arguments, got `everything`/);
});

t.test('a reader that leaves early is no error', async (t) => {
  // All explanations are more than a pipe holds; `true` reads none of them.
  const codes = Array.from({ length: 40 }, () =>
    'explain 102 103 122 123 124 125 126 136 142 143 145 164 168 172 173'.split(' '),
  ).flatMap(([, ...numbers]) => numbers);
  const shell = 'set -o pipefail; "$0" "$@" | true; echo $?';
  const argv = ['-c', shell, process.execPath, PROGRAM, 'explain', ...codes];
  t.equal(execFileSync('bash', argv, { encoding: 'utf8' }), '0\n');
});
