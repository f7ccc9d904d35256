/** Object types without methods → records. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { ExtraMembers, Origin, Slot, Type } from '../model.js';
import { pascalCase } from '../names.js';
import { withoutVariables } from '../type-variables.js';
import { indexOf } from './container-lowering.js';
import { documentationOf, hasTag } from './documentation.js';
import { isAbortSignal } from './library-types.js';
import {
  checkKey,
  dataOf,
  isHidden,
  isMethod,
  type Member,
  membersOf,
  PythonNames,
} from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { hasFlag, partsOf, saysUndefined } from './nodes.js';
import { positionOf } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: fields have types, and a type may be a record.
import { lowerType, type Site } from './type-lowering.js';
import { argumentsOf, instanceName } from './type-names.js';
import { tagged } from './value-tags.js';

/** How deep generics may be nested: `Page<Page<…>>` that grows by itself ends here. */
const DEEPEST_INSTANCE = 8;

interface RecordUse {
  /** The interface, class or alias that names the type; undefined where it is written in place. */
  readonly symbol: ts.Symbol | undefined;
  readonly type: ts.Type;
  readonly site: Site;
}

/** The record's name in the module; undefined, and reported, where it cannot be one. */
export function lowerRecord(inspection: ModuleInspection, use: RecordUse): string | undefined {
  const { symbol, type, site } = use;
  const known = inspection.recordOf(type, symbol);
  if (known !== undefined) return known.name;
  const declaration = symbol?.declarations?.[0] ?? site.at;
  const all = membersOf(type, declaration);
  const isCopied = hasTag(declaration, 'value');
  const members = isCopied ? dataOf(all) : all;
  const place = { position: positionOf(site.at), reachedFrom: site.trail.toString() };
  const name = symbol?.name ?? site.label;
  const methods = members.filter(isMethod).length;
  if (methods > 0) {
    const code = methods === members.length ? 'RSG143' : 'RSG164';
    return inspection.report(diagnostic(code, [name], place));
  }
  if (type.isClass() && members.some(isHidden))
    return inspection.report(diagnostic('RSG136', [name], place));
  if (nesting(type, inspection.checker, 0) > DEEPEST_INSTANCE)
    return inspection.report(diagnostic('RSG148', [name], place));
  // Its data alone are another type than the author's.
  const named =
    members.length < all.length
      ? { name: inspection.claimName(`${name}Data`), origin: undefined }
      : nameOf(inspection, use);
  if (named === undefined) return undefined;
  // Known before its fields are lowered: they may lead back to it.
  const record = inspection.beginRecord(type, {
    ...named,
    declaration,
    documentation: documentationOf(symbol === undefined ? undefined : declaration),
  });
  const names = new PythonNames(inspection, site.trail);
  const lowerMembers = (): true => {
    for (const member of members) {
      if (isSignal(inspection, member)) {
        record.signal = member.symbol.name;
        continue;
      }
      const field = lowerField(inspection, member, { record: named.name, names, site });
      if (field !== undefined) record.fields.push(field);
    }
    record.extra = lowerExtra(inspection, { record: named.name, type, names, site });
    return true;
  };
  let isEndless = false;
  inspection.lowerMembers(() => {
    isEndless = inspection.inside(symbol, lowerMembers) === undefined;
    if (isEndless) inspection.report(diagnostic('RSG148', [name], place));
  });
  return isEndless ? undefined : named.name;
}

/** `signal?: AbortSignal`. */
function isSignal({ checker, program }: ModuleInspection, { symbol }: Member): boolean {
  if ((symbol.flags & ts.SymbolFlags.Optional) === 0) return false;
  return isAbortSignal(checker.getNonNullableType(checker.getTypeOfSymbol(symbol)), program);
}

function nameOf(
  inspection: ModuleInspection,
  { symbol, type, site }: RecordUse,
): { name: string; origin: Origin | undefined } | undefined {
  if (symbol === undefined) return { name: inspection.claimName(site.label), origin: undefined };
  const types =
    type.aliasSymbol === symbol
      ? (type.aliasTypeArguments ?? [])
      : argumentsOf(type, inspection.checker);
  if (types.length === 0) return inspection.nameOf(symbol);
  const name = instanceName(symbol.name, types, inspection.checker);
  return { name: inspection.claimName(name, symbol), origin: undefined };
}

function nesting(type: ts.Type, checker: ts.TypeChecker, depth: number): number {
  if (depth > DEEPEST_INSTANCE) return depth;
  const types = type.aliasTypeArguments ?? argumentsOf(type, checker);
  return Math.max(depth, ...types.map((part) => nesting(part, checker, depth + 1)));
}

/** The index signature beside its fields. */
function lowerExtra(
  inspection: ModuleInspection,
  owner: {
    readonly record: string;
    readonly type: ts.Type;
    readonly names: PythonNames;
    readonly site: Site;
  },
): ExtraMembers | undefined {
  const { record, type, names, site } = owner;
  const index = indexOf(type, inspection.checker);
  if (index === undefined || isNothing(index.info.type)) return undefined;
  const { declaration } = index.info;
  const at = declaration ?? site.at;
  if (index.key === 'symbol')
    return inspection.report(diagnostic('RSG128', [record], { position: positionOf(at) }));
  const value = lowerType(inspection, index.info.type, {
    node: declaration && ts.isIndexSignatureDeclaration(declaration) ? declaration.type : undefined,
    at,
    trail: site.trail.to(`${record}[key]`),
    label: `${record}Extra`,
    optional: false,
  });
  if (value === undefined) return undefined;
  return { value: withoutVariables(value), pythonName: names.giveFree('extra') };
}

/** `other?: never`: it is always absent, and there is nothing to send. */
function isNothing(type: ts.Type): boolean {
  return partsOf(type).every((part) => hasFlag(part, ts.TypeFlags.Never | ts.TypeFlags.Undefined));
}

/** A field of a record, or of an error that is declared; or what an object by reference says of itself. Undefined where it has none, or was reported. */
export function lowerField(
  inspection: ModuleInspection,
  member: Member,
  owner: {
    readonly record: string;
    readonly names: PythonNames;
    readonly site: Site;
    readonly besideMethods?: true;
  },
): Slot<Type> | undefined {
  const { symbol, declaration } = member;
  const trail = owner.site.trail.to(`${owner.record}.${symbol.name}`);
  const { besideMethods = false } = owner;
  if (!checkKey(inspection, member, { trail, besideMethods })) return undefined;
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  const declared = inspection.checker.getTypeOfSymbol(symbol);
  if (optional && isNothing(declared)) return undefined;
  const pythonName = owner.names.give(symbol.name, declaration);
  const type = lowerType(inspection, declared, {
    node:
      ts.isPropertySignature(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isGetAccessorDeclaration(declaration) ||
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
  const { default: value, ...held } = tagged(inspection, declaration, {
    type: withoutVariables(type),
    optional,
    trail,
  });
  const undefinable = optional && saysUndefined(declared, inspection.checker);
  const slot: Slot<Type> = {
    name: symbol.name,
    pythonName,
    ...held,
    optional,
    ...(undefinable && { undefinable }),
    documentation,
  };
  return value === undefined ? slot : { ...slot, default: value };
}
