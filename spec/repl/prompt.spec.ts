import { readFileSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Terminal, type TerminalOptions } from './terminal.js';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const PYTHON = '>>> ';
const MORE = '... ';

/** Somebody at the prompt, who has read the greeting. */
async function begun(t: Test, options?: TerminalOptions) {
  const terminal = new Terminal(t, options);
  const greeting = await terminal.until('js> ');
  return { terminal, greeting };
}

const ENDLESS =
  '\'import time; print("be" + "gun", flush=True); [time.sleep(0.01) for _ in iter(int, 1)]\'';

/** Presses Ctrl-C while that runs. */
async function stopped(t: Test, terminal: Terminal, code: string): Promise<void> {
  terminal.type(`${code}\r`);
  await terminal.until('begun');
  terminal.type(CTRL_C);
  await terminal.until('Interrupted');
  terminal.type("py.sync.eval('6 * 7')\r");
  t.ok(await terminal.until('42\r\n'), 'Python is free again');
}

t.test('Python is at hand, is awaited by itself, and shows itself', async (t) => {
  const { terminal, greeting } = await begun(t);
  t.match(greeting, /ringsnake \d+\.\d+\.\d+: Node [\d.]+, Python 3\.\d+\.\d+\. TypeScript by /);
  t.match(await terminal.line("py.eval('[1, (2, None)]')"), '[1, (2, None)]\n');
  await terminal.line("const math = await py.import('math')");
  t.match(await terminal.line('math'), "<module 'math'");
  t.match(await terminal.line('math.floor(2.5) + 1'), 'has to be awaited');
  t.match(await terminal.line('(await math.floor(2.5)) + 1'), '3\n');
  t.match(await terminal.line("py.sync.import('builtins').max([1, 5, 3])"), '5\n');
  t.match(await terminal.line("await py.eval('f', {})"), "NameError: name 'f' is not defined");
  terminal.type(CTRL_D);
  t.equal(await terminal.end(), 0);
});

t.test('types are taken out, of one line and of several', async (t) => {
  const { terminal } = await begun(t);
  await terminal.line('const five: number = 5');
  await terminal.line('function plus(a: number): number {', MORE);
  await terminal.line('  return a + five', MORE);
  await terminal.line('}');
  t.match(await terminal.line('plus(2)'), '7\n');
  t.match(await terminal.line('five = 6'), 'Assignment to constant variable');
  t.match(await terminal.line('const six: number = )'), 'SyntaxError');
  t.match(await terminal.line('five'), '5\n');
});

t.test('where nothing takes types out, it says so', async (t) => {
  const { greeting, terminal } = await begun(t, { isAlone: true });
  const isNodes = 'stripTypeScriptTypes' in nodeModule;
  t.match(greeting, isNodes ? 'TypeScript by Node' : 'JavaScript only');
  t.match(await terminal.line('1 + 1'), '2\n');
});

t.test(
  'the Tab key completes what Python has, of what is awaited and of what is not',
  async (t) => {
    const { terminal } = await begun(t);
    await terminal.line("const json = await py.import('json')");
    terminal.type('json.decoder.JSOND\t');
    await terminal.until('json.decoder.JSONDecode');
    terminal.type('\t');
    await terminal.until('JSONDecodeError');
    terminal.type(CTRL_C);
    await terminal.until('js> ');
    await terminal.line("const sync = py.sync.import('json')");
    terminal.type('sync.JSONDecodeE\t');
    await terminal.until('sync.JSONDecodeError');
    terminal.type(CTRL_C);
    await terminal.until('js> ');
    terminal.type('Math.flo\t');
    await terminal.until('Math.floor');
  },
);

t.test('a Python prompt inside, with the variables of py.eval', async (t) => {
  const { terminal } = await begun(t);
  await terminal.line('.py', PYTHON);
  t.equal((await terminal.line('x = 3', PYTHON)).includes('3'), false, 'no value is shown');
  t.match(await terminal.line('x * 2', PYTHON), '6\n');
  t.match(await terminal.line('_ + 1', PYTHON), '7\n');
  await terminal.line('for i in range(2):', MORE);
  await terminal.line('    print("item", i)', MORE);
  t.match(await terminal.line('', PYTHON), 'item 0\nitem 1\n');
  await terminal.line('import asyncio', PYTHON);
  t.match(await terminal.line('await asyncio.sleep(0, "slept")', PYTHON), "'slept'\n");
  t.match(
    await terminal.line('1 / 0', PYTHON),
    /^Traceback \(most recent call last\):\n {2}File "<python-input-\d+>", line 1, in <module>\n {4}1 \/ 0\n[ ~^]*\n?ZeroDivisionError: division by zero\n/,
  );
  t.match(await terminal.line('x = = 1', PYTHON), /\^\nSyntaxError: invalid syntax\n/);
  terminal.type('x.to_by\t');
  await terminal.until('x.to_bytes(');
  t.match(await terminal.line("2, 'big')", PYTHON), "b'\\x00\\x03'\n");
  await terminal.line('.js');
  t.match(await terminal.line("py.eval('x')"), '3\n');
  await terminal.line('.py', PYTHON);
  await terminal.line('exit()');
  t.match(await terminal.line('1 + 1'), '2\n', 'it is the prompt that was left');
});

for (const args of [[], ['--embed']]) {
  const place = args[0] ?? 'a process';
  t.test(`Ctrl-C stops what Python runs, computes or awaits (${place})`, async (t) => {
    const { terminal } = await begun(t, { args });
    await terminal.line('.py', PYTHON);
    await terminal.line('import asyncio, time; kept = "kept"', PYTHON);
    for (const code of [
      'print("be" + "gun"); [time.sleep(0.01) for _ in iter(int, 1)]',
      'print("be" + "gun"); [None for _ in iter(int, 1)]',
      'print("be" + "gun"); await asyncio.sleep(1000)',
    ]) {
      terminal.type(`${code}\r`);
      await terminal.until('begun\r\n');
      terminal.type(CTRL_C);
      const shown = await terminal.until(PYTHON);
      t.match(shown, /Traceback[\s\S]*KeyboardInterrupt\r\n/, code);
      t.notMatch(shown, 'ringsnake', 'nothing of ours is shown');
      t.match(await terminal.line('kept', PYTHON), "'kept'\n");
    }
  });

  t.test(`Ctrl-C at the other prompt stops what is awaited (${place})`, async (t) => {
    const { terminal } = await begun(t, { args });
    await stopped(t, terminal, `await py.exec(${ENDLESS})`);
  });
}

t.test('Ctrl-C at the other prompt stops calls that block', async (t) => {
  const { terminal } = await begun(t);
  await stopped(t, terminal, `py.sync.exec(${ENDLESS})`);
});

t.test('keys that are pressed while Python runs are for the next line', async (t) => {
  const { terminal } = await begun(t);
  await terminal.line('.py', PYTHON);
  await terminal.line('import os, time', PYTHON);
  const flag = join(terminal.folder, 'typed');
  const wait = `[time.sleep(0.001) for _ in iter(lambda: os.path.exists("${flag}"), True)]`;
  terminal.type(`print("be" + "gun"); ${wait}; None\r`);
  await terminal.until('begun\r\n');
  terminal.type('6 * 7\r');
  writeFileSync(flag, '');
  t.match(await terminal.until('42'), PYTHON);
});

t.test('a Python that dies is started again', async (t) => {
  const { terminal } = await begun(t);
  await terminal.line('.py', PYTHON);
  t.match(await terminal.line('import os; os.kill(os.getpid(), 9)', PYTHON), 'SIGKILL');
  t.match(await terminal.line('6 * 7', PYTHON), '42\n');
});

t.test('lines are remembered', async (t) => {
  const { terminal } = await begun(t);
  await terminal.line("'remembered'");
  terminal.type('.exit\r');
  t.equal(await terminal.end(), 0);
  t.match(readFileSync(join(terminal.folder, 'history'), 'utf8'), "'remembered'");
});

t.test('.help tells of both languages', async (t) => {
  const { terminal } = await begun(t);
  const help = await terminal.line('.help');
  t.match(help, /^\.js +Back to JavaScript$/m);
  t.match(help, /^\.py +Python instead of JavaScript/m);
});
