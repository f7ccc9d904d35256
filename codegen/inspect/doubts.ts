/** What crosses, but perhaps not as it was meant: warnings, of declarations that have no errors. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { typeText } from '../schema.js';
import { hasTag } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf } from './position.js';
import { ambiguityOf } from './union-check.js';

export function doubts(inspection: ModuleInspection): Diagnostic[] {
  return [...ambiguousUnions(inspection), ...uncheckedVariables(inspection)];
}

function ambiguousUnions({ unions, known }: ModuleInspection): Diagnostic[] {
  return unions.flatMap(({ type, at }) => {
    if (isOthers(at) || isWantedVariant(at)) return [];
    const found = ambiguityOf(type.branches, known);
    if (found === undefined) return [];
    const texts = found.branches.map((branch) => typeText(branch));
    return [diagnostic('RSG210', [...texts, found.sample], { position: positionOf(at) })];
  });
}

/** Its declaration, or that of what holds it, says `@variant`. */
function isWantedVariant(node: ts.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (hasTag(at, 'variant')) return true;
    if (ts.isStatement(at)) return false;
  }
  return false;
}

function uncheckedVariables({ variables }: ModuleInspection): Diagnostic[] {
  return [...variables]
    .filter((declaration) => !isOthers(declaration))
    .map((declaration) => {
      const position = positionOf(declaration);
      return diagnostic('RSG211', [declaration.name.text], { position });
    });
}

/** Others wrote their declarations for another purpose, and nobody can mend them here. */
function isOthers(node: ts.Node): boolean {
  return node.getSourceFile().isDeclarationFile;
}
