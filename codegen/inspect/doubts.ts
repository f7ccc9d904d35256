/** What can be said of declarations when all are known: of those that have no errors. Most are warnings of what crosses, but perhaps not as it was meant. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { typeText } from '../schema.js';
import { literalsOf, tagOf } from '../tag.js';
import { hasTag } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf } from './position.js';
import { ambiguityOf } from './union-check.js';

export function doubts(inspection: ModuleInspection): Diagnostic[] {
  return [
    ...untaggedUnions(inspection),
    ...ambiguousUnions(inspection),
    ...uncheckedVariables(inspection),
  ];
}

/** Open ones: who receives an object of another tag must know that it is one. */
function untaggedUnions({ openUnions, known, enums }: ModuleInspection): Diagnostic[] {
  const named = {
    aliased: known.aliased,
    enumOf: (wanted: string) => enums.find(({ name }) => name === wanted),
  };
  return openUnions.flatMap(({ type, at }) => {
    const records = type.branches.flatMap((branch) => {
      const record = branch.kind === 'record' ? known.record(branch.name) : undefined;
      return record === undefined ? [] : [record];
    });
    if (tagOf(records, (field) => literalsOf(field, named)) !== undefined) return [];
    const { open: _, ...closed } = type;
    return [diagnostic('RSG185', [typeText(closed)], { position: positionOf(at) })];
  });
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
