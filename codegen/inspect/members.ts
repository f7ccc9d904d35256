/** What records and services share: their members, keys, and the names these get in Python. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import { pythonName } from '../names.js';
import { hasTag } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail } from './position.js';
import { renamedInPython } from './python-name.js';

/** A property of a type and where it was written. */
export interface Member {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Node;
}

/**
 * A type's own members, then the inherited ones. The checker gives them in the same order but for mapped types: theirs follows
 * the key union, whose order depends on what the checker has met before. These are put in the order of their declarations,
 * wherever else they are a part of.
 */
export function membersOf(type: ts.Type, fallback: ts.Node): Member[] {
  const members = type.getProperties().map((symbol) => ({
    symbol,
    declaration: symbol.declarations?.[0] ?? fallback,
  }));
  const names = isMapped(type) ? [] : orderedNames(type);
  if (names === undefined) return members;
  const places = new Map(names.map((name, place) => [name, place] as const).toReversed());
  const placeOf = ({ symbol }: Member) => places.get(symbol.name) ?? names.length;
  return members.sort((a, b) => placeOf(a) - placeOf(b) || byDeclaration(a, b));
}

function isMapped(type: ts.Type): boolean {
  return (((type as ts.ObjectType).objectFlags ?? 0) & ts.ObjectFlags.Mapped) !== 0;
}

/** Undefined where the checker's order is that of the declarations. */
function orderedNames(type: ts.Type): string[] | undefined {
  if (type.isIntersection()) return type.types.flatMap(namesOf);
  const whole = (type as Partial<ts.TypeReference>).target ?? type;
  const bases = whole.isClassOrInterface() ? (whole.getBaseTypes() ?? []) : [];
  if (bases.length === 0) return undefined;
  const own = [...(whole.symbol.members?.values() ?? [])].map(({ name }) => name);
  return [...own, ...bases.flatMap(namesOf)];
}

function namesOf(type: ts.Type): string[] {
  if (type.isIntersection()) return type.types.flatMap(namesOf);
  const [first] = type.getProperties().flatMap(({ declarations = [] }) => declarations);
  return first === undefined ? [] : membersOf(type, first).map(({ symbol }) => symbol.name);
}

function byDeclaration(a: Member, b: Member): number {
  const place = ({ declaration }: Member) => declaration.getSourceFile().fileName;
  if (place(a) !== place(b)) return place(a) < place(b) ? -1 : 1;
  const distance = a.declaration.getStart() - b.declaration.getStart();
  return distance !== 0 ? distance : a.symbol.name < b.symbol.name ? -1 : 1;
}

/** Whether methods may be written there: what the members of a union have in common is not. */
export function mayHaveMethods(statement: ts.Node): boolean {
  if (ts.isTypeAliasDeclaration(statement)) return ts.isTypeLiteralNode(statement.type);
  return ts.isInterfaceDeclaration(statement);
}

/** Methods written as methods; a property that holds a function is data, unless `@ref` says of its interface that it goes by reference. */
export function isMethod({ symbol, declaration }: Member): boolean {
  if ((symbol.flags & ts.SymbolFlags.Method) !== 0) return true;
  const isFunction =
    ts.isPropertySignature(declaration) &&
    declaration.type !== undefined &&
    ts.isFunctionTypeNode(declaration.type);
  return isFunction && hasTag(declaration.parent, 'ref');
}

/** What its owner alone may change: it crosses beside methods as it is when the object is sent. */
export function isReadonlyData(member: Member): boolean {
  const { symbol, declaration } = member;
  if (isMethod(member)) return false;
  const { GetAccessor, SetAccessor, Property } = ts.SymbolFlags;
  if (symbol.flags & (GetAccessor | SetAccessor)) return (symbol.flags & SetAccessor) === 0;
  if ((symbol.flags & Property) === 0) return false;
  // Of `Readonly<T>` only the checker's own notes say so, and of `-readonly` that it is not.
  const notes = (symbol as { links?: { checkFlags?: number } }).links?.checkFlags ?? 0;
  if (notes & MAPPED) return (notes & READONLY) !== 0;
  const modifiers = ts.getCombinedModifierFlags(declaration as ts.Declaration);
  return (modifiers & ts.ModifierFlags.Readonly) !== 0;
}

/** Of the checker's `CheckFlags`, which are not exported. */
const READONLY = 1 << 3;
const MAPPED = 1 << 18;

/** Whether objects of an interface with these members stay where they are. */
export function isByReference(members: readonly Member[]): boolean {
  return (
    members.some(isMethod) && members.every((member) => isMethod(member) || isReadonlyData(member))
  );
}

/** Of what `@value` says that it is copied: its public fields, however else it is used. */
export function dataOf(members: readonly Member[]): Member[] {
  return members.filter((member) => {
    const { flags, name } = member.symbol;
    const isData = (flags & ts.SymbolFlags.Property) !== 0;
    return isData && !isHidden(member) && !name.startsWith('__@');
  });
}

/** Private or protected, in either way of writing it. */
export function isHidden({ declaration }: Member): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const name = ts.getNameOfDeclaration(declaration as ts.Declaration);
  return (
    (ts.getCombinedModifierFlags(declaration as ts.Declaration) & hidden) !== 0 ||
    (name !== undefined && ts.isPrivateIdentifier(name))
  );
}

/** Reports keys that are symbols, and accessors; beside methods getters are data. */
export function checkKey(
  inspection: ModuleInspection,
  member: Member,
  { trail, besideMethods = false }: { readonly trail: Trail; readonly besideMethods?: boolean },
): boolean {
  const { symbol, declaration } = member;
  const isSymbol = symbol.name.startsWith('__@');
  const isAccessor = (symbol.flags & ts.SymbolFlags.Accessor) !== 0;
  if (!isSymbol && (!isAccessor || (besideMethods && isReadonlyData(member)))) return true;
  const shown = symbol.name.replace(/^__@/, '').replace(/@\d+$/, '');
  const place = { position: positionOf(declaration), reachedFrom: trail.toString() };
  inspection.report(diagnostic(isSymbol ? 'RSG165' : 'RSG166', [shown], place));
  return false;
}

/** The Python names given out in one class or one parameter list. */
export class PythonNames {
  readonly #inspection: ModuleInspection;
  readonly #trail: Trail;
  readonly #given = new Map<string, string>();
  /** Names that are taken already, and why. */
  readonly #taken: ReadonlyMap<string, string>;

  constructor(
    inspection: ModuleInspection,
    trail: Trail,
    taken: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#inspection = inspection;
    this.#trail = trail;
    this.#taken = taken;
  }

  /** A name of the generator's own: the nearest that is free. */
  giveFree(preferred: string): string {
    let python = preferred;
    while (this.#given.has(python)) python += '_';
    this.#given.set(python, preferred);
    return python;
  }

  /** Undefined, and reported, where the name cannot be had. */
  give(name: string, at: ts.Node): string | undefined {
    const wanted = renamedInPython(this.#inspection, at, {
      trail: this.#trail,
      taken: this.#taken,
    });
    const python = wanted ?? pythonName(name);
    const other = this.#given.get(python);
    const isOdd = name === '__proto__';
    if (isOdd || python === '' || other !== undefined) {
      const place = { position: positionOf(at), reachedFrom: this.#trail.toString() };
      const why = isOdd
        ? 'JavaScript gives it a meaning of its own'
        : 'nothing of it is left for Python';
      const isTaken = !isOdd && other !== undefined;
      this.#inspection.report(
        isTaken
          ? diagnostic('RSG168', [other, name, python], place)
          : diagnostic('RSG169', [name, why], place),
      );
      return undefined;
    }
    this.#given.set(python, name);
    this.#inspection.noteMemberName(python, name);
    return python;
  }
}
