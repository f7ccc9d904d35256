/** What kind of type a checker's type is, by its flags and parts alone. */
import { ts } from 'ts-morph';
import type { DiagnosticCode } from '../diagnostics.js';
import { indexOf } from './container-lowering.js';
import { hasFlag } from './nodes.js';

const { TypeFlags } = ts;

/** Types that an alias only gives a shorter name. */
export function isPlain(type: ts.Type): boolean {
  return hasFlag(
    type,
    TypeFlags.String |
      TypeFlags.Number |
      TypeFlags.BigInt |
      TypeFlags.Boolean |
      TypeFlags.Any |
      TypeFlags.Unknown |
      TypeFlags.NonPrimitive |
      TypeFlags.Never |
      TypeFlags.ESSymbolLike |
      TypeFlags.BigIntLiteral,
  );
}

export function isPrimitiveLike(type: ts.Type): boolean {
  return hasFlag(
    type,
    TypeFlags.StringLike | TypeFlags.NumberLike | TypeFlags.BooleanLike | TypeFlags.BigIntLike,
  );
}

export function isBrand(type: ts.Type): boolean {
  return (
    type.isIntersection() &&
    !type.types.every((part) => hasFlag(part, TypeFlags.Object)) &&
    unmarked(type) === undefined
  );
}

/** Of `string & {}` the string: it only keeps the checker from taking literals beside it for one. */
export function unmarked(type: ts.Type): ts.Type | undefined {
  if (!type.isIntersection()) return undefined;
  const [only, ...others] = type.types.filter((part) => !isEmptyObject(part));
  return others.length === 0 && only !== undefined && isPrimitiveLike(only) ? only : undefined;
}

function isEmptyObject(type: ts.Type): boolean {
  const { length } = [...type.getProperties(), ...type.getCallSignatures()];
  return hasFlag(type, TypeFlags.Object) && length === 0 && type.getStringIndexType() === undefined;
}

export function isRecordLike(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (isBrand(type)) return false;
  const isObject = hasFlag(type, TypeFlags.Object | TypeFlags.Intersection);
  const index = indexOf(type, checker);
  return isObject && (type.getProperties().length > 0 || index === undefined || isEmpty(index));
}

/** `Record<string, never>` is how an object without members is written. */
export function isEmpty({ info }: { readonly info: ts.IndexInfo }): boolean {
  return hasFlag(info.type, TypeFlags.Never);
}

/** The diagnostic for a type that its flags alone rule out. */
export function plainRefusal(type: ts.Type): DiagnosticCode | undefined {
  const table: readonly (readonly [ts.TypeFlags, DiagnosticCode])[] = [
    [TypeFlags.Never, 'RSG122'],
    [TypeFlags.Undefined | TypeFlags.Void, 'RSG124'],
    [TypeFlags.ESSymbol | TypeFlags.UniqueESSymbol, 'RSG125'],
    [TypeFlags.EnumLike, 'RSG134'],
    [TypeFlags.BigIntLiteral, 'RSG138'],
    [TypeFlags.Instantiable, 'RSG142'],
  ];
  return table.find(([flags]) => (type.flags & flags) !== 0)?.[1];
}

/** Object type literals, mapped types and functions have symbols too, with invented names. */
export function isNamed(symbol: ts.Symbol): boolean {
  return (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0;
}
