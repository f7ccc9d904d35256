/** `@open`: who says so expects values of an enumeration, a union of literals or of tagged objects that are not known yet. */
import type { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { ParameterType, Type, UnionType } from '../model.js';
import { withParts } from '../parts.js';
import { typeText } from '../schema.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail } from './position.js';

/** The same type, of open parts. Reported, and the type as it was, where there is nothing that could be open. */
export function opened<T extends ParameterType>(
  inspection: ModuleInspection,
  type: T,
  { tag, trail }: { readonly tag: ts.Node; readonly trail: Trail | undefined },
): T {
  let isOpened = false;
  const open = <P extends ParameterType>(part: P): P => {
    if (part.kind === 'literal' || (part.kind === 'enum' && part.members === undefined)) {
      isOpened = true;
      return { ...part, open: true };
    }
    if (isOfRecords(part)) {
      isOpened = true;
      return openUnion(inspection, part, tag) as P;
    }
    if (part.kind !== 'alias') return withParts(part, open) as P;
    const held: Type | undefined = inspection.aliasedType(part.name);
    // What has a name keeps it, unless it is closed elsewhere.
    const made = held === undefined || !isOpenable(held) ? undefined : open(held);
    return (made === undefined || isOpen(held) ? part : made) as P;
  };
  const found = open(type);
  if (!isOpened) refuseOpen(inspection, tag, typeText(type), trail);
  return found;
}

export function refuseOpen(
  inspection: ModuleInspection,
  tag: ts.Node,
  what: string,
  trail?: Trail,
): void {
  const reached = trail === undefined ? {} : { reachedFrom: trail.toString() };
  inspection.report(diagnostic('RSG185', [what], { position: positionOf(tag), ...reached }));
}

/** The same union, open. Whether a tag tells its records apart is known when all of them are. */
export function openUnion(
  inspection: ModuleInspection,
  { open: _, ...union }: UnionType,
  at: ts.Node,
): UnionType {
  const type = { ...union, open: true } as const;
  inspection.openUnions.push({ type, at });
  return type;
}

export function isOfRecords(type: ParameterType): type is UnionType {
  return type.kind === 'union' && type.branches.every(({ kind }) => kind === 'record');
}

function isOpenable(type: Type): boolean {
  if (type.kind === 'nullable' || type.kind === 'undefinable') return isOpenable(type.inner);
  if (isOfRecords(type)) return true;
  return type.kind === 'literal' || (type.kind === 'enum' && type.members === undefined);
}

function isOpen(type: Type | undefined): boolean {
  if (type?.kind === 'nullable' || type?.kind === 'undefinable') return isOpen(type.inner);
  return type !== undefined && 'open' in type && type.open === true;
}
