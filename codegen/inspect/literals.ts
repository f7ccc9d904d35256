/** Unions of literals: their members in the order they were written, and the alias they were given. */
import { ts } from 'ts-morph';
import type { LiteralValue } from '../model.js';
import { hasTag } from './documentation.js';
import { aliasAt, hasFlag, strip } from './nodes.js';

const { TypeFlags } = ts;

export function isLiteral(type: ts.Type): boolean {
  return (
    hasFlag(type, TypeFlags.StringLiteral | TypeFlags.NumberLiteral | TypeFlags.BooleanLiteral) &&
    !hasFlag(type, TypeFlags.EnumLiteral)
  );
}

/** `true | false`, which the checker does not tell from `boolean`. */
export function isBoolean(parts: readonly ts.Type[]): boolean {
  return parts.length === 2 && parts.every((part) => hasFlag(part, TypeFlags.BooleanLiteral));
}

/**
 * The checker keeps members in the order in which it first met them anywhere in the program, which another file can change:
 * so the order is taken from the nodes, and what they do not show is sorted.
 */
export function orderedMembers(
  parts: readonly ts.Type[],
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): LiteralValue[] {
  const wanted = new Set(parts);
  const ordered = new Set(writtenTypes(node, checker, 0).filter((type) => wanted.has(type)));
  const unseen = parts
    .filter((part) => !ordered.has(part))
    .map((part) => literalValue(part, checker));
  return [...[...ordered].map((part) => literalValue(part, checker)), ...unseen.sort(compare)];
}

function writtenTypes(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
  depth: number,
): readonly ts.Type[] {
  const stripped = strip(node);
  if (stripped === undefined || depth > 100) return [];
  if (ts.isUnionTypeNode(stripped)) {
    return stripped.types.flatMap((member) => writtenTypes(member, checker, depth + 1));
  }
  const alias = aliasAt(stripped, checker);
  if (alias !== undefined) return writtenTypes(alias.declaration.type, checker, depth + 1);
  return ts.isLiteralTypeNode(stripped) ? [checker.getTypeFromTypeNode(stripped)] : [];
}

/** Whether some of a union's literals are those of an alias that is `@open`. */
export function isWrittenOpen(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
  depth = 0,
): boolean {
  const stripped = strip(node);
  if (stripped === undefined || depth > 100) return false;
  if (ts.isUnionTypeNode(stripped))
    return stripped.types.some((member) => isWrittenOpen(member, checker, depth + 1));
  const alias = aliasAt(stripped, checker);
  if (alias === undefined) return false;
  const { declaration } = alias;
  return hasTag(declaration, 'open') || isWrittenOpen(declaration.type, checker, depth + 1);
}

function literalValue(type: ts.Type, checker: ts.TypeChecker): LiteralValue {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  return checker.typeToString(type) === 'true';
}

function compare(a: LiteralValue, b: LiteralValue): number {
  const left = `${typeof a} ${a}`;
  const right = `${typeof b} ${b}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
