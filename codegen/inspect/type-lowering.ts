/** A checker's type → the model's type, or a diagnostic that says why not. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { DictType, NullableType, Type, UndefinableType } from '../model.js';
import { aliasOf, lowerAlias, openedAlias } from './alias-lowering.js';
import {
  arrayItem,
  indexOf,
  isCollection,
  isHashable,
  lowerCollection,
  lowerTuple,
  narrowestList,
} from './container-lowering.js';
import { hasTag } from './documentation.js';
import { enumSymbol, lowerEnum } from './enum-lowering.js';
// biome-ignore lint/suspicious/noImportCycles: a function has parameters, and these have types.
import { lowerFunction, plainFunction } from './function-lowering.js';
import {
  isInt,
  isLibrarySymbol,
  isPlainInt,
  libraryBase,
  libraryScalar,
  refusalOf,
  refusesBuffer,
  typedArrayName,
} from './library-types.js';
import { isLiteral } from './literals.js';
import { isByReference, membersOf } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { lowerNdArray } from './ndarray-lowering.js';
import {
  describingNode,
  hasFlag,
  isMethodVariable,
  itemNode,
  objectAlias,
  partsOf,
  strip,
} from './nodes.js';
import { positionOf, type Trail, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: a type may be a record, and fields have types.
import { lowerRecord } from './record-lowering.js';
import { lowerTemplate } from './template-lowering.js';
import {
  isBrand,
  isEmpty,
  isNamed,
  isPlain,
  isPrimitiveLike,
  isRecordLike,
  plainRefusal,
  unmarked,
} from './type-kinds.js';
import { lowerUnion } from './union-lowering.js';

const { TypeFlags } = ts;

/** Types inside of types that have no name: deeper, or more of them, and it is taken for one that never ends. */
const DEEPEST = 60;
const MOST_PARTS = 20_000;
/** Of all types of a file: more, and it would go on for minutes. */
const MOST_PARTS_OF_ALL = 300_000;

/** Where a type is used. */
export interface Site {
  /** What diagnostics point at while no nearer type node is known. */
  readonly at: ts.Node;
  readonly trail: Trail;
  /** PascalCase; names what has no name of its own. */
  readonly label: string;
}

/** A site, and how far its type has been taken apart. */
interface InnerSite extends Site {
  /** Types around it. */
  readonly depth: number;
  readonly budget: { left: number };
}

type Lowered<T = Type> = T | undefined;

/** Lowers the type of a field, parameter or result. `undefined` is dropped where the place is optional. */
export function lowerType(
  inspection: ModuleInspection,
  type: ts.Type,
  { node, optional, ...site }: Site & { node: ts.TypeNode | undefined; optional: boolean },
): Lowered {
  const describing = describingNode(node, type, inspection.checker);
  const at = inspection.authorsNode(node, site.at);
  const here = { ...site, at, depth: 0, budget: { left: MOST_PARTS } };
  return new TypeLowering(inspection, type, here).lower(describing, { optional });
}

/** One type at one place; parts of it get a lowering of their own. */
class TypeLowering {
  readonly #inspection: ModuleInspection;
  readonly #type: ts.Type;
  readonly #site: InnerSite;

  constructor(inspection: ModuleInspection, type: ts.Type, site: InnerSite) {
    this.#inspection = inspection;
    this.#type = type;
    this.#site = site;
  }

  lower(node: ts.TypeNode | undefined, { optional }: { optional: boolean }): Lowered {
    const { depth, budget } = this.#site;
    budget.left -= 1;
    const total = ++this.#inspection.parts;
    if (depth > DEEPEST || budget.left < 0 || total > MOST_PARTS_OF_ALL) {
      // Once is enough.
      const isKnown = budget.left < -1 || total > MOST_PARTS_OF_ALL + 1;
      return isKnown ? undefined : this.#refuse('RSG148', this.#text(this.#type));
    }
    const all = partsOf(this.#type);
    const isUndefinable = !optional && all.some((part) => hasFlag(part, TypeFlags.Undefined));
    const parts = all.filter((part) => !hasFlag(part, TypeFlags.Undefined));
    const some = parts.filter((part) => !hasFlag(part, TypeFlags.Null));
    if (parts.length === 0) return optional ? this.#refuse('RSG124') : { kind: 'undefined' };
    const inner = some.length === 0 ? NULL : this.#lowerNonNull(some, strip(node));
    if (inner === undefined) return undefined;
    // The parts hold neither `null` nor `undefined` any more, so what comes back is neither.
    const nullable: Type =
      some.length === 0 || some.length === parts.length
        ? inner
        : { kind: 'nullable', inner: inner as NullableType['inner'] };
    return isUndefinable
      ? { kind: 'undefinable', inner: nullable as UndefinableType['inner'] }
      : nullable;
  }

  #lowerNonNull(parts: readonly ts.Type[], node: ts.TypeNode | undefined): Lowered {
    if (parts.some((part) => hasFlag(part, TypeFlags.Void))) return this.#refuse('RSG124');
    const [only] = parts;
    if (only === undefined) return undefined;
    const { checker } = this.#inspection;
    if (parts.length === 1 && (isPlain(only) || isPlainInt(only)))
      return this.#lowerSingle(only, node, this.#site.label);
    const alias = this.#isNamedOtherwise(parts)
      ? undefined
      : aliasOf(this.#type, parts, { node, checker });
    if (alias === undefined && parts.length === 1 && isBrand(only))
      return this.#refuse('RSG137', this.#text(only));
    // Where it is met without its name, as in `Partial<T>`, its own declaration still shows the order of its branches.
    const shown = alias?.types.length === 0 ? strip(alias.declaration.type) : node;
    const at = alias?.declaration.type ?? node;
    const lower = (label: string): Lowered => this.#lowerParts(parts, shown, { label, at });
    if (alias === undefined || isLibrarySymbol(alias.symbol, this.#inspection.program))
      return lower(this.#site.label);
    // A few literals say what they are.
    if (parts.every(isLiteral) && !this.#inspection.isExported(alias.symbol)) {
      const lowered = lower(alias.symbol.name);
      return lowered && openedAlias(this.#inspection, alias.declaration, lowered);
    }
    const type = parts.length === 1 ? only : this.#type;
    const brand = parts.length === 1 && isBrand(only);
    const endless = () => this.#refuse('RSG148', alias.symbol.name);
    return lowerAlias(this.#inspection, alias, { type, brand, lower, endless });
  }

  /** Records, functions, enumerations, and what the library gives: their names are their own. */
  #isNamedOtherwise(parts: readonly ts.Type[]): boolean {
    const { checker, program } = this.#inspection;
    if (parts.every((part) => hasFlag(part, TypeFlags.EnumLiteral))) return parts.length === 1;
    const [only] = parts;
    if (only === undefined || parts.length > 1) return false;
    if (hasFlag(only, TypeFlags.EnumLike)) return true;
    if (!hasFlag(only, TypeFlags.Object)) return isPlainInt(only) || isRecordLike(only, checker);
    if (checker.isTupleType(only) || arrayItem(only, checker) !== undefined) return false;
    if (only.symbol !== undefined && isNamed(only.symbol) && isLibrarySymbol(only.symbol, program))
      return !isCollection(only.symbol);
    return isRecordLike(only, checker) || only.getCallSignatures().length > 0;
  }

  #lowerParts(
    parts: readonly ts.Type[],
    node: ts.TypeNode | undefined,
    { label, at = this.#site.at }: { readonly label: string; readonly at: ts.Node | undefined },
  ): Lowered {
    if (parts.some((part) => part.isNumberLiteral() && !Number.isFinite(part.value)))
      return this.#refuse('RSG138', this.#text(this.#type));
    const [only] = parts;
    const isOne = parts.length === 1 && only !== undefined;
    if (isOne && !hasFlag(only, TypeFlags.Literal | TypeFlags.EnumLike))
      return this.#lowerSingle(only, node, label);
    return (
      lowerUnion(this.#inspection, {
        parts,
        node,
        label,
        at: this.#inspection.authorsNode(at, this.#site.at),
        lower: (part, place) => this.#part(part, place.node, place.label),
      }) ?? this.#enumProblem(parts)
    );
  }

  #enumProblem(parts: readonly ts.Type[]): undefined {
    const some = parts.find((part) => hasFlag(part, TypeFlags.EnumLike));
    if (some === undefined || enumSymbol(some, this.#inspection.checker) === undefined)
      return undefined;
    const symbol = enumSymbol(some, this.#inspection.checker) as ts.Symbol;
    if (!this.#inspection.isExported(symbol)) return this.#refuse('RSG146', symbol.name);
    return lowerEnum(this.#inspection, some) === undefined
      ? this.#refuse('RSG134', symbol.name)
      : undefined;
  }

  #part(type: ts.Type, node: ts.TypeNode | undefined, label: string): Lowered {
    const { checker } = this.#inspection;
    const depth = this.#site.depth + 1;
    const at = this.#inspection.authorsNode(node, this.#site.at);
    const site = { ...this.#site, at, label, depth };
    return new TypeLowering(this.#inspection, type, site).lower(
      describingNode(node, type, checker),
      { optional: false },
    );
  }

  #lowerSingle(type: ts.Type, node: ts.TypeNode | undefined, label: string): Lowered {
    const { checker } = this.#inspection;
    const { flags } = type;
    if (flags & TypeFlags.String) return { kind: 'string' };
    if (flags & TypeFlags.Number) return { kind: 'number' };
    if (flags & TypeFlags.BigInt) return { kind: 'bigint' };
    if (flags & TypeFlags.Boolean) return { kind: 'boolean' };
    if (isPlainInt(type)) return { kind: 'integer' };
    if (flags & TypeFlags.Any) {
      // An unresolved name is `any` as well; the compiler has said so already.
      const errors = this.#inspection.compilerErrors(this.#site.at.getSourceFile());
      const silent = errors.length > 0 && node?.kind !== ts.SyntaxKind.AnyKeyword;
      return silent ? undefined : { kind: 'unknown' };
    }
    if (flags & TypeFlags.Unknown) return { kind: 'unknown' };
    if (flags & TypeFlags.NonPrimitive) return OBJECT;
    if (flags & (TypeFlags.TemplateLiteral | TypeFlags.StringMapping)) {
      const template = lowerTemplate(type, checker);
      return template ?? this.#refuse('RSG138', this.#text(type));
    }
    if (flags & (TypeFlags.TypeParameter | TypeFlags.IndexedAccess)) {
      const lowered = this.#lowerVariable(type, label);
      if (lowered !== undefined) return lowered;
    }
    const base = unmarked(type);
    if (base !== undefined) return this.#part(base, node, label);
    const refusal = plainRefusal(type);
    if (refusal !== undefined) return this.#refuse(refusal, this.#text(type));
    if (type.isIntersection() && !type.types.every((part) => hasFlag(part, TypeFlags.Object)))
      return this.#lowerBrand(type, label);
    return this.#lowerObject(type, node, label);
  }

  /** A type parameter of a method, or a member of what it names: as much as is known of it wherever the method is called. */
  #lowerVariable(type: ts.Type, label: string): Lowered {
    const { checker } = this.#inspection;
    const isVariable = isMethodVariable(type);
    const indexed = hasFlag(type, TypeFlags.IndexedAccess)
      ? (type as ts.IndexedAccessType).indexType
      : undefined;
    if (!isVariable && (indexed === undefined || !isMethodVariable(indexed))) return undefined;
    const known = checker.getBaseConstraintOfType(type);
    const some = known === undefined ? [] : partsOf(known);
    const isPrimitive = some.length > 0 && some.every((part) => isPrimitiveLike(part));
    if (known !== undefined && (isPrimitive || !isVariable))
      return this.#part(known, undefined, label);
    const [declaration] = type.symbol.declarations ?? [];
    if (declaration !== undefined && ts.isTypeParameterDeclaration(declaration))
      this.#inspection.variables.add(declaration);
    return { kind: 'unknown', variable: type.symbol.name };
  }

  /** `string & { readonly brand: 'UserId' }`: the mark exists only for the compiler. */
  #lowerBrand(type: ts.IntersectionType, label: string): Lowered {
    if (isInt(type)) return { kind: 'integer' };
    const base = type.types.filter((part) => !hasFlag(part, TypeFlags.Object));
    const [only] = base;
    return only && this.#part(only, undefined, label);
  }

  #lowerObject(type: ts.Type, node: ts.TypeNode | undefined, label: string): Lowered {
    const { checker, program } = this.#inspection;
    // All that follows takes time, and a type may be met a thousand times.
    const known = this.#inspection.recordOf(type, undefined);
    if (known !== undefined) return { kind: 'record', name: known.name };
    const list = this.#lowerList(type, node, label);
    if (list !== 'no list') return list;
    const anonymous = type.symbol === undefined || !isNamed(type.symbol);
    if (!anonymous && isLibrarySymbol(type.symbol, program))
      return this.#lowerLibrary(type, node, label);
    const ndarray = lowerNdArray(type, checker);
    if (ndarray !== undefined) return ndarray;
    const base = libraryBase(type, this.#inspection);
    if (base !== undefined) return this.#refuse(refusalOf(base), this.#text(type));
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0)
      return this.#lowerCallable(type, anonymous);
    const index = indexOf(type, checker);
    if (index !== undefined && !isEmpty(index) && type.getProperties().length === 0) {
      if (index.key === 'symbol') return this.#refuse('RSG128', this.#text(type));
      const value = this.#part(index.info.type, indexNode(index.info), `${label}Value`);
      return value && { kind: 'dict', key: index.key, value, readonly: index.info.isReadonly };
    }
    const symbol = anonymous ? this.#aliasOf(type, node) : type.symbol;
    const isUnknown = symbol === undefined && type.aliasSymbol === undefined && index === undefined;
    if (isUnknown && type.getProperties().length === 0) return OBJECT;
    return this.#lowerNamed(type, symbol, label);
  }

  #lowerList(type: ts.Type, node: ts.TypeNode | undefined, label: string): Lowered | 'no list' {
    const { checker } = this.#inspection;
    if (checker.isTupleType(type)) {
      const tuple = lowerTuple({ type, node, label }, checker, (part) =>
        this.#part(part.type, part.node, part.label),
      );
      return tuple ?? this.#refuseSilently('RSG127', this.#text(type));
    }
    const narrowest = narrowestList(type, checker);
    if (narrowest !== undefined) return this.#part(narrowest, undefined, label);
    const item = arrayItem(type, checker);
    if (item === undefined) return 'no list';
    const lowered = this.#part(item, itemNode(node, checker), `${label}Item`);
    const readonly = type.symbol.name === 'ReadonlyArray';
    return lowered && { kind: 'array', item: lowered, readonly };
  }

  #lowerLibrary(type: ts.Type, node: ts.TypeNode | undefined, label: string): Lowered {
    const { checker } = this.#inspection;
    const scalar = libraryScalar(type, checker);
    if (scalar !== undefined) return { kind: scalar };
    const typedArray = typedArrayName(type, checker);
    if (typedArray !== undefined) return { kind: 'typedArray', name: typedArray };
    if (refusesBuffer(type, checker)) return this.#refuse('RSG132', this.#text(type));
    if (isCollection(type.symbol)) {
      const collection = lowerCollection({ type, node, label }, checker, (part) =>
        this.#part(part.type, part.node, part.label),
      );
      const keys = collection?.kind === 'map' ? collection.key : undefined;
      const held = collection?.kind === 'set' ? collection.item : keys;
      const resolve = (name: string) => this.#inspection.aliasedType(name);
      if (held === undefined || isHashable(held, resolve)) return collection;
      return this.#refuse('RSG149', this.#text(type));
    }
    const code = refusalOf(type.symbol);
    return this.#refuse(code, code === 'RSG126' ? type.symbol.name : this.#text(type));
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

  #lowerNamed(type: ts.Type, symbol: ts.Symbol | undefined, label: string): Lowered {
    const declaration = symbol?.declarations?.find(ts.isInterfaceDeclaration);
    const members = membersOf(type, declaration ?? this.#site.at);
    const isService =
      declaration !== undefined && isByReference(members) && !hasTag(declaration, 'value');
    if (symbol !== undefined && isService) {
      if (declaration.typeParameters !== undefined) return this.#refuse('RSG142', this.#text(type));
      const { at, trail } = this.#site;
      const place = { position: positionOf(at), reachedFrom: trail.toString() };
      const exported = this.#inspection.exportOf(symbol, place);
      if (exported === undefined) return undefined;
      this.#inspection.noteObject(symbol, declaration);
      return { kind: 'object', name: exported.name };
    }
    const name = lowerRecord(this.#inspection, { symbol, type, site: { ...this.#site, label } });
    return name === undefined ? undefined : { kind: 'record', name };
  }

  #text(type: ts.Type): string {
    return typeText(type, this.#inspection.checker);
  }

  /** Only where nothing else was said of it. */
  #refuseSilently(code: DiagnosticCode, ...details: string[]): undefined {
    if (this.#inspection.reportedAt(this.#site.trail.toString())) return undefined;
    return this.#refuse(code, ...details);
  }

  #refuse(code: DiagnosticCode, ...details: string[]): undefined {
    const { at, trail } = this.#site;
    const place = { position: positionOf(at), reachedFrom: trail.toString() };
    this.#inspection.report(diagnostic(code, details, place));
  }
}

const NULL: Type = { kind: 'null' };

const OBJECT: DictType = {
  kind: 'dict',
  key: 'string',
  value: { kind: 'unknown' },
  readonly: false,
  isObject: true,
};

function indexNode({ declaration }: ts.IndexInfo): ts.TypeNode | undefined {
  return declaration !== undefined && ts.isIndexSignatureDeclaration(declaration)
    ? declaration.type
    : undefined;
}
