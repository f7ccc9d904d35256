/** Interfaces without methods, and aliases of object types → records. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { Slot, Type } from '../model.js';
import { pascalCase } from '../names.js';
import { documentationOf } from './documentation.js';
import { checkKey, isMethod, type Member, membersOf, PythonNames } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: fields have types, and a type may be a record.
import { lowerType, type Site } from './type-lowering.js';

interface RecordUse {
  /** The interface or alias that names the type. */
  readonly symbol: ts.Symbol;
  readonly type: ts.Type;
  readonly site: Site;
}

/** The record's name in the module; undefined, and reported, where it cannot be one. */
export function lowerRecord(inspection: ModuleInspection, use: RecordUse): string | undefined {
  const { symbol, type, site } = use;
  const known = inspection.recordOf(symbol);
  if (known !== undefined) return known.name;
  const declaration = symbol.declarations?.[0] ?? site.at;
  const members = membersOf(type, declaration);
  const methods = members.filter(isMethod).length;
  const place = { position: positionOf(site.at), reachedFrom: site.trail.toString() };
  if (methods > 0) {
    const code = methods === members.length ? 'RSG143' : 'RSG164';
    inspection.report(diagnostic(code, [symbol.name], place));
    return undefined;
  }
  const exported = inspection.exportOf(symbol, place);
  if (exported === undefined) return undefined;
  // Known before its fields are lowered: they may lead back to it.
  const record = inspection.beginRecord(symbol, {
    ...exported,
    declaration,
    documentation: documentationOf(declaration),
  });
  const names = new PythonNames(inspection, site.trail);
  for (const member of members) {
    const field = lowerField(inspection, member, { record: exported.name, names, site });
    if (field !== undefined) record.fields.push(field);
  }
  return exported.name;
}

/** A field of a record, or of an error that is declared. */
export function lowerField(
  inspection: ModuleInspection,
  member: Member,
  owner: { readonly record: string; readonly names: PythonNames; readonly site: Site },
): Slot<Type> | undefined {
  const { symbol, declaration } = member;
  const trail = owner.site.trail.to(`${owner.record}.${symbol.name}`);
  if (!checkKey(inspection, member, trail)) return undefined;
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const pythonName = owner.names.give(symbol.name, declaration);
  const type = lowerType(inspection, inspection.checker.getTypeOfSymbol(symbol), {
    node:
      ts.isPropertySignature(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isParameter(declaration)
        ? declaration.type
        : undefined,
    at: declaration,
    trail,
    label: owner.record + pascalCase(symbol.name),
    optional,
  });
  if (type === undefined || pythonName === undefined) return undefined;
  const documentation = documentationOf(declaration);
  return { name: symbol.name, pythonName, type, optional, documentation };
}
