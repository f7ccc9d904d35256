import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { lineEdits } from '../../codegen/cli/line-edits.js';
import { unifiedDiff } from '../../codegen/cli/unified-diff.js';
import { bareWorkspace, ringsnake } from './ringsnake.js';

const API =
  'export interface S {\n  first(a: string): Promise<void>;\n  last(): Promise<void>;\n}\n';
const GEN = ['gen', 'api.ts', '--out-ts', 'out', '--out-py', 'out'];

t.test('what --check writes to stdout is a patch that mends what is stale', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API, 'other.ts': API });
  const options = { cwd: workspace.folder };
  t.match(await workspace.gen('api.ts'), { code: 0 });
  workspace.write('api.ts', API.replace('a: string', 'a: string, b: boolean'));
  const args = [...GEN.slice(1), 'other.ts', '--check'];
  const { code, stdout, stderr } = await ringsnake(t, ['gen', ...args], options);
  t.equal(code, 1);
  t.equal(
    stderr,
    'out/api.gen.ts is stale\n' +
      'out/api_gen/_types.py is stale\nout/api_gen/_codec.py is stale\nout/api_gen/_client.py is stale\n' +
      'out/other.gen.ts is missing\nout/other_gen/ is missing\n' +
      'run: ringsnake gen api.ts other.ts --out-ts out --out-py out\n',
  );
  execFileSync('git', ['apply'], { ...options, input: stdout });
  t.same(await workspace.genExactly(...args), { code: 0, stdout: '', stderr: '' });
});

t.test('the command that mends it can be pasted into a shell', async (t) => {
  const workspace = bareWorkspace(t, { "it's an api.ts": API });
  const { code, stderr } = await workspace.gen("it's an api.ts", '--strict', '--check');
  t.equal(code, 1);
  const [, command = ''] = /^run: (.*)$/m.exec(stderr) ?? [];
  t.equal(command, "ringsnake gen 'it'\\''s an api.ts' --out-ts out --out-py out --strict");
});

t.test('a patch has colours on a terminal', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': API });
  const { stdout } = await workspace.command('gen', [...GEN.slice(1), '--check'], { isTTY: true });
  t.match(stdout, '\u001b[1m+++ b/out/api.gen.ts\u001b[22m\n\u001b[34m@@ -0,0 +1,');
  t.match(stdout, '\n\u001b[32m+import type');
});

const lines = (unit: fc.Arbitrary<string>) =>
  fc.array(unit, { maxLength: 60 }).map((all) => all.map((line) => `${line}\n`));
const letter = fc.constantFrom('a', 'b', 'c', '', '-', '+ ', ' @@', '\\');
/** Texts with many equal lines, with hardly any, and with both. */
const texts = fc.oneof(lines(letter), lines(fc.string()), lines(fc.oneof(letter, fc.uuid())));

t.test('the edits of lines lead from one text to the other', async (t) => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const edits = lineEdits(before, after);
      const side = (sign: string) =>
        edits.filter((edit) => edit.sign === ' ' || edit.sign === sign).map(({ line }) => line);
      t.strictSame(side('-'), before);
      t.strictSame(side('+'), after);
    }),
    { numRuns: 300 },
  );
});

t.test('a small change of a long text is a small patch', async (t) => {
  const before = Array.from({ length: 20_000 }, (_, index) => `line ${index % 7000}\n`);
  const after = before.toSpliced(5000, 1, 'changed\n').toSpliced(15_000, 2, 'again\n', 'more\n');
  const changes = lineEdits(before, after).filter(({ sign }) => sign !== ' ');
  t.equal(changes.length, 6);
});

t.test('git applies any patch', async (t) => {
  const ends = fc.constantFrom('', '\n');
  const text = fc
    .tuple(lines(fc.constantFrom('a', 'b', 'c', 'd')), ends)
    .map(([all, end]) => all.join('').replace(/\n$/, end));
  // A file without a line is no text that is generated.
  const pairs = fc.sample(fc.tuple(text, text), { numRuns: 40, seed: 4711 });
  const workspace = bareWorkspace(t, {});
  const patches = pairs
    .filter(([before, after]) => before !== '' && after !== '' && before !== after)
    .map(([before, after], index) => {
      const name = `${index}.txt`;
      workspace.write(name, before);
      return { name, after, patch: unifiedDiff(name, before, after) };
    });
  t.ok(patches.length > 20);
  const input = patches.map(({ patch }) => patch).join('');
  execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd: workspace.folder, input });
  for (const { name, after } of patches) t.equal(workspace.read(name), after);
});
