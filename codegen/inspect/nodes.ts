/**
 * What only the syntax knows. Types are resolved by the checker; the nodes beside them tell where a type was written, which
 * alias the author used for it, and in which order a union's members stand (the checker forgets the last two).
 */
import { ts } from 'ts-morph';

/** The members of a union, or the type itself. */
export function partsOf(type: ts.Type): readonly ts.Type[] {
  return type.isUnion() ? type.types : [type];
}

export function hasFlag(type: ts.Type, flag: ts.TypeFlags): boolean {
  return (type.flags & flag) !== 0;
}

/** Whether `undefined` is one of its values, and not only what is read where it is absent: to the checker these are two. */
export function saysUndefined(type: ts.Type, checker: ts.TypeChecker): boolean {
  return partsOf(type).includes(checker.getUndefinedType());
}

/** Parentheses away; `null` and `undefined` away where one other member remains. */
export function strip(node: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (node === undefined) return undefined;
  if (ts.isParenthesizedTypeNode(node)) return strip(node.type);
  if (!ts.isUnionTypeNode(node)) return node;
  const others = node.types.filter((member) => !isNullish(member));
  return others.length === 1 ? strip(others[0]) : node;
}

function isNullish(node: ts.TypeNode): boolean {
  return (
    node.kind === ts.SyntaxKind.UndefinedKeyword ||
    (ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword)
  );
}

/** The alias without type parameters that a node refers to. */
export function aliasAt(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): { symbol: ts.Symbol; declaration: ts.TypeAliasDeclaration } | undefined {
  if (node === undefined) return undefined;
  const name = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isImportTypeNode(node)
      ? node.qualifier
      : undefined;
  if (name === undefined) return undefined;
  const symbol = resolveAlias(checker.getSymbolAtLocation(name), checker);
  const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
  if (symbol === undefined || declaration === undefined) return undefined;
  return declaration.typeParameters === undefined ? { symbol, declaration } : undefined;
}

/** The innermost alias without type parameters that stands for exactly this object type. */
export function objectAlias(
  type: ts.Type,
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  let found: ts.Symbol | undefined;
  let alias = aliasAt(strip(node), checker);
  // A circular chain is an error of its own, but must not hang us.
  for (let step = 0; alias !== undefined && step < 100; step++) {
    if (checker.getDeclaredTypeOfSymbol(alias.symbol) === type) found = alias.symbol;
    alias = aliasAt(strip(alias.declaration.type), checker);
  }
  return found;
}

/** Through aliases to the node that shows the type's structure. */
export function follow(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): ts.TypeNode | undefined {
  let current = strip(node);
  // A chain of aliases is finite, but a circular one (an error of its own) must not hang us.
  for (let step = 0; step < 100; step++) {
    const alias = aliasAt(current, checker);
    if (alias === undefined) return current;
    current = strip(alias.declaration.type);
  }
  return undefined;
}

/** The node of an array's items. */
export function itemNode(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): ts.TypeNode | undefined {
  const structure = follow(node, checker);
  if (structure === undefined) return undefined;
  if (ts.isTypeOperatorNode(structure)) return itemNode(structure.type, checker);
  if (ts.isArrayTypeNode(structure)) return structure.elementType;
  if (ts.isTypeReferenceNode(structure) && structure.typeArguments?.length !== 1) return undefined;
  return ts.isTypeReferenceNode(structure) ? structure.typeArguments?.[0] : undefined;
}

/** The members of a union, and of the unions that it names. */
export function unionNodes(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
  depth = 0,
): readonly ts.TypeNode[] {
  const structure = follow(node, checker);
  if (structure === undefined || depth > 100) return [];
  if (!ts.isUnionTypeNode(structure)) return node === undefined ? [] : [node];
  return structure.types.flatMap((member) => {
    const inner = follow(member, checker);
    return inner !== undefined && ts.isUnionTypeNode(inner)
      ? unionNodes(inner, checker, depth + 1)
      : [member];
  });
}

/** What stands between the angle brackets. */
export function argumentNodes(
  node: ts.TypeNode | undefined,
  checker: ts.TypeChecker,
): readonly ts.TypeNode[] {
  const structure = follow(node, checker);
  return structure !== undefined && ts.isTypeReferenceNode(structure)
    ? (structure.typeArguments ?? [])
    : [];
}

/** Of each element of a tuple that is written out the node of its type. */
export function tupleNodes(
  node: ts.TypeNode | undefined,
): readonly (ts.TypeNode | undefined)[] | undefined {
  if (node === undefined) return undefined;
  if (ts.isTypeOperatorNode(node)) return tupleNodes(node.type);
  if (!ts.isTupleTypeNode(node)) return undefined;
  return node.elements.map((element) => {
    const inner = ts.isNamedTupleMember(element) ? element.type : element;
    if (ts.isOptionalTypeNode(inner)) return inner.type;
    // Of `...T[]` the item is lowered, and has no node.
    return ts.isRestTypeNode(inner) || (ts.isNamedTupleMember(element) && element.dotDotDotToken)
      ? undefined
      : inner;
  });
}

export function resolveAlias(
  symbol: ts.Symbol | undefined,
  checker: ts.TypeChecker,
): ts.Symbol | undefined {
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return symbol;
  return checker.getAliasedSymbol(symbol);
}

/**
 * The type node of a declaration, if it still describes `type`: through `Partial<T>` and the like a property keeps the
 * declaration it came from, whose node may say something else.
 */
export function describingNode(
  node: ts.TypeNode | undefined,
  type: ts.Type,
  checker: ts.TypeChecker,
): ts.TypeNode | undefined {
  if (node === undefined) return undefined;
  const written = significant(checker.getTypeFromTypeNode(node));
  const actual = significant(type);
  return written.size === actual.size && [...written].every((part) => actual.has(part))
    ? node
    : undefined;
}

function significant(type: ts.Type): ReadonlySet<ts.Type> {
  return new Set(partsOf(type).filter((part) => !hasFlag(part, ts.TypeFlags.Undefined)));
}

/** `Promise<this>`, and `Promise<this | null>`: the checker has already put the interface in its place. */
export function promisesThis(node: ts.TypeNode | undefined): boolean {
  const held =
    node !== undefined && ts.isTypeReferenceNode(node) ? node.typeArguments?.[0] : undefined;
  return strip(held)?.kind === ts.SyntaxKind.ThisType;
}

/** `<T>` of a method or of a function's type; not that of an interface or an alias. */
export function isMethodVariable(type: ts.Type): boolean {
  const [declaration] = type.symbol?.declarations ?? [];
  return (
    hasFlag(type, ts.TypeFlags.TypeParameter) &&
    declaration !== undefined &&
    (ts.isMethodSignature(declaration.parent) || ts.isFunctionTypeNode(declaration.parent))
  );
}
