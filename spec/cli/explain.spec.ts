import t from 'tap';
import { DIAGNOSTIC_CODES } from '../../codegen/diagnostics.js';
import { INPUTS } from '../../codegen/explanations/inputs.js';
import { MEMBERS } from '../../codegen/explanations/members.js';
import { TYPES } from '../../codegen/explanations/types.js';
import { type Explanation, explanationOf } from '../../codegen/explanations.js';
import { Workspace } from '../codegen/workspace.js';
import { bareWorkspace, ringsnake } from './ringsnake.js';

t.test('every code is explained, and nothing that is no code', async (t) => {
  const explained = [INPUTS, TYPES, MEMBERS].flatMap((part) => Object.keys(part));
  t.same(
    DIAGNOSTIC_CODES.filter((code) => !explained.includes(code)),
    [],
    'codegen/explanations/ has a text for each',
  );
  t.same(
    explained.filter((code) => !DIAGNOSTIC_CODES.some((known) => known === code)),
    [],
    'codegen/explanations/ has no text for a code that is gone',
  );
});

t.test('explanations are laid out for a terminal', async (t) => {
  const lines = DIAGNOSTIC_CODES.flatMap((code) => explanationOf(code).text?.split('\n') ?? []);
  t.same(
    lines.filter((line) => line.length > 120 || line !== line.trim()),
    [],
  );
});

/** Examples that are whole TypeScript files. */
const examples = Object.entries<Explanation>({ ...INPUTS, ...TYPES, ...MEMBERS }).filter(
  ([, { wrong, right }]) => wrong !== undefined && right?.startsWith('export '),
);

t.test('wrong examples get the code they explain, and right ones none', async (t) => {
  t.ok(examples.length > 20);
  const files = examples.flatMap(([code, { wrong = '', right = '' }]) => [
    [`wrong/${code}.ts`, `${wrong}\n`],
    [`right/${code}.ts`, `${right}\n`],
  ]);
  // Examples name what Node has.
  const workspace = new Workspace(t, Object.fromEntries(files));
  const inputs = files.map(([name = '']) => name);
  const { stdout } = await workspace.gen(...inputs, '--format', 'json');
  const found = JSON.parse(stdout).diagnostics as { code: string; file: string }[];
  for (const [code] of examples) {
    const codes = (file: string) => found.filter((one) => one.file === file).map((one) => one.code);
    t.same([...new Set(codes(`wrong/${code}.ts`))], [code], `${code}: the wrong example`);
    t.same(codes(`right/${code}.ts`), [], `${code}: the right example`);
  }
});

t.test('a code is found in any spelling', async (t) => {
  const workspace = bareWorkspace(t, {});
  const first = await workspace.command('explain', ['RSG125']);
  t.equal(first.code, 0);
  t.match(first.stdout, /^RSG125: `…`: symbols mean nothing outside their process\n\nA symbol is /);
  t.match(first.stdout, /\n\nWrong:\n {2}export interface .*\n\nRight:\n {2}export type /s);
  t.same(await workspace.command('explain', ['rsg125']), first);
  t.same(await workspace.command('explain', ['125']), first);
});

t.test('several codes are several pages, none is a list of all', async (t) => {
  const workspace = bareWorkspace(t, {});
  const pages = await workspace.command('explain', ['122', '125']);
  t.match(pages.stdout, /^RSG122: .*\n\nRSG125: /s);
  const { stdout } = await workspace.command('explain', []);
  t.same(stdout.match(/^RSG\d+/gm), DIAGNOSTIC_CODES);
  t.notMatch(stdout, /\$\d/, 'details of a message are left open');
});

t.test('an unknown code is an input error with the nearest', async (t) => {
  const run = await ringsnake(t, ['explain', 'RSG1255'], { cwd: bareWorkspace(t, {}).folder });
  t.match(run, {
    code: 2,
    stdout: '',
    stderr:
      /^ringsnake explain: error RSG110: there is no code `RSG1255`\n {3}hint: did you mean `RSG1\d\d`/,
  });
});

t.test('explanations as JSON', async (t) => {
  const { stdout } = await bareWorkspace(t, {}).command('explain', ['125', '--format', 'json']);
  t.match(JSON.parse(stdout), {
    exitCode: 0,
    explanations: [
      { code: 'RSG125', message: String, hint: String, text: String, wrong: String, right: String },
    ],
  });
});
