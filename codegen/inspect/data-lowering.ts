/** The exported types of a file that declares no service: their types and codecs are all that is generated of it. */
import { ts } from 'ts-morph';
import { lowerNamedAlias } from './alias-lowering.js';
import { isLeftOut } from './left-out.js';
import { isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { resolveAlias } from './nodes.js';
import { Trail } from './position.js';
import { lowerType } from './type-lowering.js';

/** `known` need not be lowered. */
export function lowerData(
  input: ts.SourceFile,
  inspection: ModuleInspection,
  known: ReadonlySet<ts.Symbol> = new Set(),
): void {
  const module = inspection.checker.getSymbolAtLocation(input);
  if (module !== undefined) lowerExports(module, inspection, { known, seen: new Set() });
}

function lowerExports(
  module: ts.Symbol,
  inspection: ModuleInspection,
  { known, seen }: { readonly known: ReadonlySet<ts.Symbol>; readonly seen: Set<ts.Symbol> },
): void {
  if (seen.has(module)) return;
  seen.add(module);
  for (const entry of inspection.checker.getExportsOfModule(module)) {
    const symbol = resolveAlias(entry, inspection.checker);
    if (symbol === undefined || seen.has(symbol)) continue;
    if (symbol.flags & ts.SymbolFlags.Type && !known.has(symbol)) lowerExported(symbol, inspection);
    if (symbol.flags & ts.SymbolFlags.Module) lowerExports(symbol, inspection, { known, seen });
    else seen.add(symbol);
  }
}

/** Generic ones are generated where they are used. */
function lowerExported(symbol: ts.Symbol, inspection: ModuleInspection): void {
  const declaration = symbol.declarations?.find(
    (each) =>
      ts.isInterfaceDeclaration(each) ||
      ts.isTypeAliasDeclaration(each) ||
      ts.isEnumDeclaration(each),
  ) as ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.EnumDeclaration | undefined;
  if (declaration === undefined || isLibrarySymbol(symbol, inspection.program)) return;
  if (ts.isInterfaceDeclaration(declaration) && isLeftOut(symbol, declaration, inspection)) return;
  if (!ts.isEnumDeclaration(declaration) && declaration.typeParameters !== undefined) return;
  const type = inspection.checker.getDeclaredTypeOfSymbol(symbol);
  const node = ts.isTypeAliasDeclaration(declaration) ? declaration.type : undefined;
  const site = { at: declaration.name, trail: new Trail([symbol.name]), label: symbol.name };
  const lowered = lowerType(inspection, type, { ...site, node, optional: false });
  if (lowered === undefined || !ts.isTypeAliasDeclaration(declaration)) return;
  const isNamed =
    lowered.kind === 'record' || lowered.kind === 'function' || lowered.kind === 'object';
  if (!isNamed) lowerNamedAlias(inspection, { symbol, declaration }, { type, lowered });
}
