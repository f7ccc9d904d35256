import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { generateInterfaces } from '../../codegen/interfaces.js';
import { root } from '../support/root.js';

const golden = join(root, 'spec/fixtures/codegen/golden');
const typescriptFiles = ['every-construct.gen.ts', 'uses.ts'].map((name) => join(golden, name));

t.test('the committed files are what the generator writes, byte for byte', async (t) => {
  const { outputs, diagnostics } = await generateInterfaces({
    inputs: [join(golden, 'every-construct.ts')],
    outTs: golden,
    outPy: golden,
  });
  t.same(diagnostics, []);
  t.same(
    outputs.map(({ path }) => relative(golden, path)),
    [
      'every-construct.gen.ts',
      ...['__init__.py', '_types.py', '_codec.py', '_client.py', '_server.py', 'py.typed'].map(
        (name) => `every_construct_gen/${name}`,
      ),
    ],
  );
  for (const { path, text = '' } of outputs) {
    t.equal(text, readFileSync(path, 'utf8'), `${path}: generate it again if the change is wanted`);
    t.notMatch(text, /\r|[ \t]+\n|[^\n]$/, 'line feeds only, no trailing space, a final newline');
  }
});

t.test('generated TypeScript compiles under the strictest settings, and is typed', async (t) => {
  const config = join(root, 'tsconfig.json');
  const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(json.compilerOptions, root, config);
  const program = ts.createProgram(typescriptFiles, {
    ...options,
    noEmit: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noImplicitReturns: true,
    noPropertyAccessFromIndexSignature: true,
    isolatedDeclarations: false,
  });
  const problems = typescriptFiles
    .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ file, start = 0, messageText }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  t.same(problems, []);
});

t.test('generated Python is clean under pyright strict, and typed', async (t) => {
  const folder = t.testdir({});
  for (const name of ['every_construct_gen', 'uses.py']) {
    cpSync(join(golden, name), join(folder, name), { recursive: true });
  }
  const config = {
    include: ['.'],
    extraPaths: [join(root, 'python')],
    typeCheckingMode: 'strict',
    pythonVersion: '3.11',
  };
  writeFileSync(join(folder, 'pyrightconfig.json'), JSON.stringify(config));
  const pyright = join(root, 'node_modules/pyright/index.js');
  const report = run(process.execPath, [pyright, '--outputjson', '-p', folder]);
  const { generalDiagnostics, summary } = JSON.parse(report) as {
    generalDiagnostics: readonly unknown[];
    summary: { filesAnalyzed: number };
  };
  t.same(generalDiagnostics, []);
  t.equal(summary.filesAnalyzed, 6);
});

/** Standard output, also of a program that fails: what it says is the result. */
function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
