import { spawnSync } from 'node:child_process';
import t from 'tap';
import { PROGRAM } from '../cli/ringsnake.js';
import { pythonCommand } from '../support/python.js';

/** What becomes of lines that come from a pipe. */
function run(input: string, ...args: readonly string[]) {
  const command = [PROGRAM, 'repl', '--python', pythonCommand(), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: 'utf8',
    input,
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

t.test('values are shown, in order, without a prompt', async (t) => {
  const input = `
const math = await py.import('math')
math.pi
py.eval('[1, 2]')
await new Promise((resolve) => setTimeout(resolve, 20))
const x: number = 5
interface Told {
  note: string
}
function plus(a: number): number {
  return a + x
}
plus(2)
.py
y = x = 1
for i in range(2):
    print(i)
if y:
    print('yes')
else:
    print('no')
[
    3,
]
.js
py.eval('x + y')
`;
  t.same(run(input), {
    status: 0,
    stdout: '3.141592653589793\n[1, 2]\n7\n0\n1\nyes\n[3]\n2\n',
    stderr: '',
  });
});

t.test('the first line that fails is the last, and the exit code tells', async (t) => {
  t.match(run('null.x\n"not run"\n'), {
    status: 1,
    stdout: '',
    stderr: /^TypeError: Cannot read properties of null[^\n]*\n[^\n]*repl:1:6\n$/,
  });
  t.match(run("py.eval('1 / 0')\n"), {
    status: 1,
    stdout: '',
    stderr: /^RemoteError: ZeroDivisionError/,
  });
  t.match(run('await Promise.reject(new Error("no"))\n'), { status: 1, stderr: /^Error: no/ });
  t.match(run('.py\n1 / 0\nprint("not run")'), {
    status: 1,
    stdout: '',
    stderr: /^Traceback \(most recent call last\):\n[\s\S]*ZeroDivisionError: division by zero\n$/,
  });
  t.match(run('(1 +\n'), { status: 1, stderr: /ends in the middle of a statement/ });
  t.match(run('.py\nx = (1 +\n'), { status: 1, stderr: /ends in the middle of a statement/ });
});

t.test('exit codes are those that were asked for', async (t) => {
  t.match(run('.py\nimport sys\nsys.exit(3)\nprint("not run")'), {
    status: 3,
    stdout: '',
    stderr: '',
  });
  t.match(run('.py\nraise SystemExit("a word")'), { status: 1, stderr: 'a word\n' });
  t.match(run('process.exit(4)\n'), { status: 4, stdout: '' });
  t.match(run('1\n.exit\n2\n'), { status: 0, stdout: '1\n' });
  t.match(run(''), { status: 0, stdout: '', stderr: '' });
});

t.test('a module can be imported at the start', async (t) => {
  t.match(
    run('py.eval(\'__import__("sys").modules["colorsys"].__name__\')\n', '--module', 'colorsys'),
    {
      status: 0,
      stdout: "'colorsys'\n",
    },
  );
});

t.test('2: no Python, or arguments that make no sense', async (t) => {
  t.match(run('', '--python', '/no/such/python'), {
    status: 2,
    stderr: /there is no interpreter at/,
  });
  t.match(run('', '--module', 'no_such_module'), { status: 2, stderr: /no_such_module/ });
  t.match(run('', '--fast'), { status: 2, stderr: /--fast/ });
});
