/** Aliases that generated code names, too: of unions, tuples, collections, brands and templates. */
import { ts } from 'ts-morph';
import type { AliasDefinition, AliasType, Type } from '../model.js';
import { withoutVariables } from '../type-variables.js';
import { documentationOf, tagOf } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { aliasAt, hasFlag, partsOf, strip } from './nodes.js';
import { opened } from './open-tag.js';
import { instanceName } from './type-names.js';

export interface Alias {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.TypeAliasDeclaration;
  /** Of a generic one. */
  readonly types: readonly ts.Type[];
}

/**
 * The alias that stands for exactly these parts of a type, as it was written, else as the checker remembers it. One that has `null` or
 * `undefined` besides is taken where there is no other: what may be absent is said where it is used.
 */
export function aliasOf(
  type: ts.Type,
  parts: readonly ts.Type[],
  place: { readonly node: ts.TypeNode | undefined; readonly checker: ts.TypeChecker },
): Alias | undefined {
  const { checker } = place;
  const wanted = new Set(parts);
  const isExact = (found: ts.Type) => sameParts(partsOf(found), wanted);
  const isNearly = (found: ts.Type) => sameParts(partsOf(found).filter(isSomething), wanted);
  const written = writtenAliases(place.node, checker);
  const remembered = [type, ...(parts.length === 1 ? parts : [])].flatMap(rememberedAlias);
  const all = [
    ...written.map((alias) => ({ alias, of: checker.getDeclaredTypeOfSymbol(alias.symbol) })),
    ...remembered,
  ];
  return (all.find(({ of }) => isExact(of)) ?? all.find(({ of }) => isNearly(of)))?.alias;
}

function sameParts(found: readonly ts.Type[], wanted: ReadonlySet<ts.Type>): boolean {
  return found.length === wanted.size && found.every((part) => wanted.has(part));
}

function isSomething(part: ts.Type): boolean {
  return (part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) === 0;
}

/** Through the aliases without type parameters that a node names. */
function writtenAliases(node: ts.TypeNode | undefined, checker: ts.TypeChecker): Alias[] {
  const found: Alias[] = [];
  let current = strip(node);
  // A circular chain is an error of its own, but must not hang us.
  for (let step = 0; current !== undefined && step < 100; step++) {
    const alias = aliasAt(current, checker);
    if (alias === undefined) break;
    found.push({ ...alias, types: [] });
    current = strip(alias.declaration.type);
  }
  return found;
}

function rememberedAlias(type: ts.Type): { alias: Alias; of: ts.Type }[] {
  const symbol = type.aliasSymbol;
  const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
  if (symbol === undefined || declaration === undefined) return [];
  return [{ alias: { symbol, declaration, types: type.aliasTypeArguments ?? [] }, of: type }];
}

/** Its definition is made with `lower` when it is met first. Undefined, and reported, where that is refused. */
export function lowerAlias(
  inspection: ModuleInspection,
  { symbol, declaration, types }: Alias,
  made: {
    readonly type: ts.Type;
    readonly brand: boolean;
    readonly lower: (label: string) => Type | undefined;
    /** Reports that it grows without end. */
    readonly endless: () => undefined;
  },
): AliasType | undefined {
  const known = inspection.aliasOf(symbol, made.type);
  if (known !== undefined) return { kind: 'alias', name: known.name };
  const exported =
    types.length === 0
      ? inspection.nameOf(symbol)
      : {
          name: inspection.claimName(instanceName(symbol.name, types, inspection.checker), symbol),
          origin: undefined,
        };
  if (exported === undefined) return undefined;
  // Known before what it stands for is: that may lead back to it.
  const alias = inspection.beginAlias(symbol, made.type, {
    ...exported,
    brand: made.brand,
    ...(types.length === 0 && besides(inspection.checker.getDeclaredTypeOfSymbol(symbol))),
    documentation: documentationOf(declaration),
    declaration,
  });
  const result = inspection.inside(symbol, () => ({ lowered: made.lower(exported.name) }));
  if (result === undefined) return made.endless();
  const { lowered } = result;
  if (lowered === undefined) return undefined;
  alias.type = openedAlias(inspection, declaration, withoutVariables(lowered));
  return { kind: 'alias', name: exported.name };
}

function besides(type: ts.Type): Pick<AliasDefinition, 'besides'> {
  const [hasNull, hasUndefined] = [ts.TypeFlags.Null, ts.TypeFlags.Undefined].map((flag) =>
    partsOf(type).some((part) => hasFlag(part, flag)),
  );
  if (!hasNull && !hasUndefined) return {};
  return { besides: !hasUndefined ? 'null' : hasNull ? 'both' : 'undefined' };
}

/** As the author has it. */
export function openedAlias(
  inspection: ModuleInspection,
  declaration: ts.Declaration,
  type: Type,
): Type {
  const tag = tagOf(declaration, 'open');
  return tag === undefined ? type : opened(inspection, type, { tag, trail: undefined });
}

/** One that stands for a type which needs no name, but is exported with one. */
export function lowerNamedAlias(
  inspection: ModuleInspection,
  { symbol, declaration }: Pick<Alias, 'symbol' | 'declaration'>,
  { type, lowered }: { readonly type: ts.Type; readonly lowered: Type },
): void {
  if (inspection.aliasOf(symbol, type) !== undefined) return;
  const named = inspection.nameOf(symbol);
  if (named === undefined || (lowered.kind === 'alias' && lowered.name === named.name)) return;
  const documentation = documentationOf(declaration);
  const details = { ...named, brand: false, documentation, declaration };
  inspection.beginAlias(symbol, type, details).type = openedAlias(inspection, declaration, lowered);
}
