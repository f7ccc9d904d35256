/** What the TypeScript compiler itself has to say about the declarations the generator reads. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { positionAt } from './position.js';

/**
 * Syntax errors anywhere in the file; else type errors inside imports, exports, interfaces and aliases. Functions
 * are left to the author's own build: its settings may be laxer than the strictness forced here.
 *
 * Of `only` these nodes, where it is known that there are none in others.
 */
export function compilerErrors(
  file: ts.SourceFile,
  program: ts.Program,
  only?: readonly ts.Node[],
): Diagnostic[] {
  const syntactic = program.getSyntacticDiagnostics(file);
  if (syntactic.length > 0) return syntactic.map(asDiagnostic);
  return (program as PartlyChecked)
    .getSemanticDiagnostics(file, undefined, only)
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .filter(({ start }) => start !== undefined && isInDeclaration(file, start))
    .map(asDiagnostic);
}

/** As editors ask it. A compiler that does not know the last parameter checks the whole file. */
interface PartlyChecked extends ts.Program {
  getSemanticDiagnostics(
    file?: ts.SourceFile,
    cancellation?: ts.CancellationToken,
    only?: readonly ts.Node[],
  ): readonly ts.Diagnostic[];
}

export function hasSyntaxErrors(file: ts.SourceFile, program: ts.Program): boolean {
  return program.getSyntacticDiagnostics(file).length > 0;
}

function isInDeclaration(file: ts.SourceFile, offset: number): boolean {
  const statement = file.statements.find(({ pos, end }) => pos <= offset && offset < end);
  return (
    statement !== undefined &&
    (ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement))
  );
}

function asDiagnostic({ file, start, length, code, messageText }: ts.Diagnostic): Diagnostic {
  const message = `${ts.flattenDiagnosticMessageText(messageText, ' ')} (TS${code})`;
  const position =
    file === undefined ? undefined : { ...positionAt(file, start ?? 0), width: length ?? 1 };
  return diagnostic('RSG102', [message], { position });
}
