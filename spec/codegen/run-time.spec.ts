/** Generated code runs as it is: under what people run TypeScript with, and in a Python in which nothing is installed. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import ts from 'typescript';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const run = promisify(execFile);
const market = join(root, 'spec/support/market');
const PRINTED = 'card 42, as large as it gets, says nothing\n';

/** Enumerations are the only thing of the author's that generated code needs when it runs. */
const program = (extension: string): string => `
import { spawn } from 'ringsnake';
import { MarketClient } from './market.gen${extension}';
import { type Order, Size } from './market${extension}';

const worker = await spawn({ module: './market.py', python: process.argv[2] ?? 'python3' });
const order: Order = {
  id: 1,
  size: Size.XXL,
  payment: { kind: 'card', number: '42' },
  currency: 'EUR',
  createdAt: new Date(),
};
console.log(await worker.client(MarketClient).buy(order));
await worker.close();
`;

/** What a project has: its own files, generated ones, and the package. */
function project(t: Test): string {
  const folder = t.testdir({ 'package.json': '{ "type": "module" }' });
  for (const name of ['market.ts', 'market.gen.ts', 'market.py', 'market_gen'])
    cpSync(join(market, name), join(folder, name), { recursive: true });
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/ringsnake'));
  symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  writeFileSync(join(folder, 'main.ts'), program('.js'));
  return folder;
}

/** Without what the specs add to the path of Python's modules. */
const env = { ...process.env, PYTHONPATH: undefined };

async function node(folder: string, ...argv: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [...argv, pythonCommand()], { cwd: folder, env });
  return stdout;
}

const tool = (path: string): string => join(root, 'node_modules', path);

t.test('after tsc, by plain Node.js', async (t) => {
  const folder = project(t);
  const compilerOptions = { target: 'es2022', module: 'nodenext', types: ['node'], strict: true };
  const config = { compilerOptions: { ...compilerOptions, skipLibCheck: true } };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await run(process.execPath, [tool('typescript/bin/tsc')], { cwd: folder });
  t.equal(await node(folder, 'main.js'), PRINTED);
});

t.test('by tsx, without a step before', async (t) => {
  t.equal(await node(project(t), tool('tsx/dist/cli.mjs'), 'main.ts'), PRINTED);
});

// The package is a module: from 20.19 on Node.js can require one.
const isRequired = 'require_module' in process.features;

for (const format of isRequired ? ['esm', 'cjs'] : ['esm']) {
  t.test(`bundled by esbuild as ${format}, with the package beside it`, async (t) => {
    const folder = project(t);
    const bundle = format === 'esm' ? 'bundle.mjs' : 'bundle.cjs';
    // Only modules have `await` at their top.
    const source = program('.js').replace(
      /^const worker[\s\S]*$/m,
      'void (async () => {\n$&})();\n',
    );
    writeFileSync(join(folder, 'main.ts'), source);
    const argv = ['main.ts', '--bundle', '--platform=node', '--packages=external'];
    await run(tool('esbuild/bin/esbuild'), [...argv, `--format=${format}`, `--outfile=${bundle}`], {
      cwd: folder,
    });
    t.equal(await node(folder, bundle), PRINTED);
  });
}

t.test('it is nothing that Node.js could not strip the types of', async (t) => {
  const folder = project(t);
  const file = join(folder, 'market.gen.ts');
  const checked = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    types: ['node'],
    typeRoots: [tool('@types')],
  });
  const problems = ts.getPreEmitDiagnostics(checked, checked.getSourceFile(file));
  t.same(
    problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    [],
  );
});

t.test(
  'Python needs nothing that is not there: an interpreter without packages will do',
  async (t) => {
    const folder = project(t);
    const bare = join(folder, 'bare');
    execFileSync(pythonCommand(), ['-m', 'venv', '--without-pip', bare]);
    const python = join(bare, 'bin/python');
    t.throws(
      () => execFileSync(python, ['-c', 'import ringsnake'], { cwd: bare, env, stdio: 'pipe' }),
      { message: /No module named 'ringsnake'/ },
    );
    const { stdout } = await run(process.execPath, [tool('tsx/dist/cli.mjs'), 'main.ts', python], {
      cwd: folder,
      env,
    });
    t.equal(stdout, PRINTED);
  },
);
