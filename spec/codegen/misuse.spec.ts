/** What is written with generated code, right and wrong, before the strict type checkers of both languages. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import ts from 'typescript';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const market = join(root, 'spec/support/market');
const dialogue = join(root, 'spec/support/dialogue');
const misuse = join(root, 'spec/fixtures/codegen/misuse');
const WRONG = /(?:#|\/\/) wrong: /;

/** Lines, one-based, by file name. */
type Lines = Readonly<Record<string, readonly number[]>>;

/** The lines that say that they are wrong. */
function wrongLines(path: string): number[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => (WRONG.test(line) ? [index + 1] : []));
}

/** The generated packages, programs that use them well, and one that does not. */
function pythonFolder(t: Test): string {
  const folder = t.testdir({});
  for (const [from, name] of [
    [market, 'market'],
    [dialogue, 'dialogue'],
  ] as const) {
    cpSync(join(from, `${name}_gen`), join(folder, `${name}_gen`), { recursive: true });
    cpSync(join(from, `${name}.py`), join(folder, `${name}.py`));
  }
  cpSync(join(misuse, 'misuse.py'), join(folder, 'misuse.py'));
  return folder;
}

const EXPECTED: Lines = { 'misuse.py': wrongLines(join(misuse, 'misuse.py')) };

t.test('pyright finds in strict mode every misuse, and nothing else', async (t) => {
  const folder = pythonFolder(t);
  const config = {
    include: ['.'],
    extraPaths: [join(root, 'python')],
    typeCheckingMode: 'strict',
    pythonVersion: '3.11',
    // What a test does on purpose: it reads and makes what it does not use.
    reportUnusedExpression: false,
  };
  writeFileSync(join(folder, 'pyrightconfig.json'), JSON.stringify(config));
  const argv = [join(root, 'node_modules/pyright/index.js'), '--outputjson', '-p', folder];
  const report = JSON.parse(output(process.execPath, argv)) as {
    generalDiagnostics: { file: string; range: { start: { line: number } }; message: string }[];
    summary: { filesAnalyzed: number };
  };
  const found = report.generalDiagnostics.map(({ file, range, message }) => ({
    file: file.slice(folder.length + 1),
    line: range.start.line + 1,
    message,
  }));
  t.equal(report.summary.filesAnalyzed, 13);
  compare(t, found, EXPECTED);
});

t.test('mypy finds in strict mode every misuse, and nothing else', async (t) => {
  const folder = pythonFolder(t);
  const argv = [
    ...[
      '-m',
      'mypy',
      '--strict',
      '--python-version',
      '3.11',
      '--cache-dir',
      join(folder, '.cache'),
    ],
    ...['--no-pretty', '--no-error-summary', '--hide-error-context', '-p', 'market_gen'],
    ...['-p', 'dialogue_gen', '-m', 'market', '-m', 'dialogue', '-m', 'misuse'],
  ];
  const env = {
    ...pythonEnvironment(),
    MYPYPATH: [folder, join(root, 'python')].join(':'),
  };
  const lines = output(pythonCommand(), argv, { cwd: folder, env }).split('\n');
  const found = lines.flatMap((text) => {
    const [, file = '', line, message = ''] = /^(.+?):(\d+): error: (.*)$/.exec(text) ?? [];
    return line === undefined ? [] : [{ file, line: Number(line), message }];
  });
  compare(t, found, EXPECTED);
});

t.test('tsc finds under strict settings every misuse, and nothing else', async (t) => {
  const folder = t.testdir({});
  for (const name of ['market.ts', 'market.gen.ts']) cpSync(join(market, name), join(folder, name));
  for (const name of ['dialogue.ts', 'dialogue.gen.ts'])
    cpSync(join(dialogue, name), join(folder, name));
  cpSync(join(misuse, 'misuse.ts'), join(folder, 'misuse.ts'));
  const program = ts.createProgram([join(folder, 'misuse.ts')], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
    paths: {
      ringsnake: [join(root, 'dist/lib/index.d.ts')],
      'ringsnake/generated': [join(root, 'dist/lib/generated.d.ts')],
    },
  });
  const found = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => ({
    file: file?.fileName.slice(folder.length + 1) ?? '',
    line: (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1,
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
  compare(t, found, { 'misuse.ts': wrongLines(join(misuse, 'misuse.ts')) });
});

function compare(
  t: Test,
  found: readonly { file: string; line: number; message: string }[],
  expected: Lines,
): void {
  const wanted = (file: string, line: number) => expected[file]?.includes(line) === true;
  const more = found.filter(({ file, line }) => !wanted(file, line));
  t.same(more, [], 'what is right is taken');
  for (const [file, lines] of Object.entries(expected)) {
    t.ok(lines.length > 30, 'there is something to find');
    const missed = lines.filter(
      (line) => !found.some((each) => each.file === file && each.line === line),
    );
    t.same(missed, [], `each of the ${lines.length} wrong lines of ${file} is reported`);
  }
}

/** Standard output, also of a program that fails: what it says is the result. */
function output(
  command: string,
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  try {
    return execFileSync(command, argv, {
      ...options,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
