/** Interfaces of others that have methods and were not thought of as services: they are left out, and a warning says so. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import { isLibrarySymbol, isStreamSymbol } from './library-types.js';
import { isMethod, membersOf } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { hasFlag } from './nodes.js';
import { positionOf, typeText } from './position.js';

/** Reported the first time. */
export function isLeftOut(
  symbol: ts.Symbol,
  statement: ts.InterfaceDeclaration,
  inspection: ModuleInspection,
): boolean {
  if (inspection.leftOut.has(symbol)) return true;
  if (!statement.getSourceFile().isDeclarationFile) return false;
  const atOnce = answersAtOnce(symbol, statement, inspection);
  if (atOnce === undefined) return false;
  const place = { position: positionOf(statement.name) };
  inspection.leftOut.add(symbol);
  inspection.report(diagnostic('RSG175', [symbol.name, ...atOnce], place));
  return true;
}

/** A method that answers at once, and with what. */
function answersAtOnce(
  symbol: ts.Symbol,
  statement: ts.InterfaceDeclaration,
  { checker, program }: ModuleInspection,
): [string, string] | undefined {
  const members = membersOf(checker.getDeclaredTypeOfSymbol(symbol), statement);
  for (const { symbol: method } of members.filter(isMethod)) {
    for (const signature of checker.getTypeOfSymbol(method).getCallSignatures()) {
      const result = signature.getReturnType();
      const isLater =
        hasFlag(result, ts.TypeFlags.Void | ts.TypeFlags.Any) ||
        (isLibrarySymbol(result.symbol, program) &&
          (result.symbol.name === 'Promise' || isStreamSymbol(result.symbol)));
      if (!isLater) return [method.name, typeText(result, checker)];
    }
  }
  return undefined;
}
