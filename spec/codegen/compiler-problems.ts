import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../support/root.js';

/** What the strictest compiler has to say of a generated file, anywhere on the disk. */
export function compilerProblems(file: string): string[] {
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
  const source = program.getSourceFile(file);
  return ts.getPreEmitDiagnostics(program, source).map(({ start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ');
    const line = source?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
    return `${line + 1}: ${message}\n${source?.text.split('\n')[line] ?? ''}`;
  });
}
