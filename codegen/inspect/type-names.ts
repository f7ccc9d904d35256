/** Names for types that have none of their own: instances of generics, and objects that are written where they are used. */
import { ts } from 'ts-morph';
import { pascalCase } from '../names.js';
import { hasFlag, partsOf } from './nodes.js';

/** Longer ones help nobody. */
const LONGEST = 60;

/** `Page<User>` → `PageOfUser`. */
export function instanceName(
  generic: string,
  types: readonly ts.Type[],
  checker: ts.TypeChecker,
): string {
  const parts = types.map((type) => partName(type, checker, 0));
  const name = `${generic}Of${parts.join('And')}`;
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST)}`;
}

function partName(type: ts.Type, checker: ts.TypeChecker, depth: number): string {
  if (depth > 3) return 'Type';
  const inner = (part: ts.Type) => partName(part, checker, depth + 1);
  const named = type.aliasSymbol ?? type.symbol;
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return `${item === undefined ? '' : inner(item)}Array`;
  }
  if (named !== undefined && !named.name.startsWith('__')) {
    const types = type.aliasTypeArguments ?? argumentsOf(type, checker);
    const base = pascalCase(named.name);
    return types.length === 0 ? base : `${base}Of${types.map(inner).join('And')}`;
  }
  if (type.isUnion()) return partsOf(type).map(inner).join('Or');
  if (type.isStringLiteral() || type.isNumberLiteral())
    return pascalCase(String(type.value)) || 'Text';
  if (hasFlag(type, ts.TypeFlags.Object)) return 'Object';
  return pascalCase(checker.typeToString(type)).slice(0, 20) || 'Type';
}

/** What the type parameters of an interface stand for in this use of it. */
export function argumentsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  const { target } = type as ts.TypeReference;
  const count = (target as ts.InterfaceType | undefined)?.typeParameters?.length ?? 0;
  return count === 0 ? [] : checker.getTypeArguments(type as ts.TypeReference).slice(0, count);
}
