/** Declarations that others have written, as they are: all of them are lowered by rule. */
import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import ts from 'typescript';
import { generateInterfaces, type InterfaceOutputs } from '../../codegen/interfaces.js';
import { stateOf, writeOutput } from '../../codegen/outputs.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const WHOLE = {
  nbformat: '@jupyterlab/nbformat/lib/index.d.ts',
  'the Model Context Protocol': '@modelcontextprotocol/sdk/dist/esm/spec.types.d.ts',
  'the Chrome DevTools Protocol': 'devtools-protocol/types/protocol.d.ts',
  "GitHub's webhooks": '@octokit/webhooks-types/schema.d.ts',
  'the Language Server Protocol': 'vscode-languageserver-types/lib/esm/main.d.ts',
  'the Chrome DevTools Protocol as a service': 'devtools-protocol/types/protocol-proxy-api.d.ts',
};

/** In a folder beside which its imports find this package. */
async function generated(folder: string, input: string): Promise<InterfaceOutputs> {
  const file = join(root, 'node_modules', input);
  return await generateInterfaces({ inputs: [file], outTs: folder, outPy: folder });
}

function write({ outputs }: InterfaceOutputs): { typescript: string; python: string } {
  for (const output of outputs) writeOutput(stateOf(output));
  const [typescript, python] = outputs;
  return { typescript: typescript?.path ?? '', python: python?.folder ?? '' };
}

function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], {
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
  const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

for (const [name, input] of Object.entries(WHOLE)) {
  t.test(
    `${name}: every declaration crosses, and both languages take what is generated`,
    async (t) => {
      const folder = t.testdir({});
      const result = await generated(folder, input);
      t.same(
        result.diagnostics.filter(({ severity }) => severity !== 'warning'),
        [],
      );
      const { typescript, python } = write(result);
      t.same(problemsOf(typescript), []);
      execFileSync(pythonCommand(), ['-c', `import ${basename(python)}`], {
        cwd: folder,
        env: { ...pythonEnvironment(), PYTHONPATH: join(root, 'python') },
      });
    },
  );
}

t.test(
  'real payloads go round, and what is wrong with the others is said where it is',
  async (t) => {
    const folder = t.testdir({ node_modules: {} });
    symlinkSync(root, join(folder, 'node_modules', 'ringsnake'));
    const { typescript } = write(await generated(folder, WHOLE["GitHub's webhooks"]));
    const { outputText } = ts.transpileModule(readFileSync(typescript, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const script = typescript.replace(/\.ts$/, '.mjs');
    writeFileSync(script, outputText);
    const { schemaCodec } = (await import(pathToFileURL(script).href)) as {
      schemaCodec: { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };
    };
    const examples = join(
      root,
      'node_modules/@octokit/webhooks-examples/api.github.com/index.json',
    );
    const events = JSON.parse(readFileSync(examples, 'utf8')) as { examples: object[] }[];
    let round = 0;
    let refused = 0;
    for (const payload of events.flatMap((event) => event.examples)) {
      let bytes: Uint8Array;
      try {
        bytes = schemaCodec.encode(payload);
      } catch (error) {
        // Some are older than the types: GitHub had not yet sent what these require.
        t.match(
          String(error),
          /ValidationError: Schema\.[\w.[\]]+: expected .+, got .+ \(declared at @octokit\/webhooks-types\/schema\.d\.ts:\d+\)/,
        );
        refused += 1;
        continue;
      }
      if (isDeepStrictEqual(schemaCodec.decode(bytes), payload)) round += 1;
      else t.fail('a payload came back as another');
    }
    t.same({ round, refused }, { round: 278, refused: 51 });
  },
);
