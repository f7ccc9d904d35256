/** Input that nobody should write: each is refused by code where it stands, or is right; none takes long or breaks the generator. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { gen } from '../../codegen/cli.js';
import type { PythonFile } from '../../codegen/emit/python.js';
import { ANY, BAD_INPUTS, type BadInput } from './bad-inputs.js';
import { type Generated, MemoryProgram, syntaxProblems } from './memory.js';
import { pythonProblems } from './python-problems.js';

t.setTimeout(240_000);

/** The bound of the goal; each takes milliseconds. */
const LONGEST_MS = 5_000;

function generate({ files }: BadInput): Generated {
  const decoder = new TextDecoder();
  const texts = Object.entries(files).map(([name, source]) => [
    name,
    typeof source === 'string' ? source : decoder.decode(source),
  ]);
  const start = performance.now();
  const generated = new MemoryProgram(Object.fromEntries(texts)).generate('api.ts');
  return { ...generated, milliseconds: performance.now() - start };
}

t.test('there are hundreds of them, all different', async (t) => {
  const sources = BAD_INPUTS.map(({ files }) => JSON.stringify(Object.entries(files)));
  t.same(
    sources.filter((source, index) => sources.indexOf(source) < index),
    [],
  );
  t.ok(sources.length >= 300, `${sources.length} inputs`);
});

t.test('each is refused by code where it stands, or generated', async (t) => {
  const modules: { what: string; files: readonly PythonFile[] }[] = [];
  let longest = 0;
  for (const input of BAD_INPUTS) {
    const { what, expected } = input;
    try {
      const { diagnostics, typescript, python, milliseconds } = generate(input);
      const codes = [...new Set(diagnostics.map(({ code }) => code))].sort().join(' ');
      if (expected !== ANY) t.equal(codes, expected, what.slice(0, 200));
      const lost = diagnostics.filter(({ position }) => position === undefined);
      t.same(
        lost.map(({ message }) => message),
        [],
        `${what.slice(0, 200)}: all have a place`,
      );
      longest = Math.max(longest, milliseconds);
      if (typescript !== undefined) t.same(syntaxProblems(typescript), [], what.slice(0, 200));
      if (python !== undefined) modules.push({ what, files: python });
    } catch (error) {
      t.fail(`${what.slice(0, 200)}: ${String((error as Error).stack)}`);
    }
  }
  t.ok(longest < LONGEST_MS, `the longest took ${Math.round(longest)} ms`);
  t.comment(`${modules.length} of ${BAD_INPUTS.length} are right`);
  t.same(pythonProblems(t, modules), [], 'Python can import what is generated');
});

t.test('the command says the same of files on the disk, and never 3', async (t) => {
  const unreadable = BAD_INPUTS.filter(({ files }) => typeof files['api.ts'] !== 'string');
  const others = BAD_INPUTS.filter((_, index) => index % 130 === 0);
  const top = t.testdir({});
  for (const [index, { what, expected, files }] of [...unreadable, ...others].entries()) {
    const folder = join(top, String(index));
    for (const [name, source] of Object.entries(files)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, source);
    }
    let stderr = '';
    const io = {
      cwd: folder,
      stdout: { write: () => true },
      stderr: { write: (text: string) => ((stderr += text), true) },
    };
    const code = await gen(['api.ts', '--out-ts', 'out', '--out-py', 'out'], io);
    if (expected === ANY) t.ok(code === 0 || code === 2, `${what}: ${stderr}`);
    else t.equal(code, expected === '' ? 0 : 2, `${what}: ${stderr}`);
  }
});
