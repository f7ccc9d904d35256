import t from 'tap';
import { codeFrame, sourceLines } from '../../codegen/cli/code-frame.js';
import { bareWorkspace, ringsnake } from './ringsnake.js';

const OUT = ['--out-ts', 'out', '--out-py', 'out'];

const service = (type: string) => `export interface S {\n  m(a: ${type}): Promise<void>;\n}\n`;

t.test('a diagnostic shows the source line, and marks the type that is meant', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': service('symbol') });
  const { stderr } = await workspace.gen('api.ts');
  t.equal(
    stderr,
    'api.ts:2:8 error RSG125: `symbol`: symbols mean nothing outside their process\n' +
      '   2 |   m(a: symbol): Promise<void>;\n' +
      '     |        ^^^^^^\n' +
      '   reached from S.m(a)\n' +
      '   hint: use a string, or a union of string literals\n' +
      '1 error; nothing was written\n',
  );
});

/** `«` stands before the marked characters, `»` behind. */
const frames: readonly (readonly [what: string, source: string, frame: readonly string[]])[] = [
  ['the first character', '«a» b', ['1 | a b', '  | ^']],
  ['a later line', '\n\n  x: «Date»;\n', ['3 |   x: Date;', '  |      ^^^^']],
  ['lines that end as on Windows', 'a\r\nb «c»\r\nd', ['2 | b c', '  |   ^']],
  ['tabs before', '\t\tx:\t«Date»;', ['1 |         x:    Date;', '  |               ^^^^']],
  ['tabs inside', 'a: «B\t| C»;', ['1 | a: B    | C;', '  |    ^^^^^^^^']],
  ['wide characters before', "'日本': «Date»", ["1 | '日本': Date", '  |         ^^^^']],
  ['wide characters inside', 'x: «日本»;', ['1 | x: 日本;', '  |    ^^^^']],
  ['combining characters', 'e\u0301: «Date»', ['1 | e\u0301: Date', '  |    ^^^^']],
  ['characters outside the basic plane', "'😀': «Date»", ["1 | '😀': Date", '  |       ^^^^']],
  ['the end of a line', 'a«»', ['1 | a', '  |  ^']],
  ['an empty line', 'a\n«»\nb', ['2 |', '  | ^']],
  ['a byte order mark', '\uFEFF«a» b', ['1 | a b', '  | ^']],
  [
    'escapes that would steer a terminal',
    '/*\u001b[2J*/ «a»',
    ['1 | /*\uFFFD[2J*/ a', '  |          ^'],
  ],
  ['a line past the tenth', `${'\n'.repeat(9)}«ab»`, ['10 | ab', '   | ^^']],
];

for (const [what, marked, frame] of frames) {
  t.test(`a code frame with ${what}`, async (t) => {
    const start = marked.indexOf('«');
    const before = marked.slice(0, start).replace('\uFEFF', '').split(/\r?\n/);
    const position = {
      file: '',
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      width: marked.indexOf('»') - start - 1,
    };
    t.same(codeFrame(sourceLines(marked.replace(/[«»]/g, '')), position), frame);
  });
}

t.test('of a very long line the part around the place is shown', async (t) => {
  const [shown = '', marker = ''] = codeFrame([`${'x'.repeat(500)}Date${'y'.repeat(500)}`], {
    file: '',
    line: 1,
    column: 501,
    width: 4,
  });
  t.ok(shown.length < 110);
  t.match(shown, /^1 \| …x+Datey+…$/);
  t.equal(shown.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1), 'Date');
});

t.test('a line that is not there has no frame', async (t) => {
  t.same(codeFrame(['a', ''], { file: '', line: 3, column: 1 }), []);
  t.same(codeFrame(['a'], { file: '', line: 1, column: 99, width: 99 }), ['1 | a', '  |  ^']);
});

t.test('they come in the order of files and places', async (t) => {
  const workspace = bareWorkspace(t, {
    'b.ts': 'export interface B {\n  z(a: symbol, b: never): Promise<void>;\n  a(): number;\n}\n',
    'a.ts': service('symbol'),
  });
  const { stderr } = await workspace.gen('b.ts', 'a.ts', 'missing.ts');
  const heads = stderr.match(/^\S.*? error RSG\d+/gm);
  t.same(heads, [
    'ringsnake gen: error RSG101',
    'a.ts:2:8 error RSG125',
    'b.ts:2:8 error RSG125',
    'b.ts:2:19 error RSG122',
    'b.ts:3:8 error RSG160',
  ]);
  t.match(stderr, /\n5 errors; nothing was written\n$/);
});

t.test('names in a source file do not steer the terminal', async (t) => {
  const key = JSON.stringify('\u001b[2J');
  const source = `export interface R {\n  ${key}: symbol;\n}\n${service('R')}`;
  const { stderr } = await bareWorkspace(t, { 'api.ts': source }).gen('api.ts');
  t.match(stderr, /RSG125/);
  t.notMatch(stderr, '\u001b');
});

t.test('as JSON they are one object on stdout, and stderr is silent', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': service('symbol') });
  const args = ['gen', 'api.ts', 'missing.ts', ...OUT, '--format=json'];
  const { code, stdout, stderr } = await ringsnake(t, args, { cwd: workspace.folder });
  t.equal(code, 2);
  t.equal(stderr, '');
  t.same(JSON.parse(stdout), {
    exitCode: 2,
    diagnostics: [
      {
        code: 'RSG101',
        severity: 'error',
        message: `there is no file ${workspace.path('missing.ts')}`,
        hint: 'name a TypeScript file; paths are relative to the working directory',
      },
      {
        code: 'RSG125',
        severity: 'error',
        message: '`symbol`: symbols mean nothing outside their process',
        hint: 'use a string, or a union of string literals',
        file: 'api.ts',
        line: 2,
        column: 8,
        width: 6,
        reachedFrom: 'S.m(a)',
      },
    ],
    files: [],
  });
});

const PARTS = ['__init__.py', '_types.py', '_codec.py', '_client.py', '_server.py', 'py.typed'].map(
  (name) => `out/api_gen/${name}`,
);

t.test('as JSON a run says what it did to each file', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': service('string') });
  const files = async (...args: string[]) => {
    const { stdout } = await workspace.gen('api.ts', '--format', 'json', ...args);
    return JSON.parse(stdout).files as { path: string; state: string; diff?: string }[];
  };
  t.match(await files('--check'), [
    { path: 'out/api.gen.ts', state: 'missing', diff: '+++ b/out/api.gen.ts' },
    ...PARTS.map((path) => ({ path, state: 'missing', diff: `+++ b/${path}` })),
  ]);
  const written = [
    { path: 'out/api.gen.ts', state: 'written' },
    ...PARTS.map((path) => ({ path, state: 'written' })),
  ];
  t.same(await files(), written);
  t.same(
    await files(),
    written.map(({ path }) => ({ path, state: 'unchanged' })),
  );
});

t.test('mistakes on the command line are JSON, too, where that was asked for', async (t) => {
  const { code, stdout, stderr } = await bareWorkspace(t, {}).genExactly('--format=json', '--chek');
  t.equal(code, 2);
  t.equal(stderr, '');
  t.match(JSON.parse(stdout).diagnostics, [
    { code: 'RSG110', message: 'there is no option `--chek`', hint: 'did you mean `--check`?' },
  ]);
});

t.test('a format that is none is refused', async (t) => {
  const { code, stderr } = await bareWorkspace(t, {}).genExactly('--format', 'yaml');
  t.equal(code, 2);
  t.match(stderr, /RSG110: --format is text or json, not `yaml`/);
});

t.test('there are colours on a terminal only', async (t) => {
  const workspace = bareWorkspace(t, {});
  const args = ['--chek'];
  const plain = await workspace.command('gen', args);
  const isColored = async (isTTY: boolean, env: Record<string, string> = {}) => {
    const { stderr } = await workspace.command('gen', args, { isTTY, env });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are.
    t.equal(stderr.replace(/\u001b\[\d+m/g, ''), plain.stderr, 'the words are the same');
    return stderr.includes('\u001b[');
  };
  t.equal(await isColored(false), false);
  t.equal(await isColored(true), true);
  t.equal(await isColored(true, { NO_COLOR: '1' }), false);
  t.equal(await isColored(true, { NO_COLOR: '' }), true, 'an empty NO_COLOR says nothing');
  t.equal(await isColored(true, { TERM: 'dumb' }), false);
  t.equal(await isColored(false, { FORCE_COLOR: '1' }), true);
  t.equal(await isColored(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), true);
  t.equal(await isColored(true, { FORCE_COLOR: '0' }), false);
});

t.test('a real terminal gets colours, JSON never', async (t) => {
  const workspace = bareWorkspace(t, { 'api.ts': service('symbol') });
  const options = { cwd: workspace.folder, env: { TERM: 'xterm' }, terminal: true };
  const { code, stdout } = await ringsnake(t, ['gen', 'api.ts', ...OUT], options);
  t.equal(code, 2);
  t.match(stdout, '\u001b[31merror RSG125\u001b[39m');
  const json = await ringsnake(t, ['gen', 'api.ts', ...OUT, '--format', 'json'], options);
  // A progress line may have come before, and is gone.
  const object = json.stdout.slice(json.stdout.lastIndexOf('\u001b[K{') + 1).replace(/^\[K/, '');
  t.equal(JSON.parse(object).exitCode, 2);
  t.notMatch(object, '\u001b');
});
