/** Arrays, tuples, sets, maps, and objects whose keys are not known. */
import { ts } from 'ts-morph';
import type { TupleItem, Type } from '../model.js';
import { pascalCase } from '../names.js';
import { argumentNodes, follow, saysUndefined, tupleNodes } from './nodes.js';

/** A type and the node that shows it. */
export interface Written {
  readonly type: ts.Type;
  readonly node: ts.TypeNode | undefined;
  readonly label: string;
}

/** Lowers a part of the type at hand; undefined, and reported, where it cannot cross. */
export type LowerPart = (part: {
  readonly type: ts.Type;
  readonly node: ts.TypeNode | undefined;
  readonly label: string;
}) => Type | undefined;

const SETS: ReadonlySet<string> = new Set(['Set', 'ReadonlySet']);
const MAPS: ReadonlySet<string> = new Set(['Map', 'ReadonlyMap']);

export function isCollection(symbol: ts.Symbol): boolean {
  return SETS.has(symbol.name) || MAPS.has(symbol.name);
}

/**
 * Whether Python can have such values in a set or as keys, and the wire's other reader, too: a union travels as an array of two.
 * Aliases are looked through by `resolve`.
 */
export function isHashable(type: Type, resolve: (alias: string) => Type | undefined): boolean {
  switch (type.kind) {
    case 'nullable':
    case 'undefinable':
      return isHashable(type.inner, resolve);
    case 'alias': {
      const held = resolve(type.name);
      return held === undefined || isHashable(held, resolve);
    }
    default:
      return HASHABLE.has(type.kind);
  }
}

const HASHABLE: ReadonlySet<Type['kind']> = new Set<Type['kind']>([
  'string',
  'number',
  'integer',
  'boolean',
  'bigint',
  'null',
  'undefined',
  'unknown',
  'date',
  'url',
  'bytes',
  'arrayBuffer',
  'dataView',
  'literal',
  'enum',
  'template',
  'function',
  'object',
]);

/** `Set<T>` and `Map<K, V>`, by the symbol of the library. */
export function lowerCollection(
  { type, node, label }: Written,
  checker: ts.TypeChecker,
  lower: LowerPart,
): Type | undefined {
  const readonly = type.symbol.name.startsWith('Readonly');
  const [first, second] = checker.getTypeArguments(type as ts.TypeReference);
  const [firstNode, secondNode] = argumentNodes(node, checker);
  if (first === undefined) return undefined;
  if (SETS.has(type.symbol.name)) {
    const item = lower({ type: first, node: firstNode, label: `${label}Item` });
    return item && { kind: 'set', item, readonly };
  }
  const key = lower({ type: first, node: firstNode, label: `${label}Key` });
  const value = second && lower({ type: second, node: secondNode, label: `${label}Value` });
  return key && value && { kind: 'map', key, value, readonly };
}

/** The type of the items, if it is an array or an interface that extends one. */
export function arrayItem(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  if (checker.isArrayType(type)) return checker.getTypeArguments(type as ts.TypeReference)[0];
  const isSubtype =
    type.isClassOrInterface() &&
    checker.getBaseTypes(type).some((base) => checker.isArrayType(base));
  return isSubtype ? checker.getIndexTypeOfType(type, ts.IndexKind.Number) : undefined;
}

/** Of `string[] & [string, ...string[]]` the list that is all of them; undefined where none is. */
export function narrowestList(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  if (!type.isIntersection()) return undefined;
  const parts = type.types;
  if (!parts.every((part) => checker.isArrayType(part) || checker.isTupleType(part)))
    return undefined;
  return parts.find((part) => parts.every((other) => checker.isTypeAssignableTo(part, other)));
}

export function lowerTuple(
  { type, node, label }: Written,
  checker: ts.TypeChecker,
  lower: LowerPart,
): Type | undefined {
  const { target } = type as ts.TupleTypeReference;
  const types = checker.getTypeArguments(type as ts.TypeReference);
  const nodes = tupleNodes(follow(node, checker));
  const items: TupleItem[] = [];
  let rest: Type | undefined;
  for (const [index, part] of types.entries()) {
    const flags = target.elementFlags[index] ?? ts.ElementFlags.Required;
    const written = nodes?.[index];
    const declaration = target.labeledElementDeclarations?.[index];
    const name = declaration?.name.getText();
    const lowered = lower({
      type: part,
      node: written,
      label: label + (name === undefined ? String(index + 1) : pascalCase(name)),
    });
    if (lowered === undefined) return undefined;
    if (flags & ts.ElementFlags.Variable) {
      // `[...A[], B]`: nothing tells on the wire where the rest ends but its length, which the reader does not know yet.
      if (index < types.length - 1) return undefined;
      rest = lowered;
    } else {
      const optional = (flags & ts.ElementFlags.Optional) !== 0;
      const keeps = !optional || saysUndefined(part, checker);
      items.push({ type: keeps ? lowered : withoutUndefined(lowered), optional, label: name });
    }
  }
  return { kind: 'tuple', items, rest, readonly: target.readonly, label };
}

function withoutUndefined(type: Type): Type {
  return type.kind === 'undefinable' ? type.inner : type;
}

/** The index signature of an object: its key and the type of its values. */
export function indexOf(
  type: ts.Type,
  checker: ts.TypeChecker,
): { key: 'string' | 'number' | 'symbol'; info: ts.IndexInfo } | undefined {
  const infos = checker.getIndexInfosOfType(type);
  const keyOf = ({ keyType }: ts.IndexInfo) =>
    keyType.flags & ts.TypeFlags.Number
      ? 'number'
      : keyType.flags & ts.TypeFlags.ESSymbolLike
        ? 'symbol'
        : 'string';
  // Of both a string's and a number's, the string's holds for all.
  const info = infos.find((each) => keyOf(each) === 'string') ?? infos[0];
  return info && { key: keyOf(info), info };
}
