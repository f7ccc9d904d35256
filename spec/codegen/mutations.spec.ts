/** Input that was right and is not any more: whatever a mutant looks like, it is generated or refused by code, and soon. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { PythonFile } from '../../codegen/emit/python.js';
import { root } from '../support/root.js';
import { BAD_INPUTS } from './bad-inputs.js';
import { MemoryProgram, syntaxProblems } from './memory.js';
import { mutant } from './mutant.js';
import { pythonProblems } from './python-problems.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const MUTANTS = isLong ? 100_000 : 2_000;
const FIRST_SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
/** They share a program: most of the time is the compiler's start. */
const BATCH = 100;
const LONGEST_MS = 5_000;

t.setTimeout(isLong ? 7_200_000 : 240_000);

const SOURCES = [
  ...['averages', 'countdown', 'digits', 'drawing', 'fitting', 'money'].map(
    (name) => `spec/examples/${name}/${name}.ts`,
  ),
  ...[
    'bank',
    'constructs',
    'crew',
    'depot',
    'foundry',
    'relay',
    'ticker',
    'vault',
    'workbench',
  ].map((name) => `spec/support/${name}/${name}.ts`),
].map((path) => readFileSync(join(root, path), 'utf8'));
const SHORT = BAD_INPUTS.map(({ files }) => files['api.ts']).filter(
  (source): source is string => typeof source === 'string' && source.length < 2_000,
);

t.test('mutants of right and of wrong input are generated or refused, and soon', async (t) => {
  let [right, longest] = [0, 0];
  for (let first = FIRST_SEED; first < FIRST_SEED + MUTANTS; first += BATCH) {
    const seeds = Array.from({ length: BATCH }, (_, index) => first + index);
    const files = seeds.map((seed) => ({
      name: `m${seed}.ts`,
      source: mutant(seed % 3 === 0 ? SHORT : SOURCES, seed),
    }));
    const program = new MemoryProgram(
      Object.fromEntries(files.map(({ name, source }) => [name, source])),
    ).open();
    const modules: { what: string; files: readonly PythonFile[] }[] = [];
    for (const { name, source } of files) {
      const { python, milliseconds } = tried(t, program, { name, source });
      longest = Math.max(longest, milliseconds);
      if (python !== undefined) modules.push({ what: source, files: python });
    }
    right += modules.length;
    for (const problem of pythonProblems(t, modules)) t.fail(problem);
    if (isLong) t.comment(`${first + BATCH - FIRST_SEED} mutants`);
  }
  t.ok(right > MUTANTS / 20, `${right} of ${MUTANTS} are right`);
  t.comment(`the longest took ${Math.round(longest)} ms`);
});

function tried(
  t: Test,
  program: MemoryProgram,
  { name, source }: { readonly name: string; readonly source: string },
): { python: readonly PythonFile[] | undefined; milliseconds: number } {
  try {
    const { diagnostics, typescript, python, milliseconds } = program.generate(name);
    if (milliseconds > LONGEST_MS) t.fail(`${name} took ${milliseconds} ms:\n${source}`);
    const lost = diagnostics.find(({ position }) => position === undefined);
    if (lost !== undefined) t.fail(`${name}: ${lost.message} has no place:\n${source}`);
    const problems = typescript === undefined ? [] : syntaxProblems(typescript);
    if (problems.length > 0) t.fail(`${name}: ${problems.join('\n')}:\n${source}\n${typescript}`);
    return { python, milliseconds };
  } catch (error) {
    t.fail(`${name}: ${(error as Error).stack}\n${source}`);
    return { python: undefined, milliseconds: 0 };
  }
}
