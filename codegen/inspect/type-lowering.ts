/** A checker's type → the model's type, or a diagnostic that says why not. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { Type } from '../model.js';
// biome-ignore lint/suspicious/noImportCycles: a function has parameters, and these have types.
import { lowerFunction, plainFunction } from './function-lowering.js';
import { binaryKind, isInt, isLibrarySymbol, refusalOf } from './library-types.js';
import { isBoolean, isLiteral, literalAlias, orderedMembers } from './literals.js';
import { isMethod, membersOf } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { describingNode, hasFlag, itemNode, objectAlias, partsOf, strip } from './nodes.js';
import { positionOf, type Trail, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: a type may be a record, and fields have types.
import { lowerRecord } from './record-lowering.js';

const { TypeFlags } = ts;

/** Where a type is used. */
export interface Site {
  /** What diagnostics point at while no nearer type node is known. */
  readonly at: ts.Node;
  readonly trail: Trail;
  /** PascalCase; names the constants of a literal union without alias. */
  readonly label: string;
}

type Lowered<T = Type> = T | undefined;

/** Lowers the type of a field, parameter or result. `undefined` is dropped where the place is optional. */
export function lowerType(
  inspection: ModuleInspection,
  type: ts.Type,
  { node, optional, ...site }: Site & { node: ts.TypeNode | undefined; optional: boolean },
): Lowered {
  const describing = describingNode(node, type, inspection.checker);
  const here = { ...site, at: node ?? site.at };
  return new TypeLowering(inspection, type, here).lower(describing, { optional });
}

/** One type at one place; parts of it get a lowering of their own. */
class TypeLowering {
  readonly #inspection: ModuleInspection;
  readonly #type: ts.Type;
  readonly #site: Site;

  constructor(inspection: ModuleInspection, type: ts.Type, site: Site) {
    this.#inspection = inspection;
    this.#type = type;
    this.#site = site;
  }

  lower(node: ts.TypeNode | undefined, { optional }: { optional: boolean }): Lowered {
    const parts = partsOf(this.#type).filter(
      (part) => !(optional && hasFlag(part, TypeFlags.Undefined)),
    );
    const some = parts.filter((part) => !hasFlag(part, TypeFlags.Null));
    if (some.length === 0) return parts.length === 0 ? this.#refuse('RSG124') : { kind: 'null' };
    const inner = this.#lowerNonNull(some, strip(node));
    if (inner === undefined || some.length === parts.length) return inner;
    // The parts hold no `null` any more, so what comes back is not nullable.
    return { kind: 'nullable', inner: inner as Exclude<Type, { kind: 'nullable' }> };
  }

  #lowerNonNull(parts: readonly ts.Type[], node: ts.TypeNode | undefined): Lowered {
    const { checker } = this.#inspection;
    if (isBoolean(parts)) return { kind: 'boolean' };
    if (parts.every(isLiteral)) return this.#lowerLiteral(parts, node);
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return this.#lowerSingle(only, node);
    if (parts.some((part) => hasFlag(part, TypeFlags.Undefined | TypeFlags.Void))) {
      return this.#refuse('RSG124');
    }
    if (parts.every((part) => hasFlag(part, TypeFlags.EnumLiteral))) {
      return this.#refuse('RSG134', typeText(checker.getNonNullableType(this.#type), checker));
    }
    return this.#refuse('RSG135', typeText(this.#type, checker));
  }

  #lowerLiteral(parts: readonly ts.Type[], node: ts.TypeNode | undefined): Type {
    const { checker } = this.#inspection;
    const members = orderedMembers(parts, node, checker);
    const alias = literalAlias(parts, node, checker);
    const exported = alias && this.#inspection.aliasName(alias, members);
    return {
      kind: 'literal',
      alias: exported,
      label: exported ?? alias?.symbol.name ?? this.#site.label,
      members,
    };
  }

  #lowerSingle(type: ts.Type, node: ts.TypeNode | undefined): Lowered {
    const { flags } = type;
    if (flags & TypeFlags.String) return { kind: 'string' };
    if (flags & TypeFlags.Number) return { kind: 'number' };
    if (flags & TypeFlags.BigInt) return { kind: 'bigint' };
    if (isInt(type)) return { kind: 'integer' };
    if (flags & TypeFlags.Any) {
      // An unresolved name is `any` as well; the compiler has said so already.
      const errors = this.#inspection.compilerErrors(this.#site.at.getSourceFile());
      const silent = errors.length > 0 && node?.kind !== ts.SyntaxKind.AnyKeyword;
      return silent ? undefined : this.#refuse('RSG120');
    }
    const refusal = plainRefusal(type);
    if (refusal !== undefined) return this.#refuse(refusal, this.#text(type));
    if (type.isIntersection() && !type.types.every((part) => hasFlag(part, TypeFlags.Object))) {
      return this.#refuse('RSG137', this.#text(type));
    }
    return this.#lowerObject(type, node);
  }

  #lowerObject(type: ts.Type, node: ts.TypeNode | undefined): Lowered {
    const { checker, program } = this.#inspection;
    if (checker.isArrayType(type)) return this.#lowerArray(type as ts.TypeReference, node);
    if (checker.isTupleType(type)) return this.#refuse('RSG127', this.#text(type));
    const anonymous = type.symbol === undefined || !isNamed(type.symbol);
    if (!anonymous && isLibrarySymbol(type.symbol, program)) {
      const kind = binaryKind(type, checker);
      if (kind !== undefined) return { kind };
      const name = refusalOf(type.symbol) === 'RSG126' ? type.symbol.name : this.#text(type);
      return this.#refuse(refusalOf(type.symbol), name);
    }
    if (checker.getIndexInfosOfType(type).length > 0) {
      return this.#refuse('RSG128', this.#text(type));
    }
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) {
      return this.#lowerCallable(type, anonymous);
    }
    if (type.isClass()) return this.#refuse('RSG136', this.#text(type));
    const symbol = anonymous ? this.#aliasOf(type, node) : type.symbol;
    if (symbol === undefined) {
      const empty = type.getProperties().length === 0 && type.aliasSymbol === undefined;
      return empty ? this.#refuse('RSG123', '{}') : this.#refuse('RSG141');
    }
    return this.#lowerNamed(type, symbol);
  }

  #lowerCallable(type: ts.Type, anonymous: boolean): Lowered {
    const signatures = anonymous ? plainFunction(type) : undefined;
    if (signatures !== undefined) return lowerFunction(this.#inspection, signatures, this.#site);
    return this.#refuse(anonymous ? 'RSG126' : 'RSG170', this.#text(type));
  }

  /** The author's name for an object type: the checker forgets it where the alias is `Partial<T>` or the like. */
  #aliasOf(type: ts.Type, node: ts.TypeNode | undefined): ts.Symbol | undefined {
    const { checker, program } = this.#inspection;
    const written = objectAlias(type, node, checker);
    if (written !== undefined) return written;
    return isLibrarySymbol(type.aliasSymbol, program) ? undefined : type.aliasSymbol;
  }

  #lowerNamed(type: ts.Type, symbol: ts.Symbol): Lowered {
    if (isGeneric(symbol)) {
      return this.#refuse('RSG142', this.#text(type));
    }
    const declaration = symbol.declarations?.find(ts.isInterfaceDeclaration);
    const members = membersOf(type, declaration ?? this.#site.at);
    if (declaration !== undefined && members.length > 0 && members.every(isMethod)) {
      const { at, trail } = this.#site;
      const place = { position: positionOf(at), reachedFrom: trail.toString() };
      const exported = this.#inspection.exportOf(symbol, place);
      if (exported === undefined) return undefined;
      this.#inspection.noteObject(symbol, declaration);
      return { kind: 'object', name: exported.name };
    }
    const name = lowerRecord(this.#inspection, { symbol, type, site: this.#site });
    return name === undefined ? undefined : { kind: 'record', name };
  }

  #lowerArray(type: ts.TypeReference, node: ts.TypeNode | undefined): Lowered {
    const { checker } = this.#inspection;
    const [itemType] = checker.getTypeArguments(type);
    if (itemType === undefined) return undefined;
    const written = itemNode(node, checker);
    const site = { ...this.#site, at: written ?? this.#site.at };
    const item = new TypeLowering(this.#inspection, itemType, site).lower(
      describingNode(written, itemType, checker),
      { optional: false },
    );
    if (item === undefined) return undefined;
    return { kind: 'array', item, readonly: type.symbol.name === 'ReadonlyArray' };
  }

  #text(type: ts.Type): string {
    return typeText(type, this.#inspection.checker);
  }

  #refuse(code: DiagnosticCode, ...details: string[]): undefined {
    const { at, trail } = this.#site;
    const place = { position: positionOf(at), reachedFrom: trail.toString() };
    this.#inspection.report(diagnostic(code, details, place));
  }
}

/** The diagnostic for a type that its flags alone rule out. */
function plainRefusal(type: ts.Type): DiagnosticCode | undefined {
  const table: readonly (readonly [ts.TypeFlags, DiagnosticCode])[] = [
    [TypeFlags.Unknown, 'RSG121'],
    [TypeFlags.Never, 'RSG122'],
    [TypeFlags.Undefined | TypeFlags.Void, 'RSG124'],
    [TypeFlags.ESSymbol | TypeFlags.UniqueESSymbol, 'RSG125'],
    [TypeFlags.NonPrimitive, 'RSG123'],
    [TypeFlags.EnumLike, 'RSG134'],
    [TypeFlags.BigIntLiteral | TypeFlags.TemplateLiteral | TypeFlags.StringMapping, 'RSG138'],
    [TypeFlags.Instantiable, 'RSG142'],
  ];
  return table.find(([flags]) => (type.flags & flags) !== 0)?.[1];
}

/** Object type literals, mapped types and functions have symbols too, with invented names. */
function isNamed(symbol: ts.Symbol): boolean {
  return (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0;
}

function isGeneric(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (declaration) =>
      (ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) &&
      declaration.typeParameters !== undefined,
  );
}
