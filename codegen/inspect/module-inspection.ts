/** What is known about one input file while it is being lowered. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic, type Place } from '../diagnostics.js';
import type {
  AliasDefinition,
  Documentation,
  EnumDefinition,
  EnumMember,
  ErrorDefinition,
  ExtraMembers,
  Origin,
  RecordDefinition,
  Slot,
  Type,
  UnionType,
} from '../model.js';
import { pascalCase } from '../names.js';
import { compilerErrors } from './compiler-errors.js';
import { documentationOf, hasTag } from './documentation.js';
import { type Exported, OriginFinder } from './origin.js';
import type { Known } from './overload-check.js';
import { positionOf } from './position.js';

/** How many instances of one generic type are inside of each other before it is taken for one that grows without end. */
const DEEPEST_INSTANCE = 24;
/** How many records are lowered inside of each other: some 200 take all of the stack. */
const DEEPEST_RECORD = 50;

/** A record whose fields may still be arriving. */
export interface GrowingRecord extends RecordDefinition {
  readonly declaration: ts.Node;
}

/** One whose fields still are. */
interface NewRecord extends GrowingRecord {
  readonly fields: Slot<Type>[];
  extra: ExtraMembers | undefined;
  signal?: string;
  readonly declaration: ts.Node;
}

/** The same for an error. */
export interface GrowingError extends ErrorDefinition {
  readonly fields: Slot<Type>[];
  readonly declaration: ts.Node;
}

/** An alias whose type is still to come. */
export interface GrowingAlias extends AliasDefinition {
  type: Type;
  readonly declaration: ts.Node;
}

/** A name in the generated modules, and where the type comes from. */
interface Named {
  readonly name: string;
  readonly origin: Origin | undefined;
}

interface NamedType {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Node;
}

/** A definition of an earlier inspection, and what it is of in this one. */
export interface Adopted extends NamedType {
  readonly name: string;
  readonly definition: RecordDefinition | AliasDefinition | EnumDefinition;
}

type GrowingEnum = EnumDefinition & { readonly declaration: ts.Node };

export class ModuleInspection {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly report: (found: Diagnostic) => undefined;
  /** Interfaces of the input that are neither data nor services. */
  readonly leftOut = new Set<ts.Symbol>();
  /** As they were lowered, the same one perhaps several times, and where. */
  readonly unions: { readonly type: UnionType; readonly at: ts.Node }[] = [];
  /** Those that are open, and where that is said. */
  readonly openUnions: { readonly type: UnionType; readonly at: ts.Node }[] = [];
  /** Type parameters of methods whose values nothing is known of. */
  readonly variables = new Set<ts.TypeParameterDeclaration>();
  /** Types inside of types that were lowered so far. */
  parts = 0;
  readonly #finder: OriginFinder;
  readonly #compilerErrors = new Map<ts.SourceFile, readonly Diagnostic[]>();
  readonly #records = new Map<ts.Type, GrowingRecord>();
  /** Those that were taken over. */
  readonly #adopted = new Map<ts.Symbol, GrowingRecord>();
  readonly #errors = new Map<ts.Symbol, GrowingError>();
  /** Interfaces whose objects cross by reference. */
  readonly #objects = new Map<ts.Symbol, ts.InterfaceDeclaration>();
  readonly #aliases = new Map<ts.Symbol, Map<ts.Type, GrowingAlias>>();
  readonly #enums = new Map<ts.Symbol, GrowingEnum>();
  /** Names given to what nothing exports. */
  readonly #claimed: Set<string>;
  readonly #ownNames = new Map<ts.Symbol, Named>();
  readonly #reported = new Set<string>();
  readonly #types = new Map<string, NamedType>();
  readonly #memberNames = new Map<string, string>();
  readonly #services = new Map<string, ts.InterfaceDeclaration>();
  /** How many instances of it are being lowered, one inside of the other. */
  #open = new Map<ts.Symbol, number>();
  /** Records whose members are being lowered, one inside of the other. */
  #depth = 0;
  /** What waits until the outermost is done. */
  readonly #later: (() => void)[] = [];

  constructor(
    input: ts.SourceFile,
    { program, checker }: { program: ts.Program; checker: ts.TypeChecker },
    { report, checked }: { report: (found: Diagnostic) => void; checked?: readonly ts.Node[] },
  ) {
    this.program = program;
    this.checker = checker;
    this.report = (found) => {
      if (found.reachedFrom !== undefined) this.#reported.add(found.reachedFrom);
      report(found);
      return undefined;
    };
    if (checked !== undefined)
      this.#compilerErrors.set(input, compilerErrors(input, program, checked));
    this.#finder = new OriginFinder(input, program, checker);
    const module = checker.getSymbolAtLocation(input);
    const exported = module === undefined ? [] : checker.getExportsOfModule(module);
    // What generated code calls by these is not to be called so.
    this.#claimed = new Set(exported.map(({ name }) => name));
  }

  /** A node to point at: never one of the library, where the author can mend nothing. */
  authorsNode(node: ts.Node | undefined, fallback: ts.Node): ts.Node {
    return node === undefined || this.isLibraryNode(node) ? fallback : node;
  }

  isLibraryNode(node: ts.Node): boolean {
    return this.program.isSourceFileDefaultLibrary(node.getSourceFile());
  }

  /** Lowers what may lead back to another instance of the same generic type; undefined where it does so again and again. */
  inside<T>(symbol: ts.Symbol | undefined, lower: () => T): T | undefined {
    if (symbol === undefined) return lower();
    const depth = this.#open.get(symbol) ?? 0;
    if (depth >= DEEPEST_INSTANCE) return undefined;
    this.#open.set(symbol, depth + 1);
    const result = lower();
    this.#open.set(symbol, depth);
    return result;
  }

  /** Lowers the members of a record; later where records lie deep inside each other, for the stack ends. */
  lowerMembers(lower: () => void): void {
    if (this.#depth >= DEEPEST_RECORD) {
      const open = new Map(this.#open);
      this.#later.push(() => {
        this.#open = open;
        lower();
      });
      return;
    }
    this.#depth++;
    lower();
    const open = this.#open;
    // What comes late may leave more behind.
    while (this.#depth === 1 && this.#later.length > 0) this.#later.pop()?.();
    this.#open = open;
    this.#depth--;
  }

  noteService(name: string, declaration: ts.InterfaceDeclaration): void {
    this.#services.set(name, declaration);
  }

  serviceAt(name: string): Place {
    const declaration = this.#services.get(name);
    return declaration === undefined ? {} : { position: positionOf(declaration.name) };
  }

  /** What types refer to, as far as it has arrived. */
  get known(): Known {
    const { records, enums } = this;
    return {
      record: (name) => records.find((record) => record.name === name),
      aliased: (name) => this.aliasedType(name),
      enumValues: (name) =>
        enums.find((each) => each.name === name)?.members.map(({ value }) => value) ?? [],
    };
  }

  /** Whether something was reported that was reached in that way. */
  reportedAt(reachedFrom: string): boolean {
    return this.#reported.has(reachedFrom);
  }

  /** What the compiler says about one of the author's files; a name it cannot resolve is silently `any` to the checker. */
  compilerErrors(file: ts.SourceFile): readonly Diagnostic[] {
    const known = this.#compilerErrors.get(file);
    if (known !== undefined) return known;
    const found = compilerErrors(file, this.program);
    this.#compilerErrors.set(file, found);
    return found;
  }

  get records(): readonly GrowingRecord[] {
    return [...this.#adopted.values(), ...this.#records.values()];
  }

  get recordTypes(): ReadonlyMap<ts.Type, RecordDefinition> {
    return this.#records;
  }

  get errors(): readonly GrowingError[] {
    return [...this.#errors.values()];
  }

  get objects(): ReadonlyMap<ts.Symbol, ts.InterfaceDeclaration> {
    return this.#objects;
  }

  noteObject(symbol: ts.Symbol, declaration: ts.InterfaceDeclaration): void {
    this.#objects.set(symbol, declaration);
  }

  get aliases(): readonly GrowingAlias[] {
    return [...this.#aliases.values()].flatMap((types) => [...types.values()]);
  }

  get enums(): readonly GrowingEnum[] {
    return [...this.#enums.values()];
  }

  /** Every field, method and parameter name given out for Python, as it was first written. */
  get memberNames(): ReadonlyMap<string, string> {
    return this.#memberNames;
  }

  noteMemberName(pythonName: string, member: string): void {
    if (!this.#memberNames.has(pythonName)) this.#memberNames.set(pythonName, member);
  }

  /** `symbol` names the type, if anything does. */
  recordOf(type: ts.Type, symbol: ts.Symbol | undefined): RecordDefinition | undefined {
    const known = this.#records.get(type);
    if (known !== undefined || symbol === undefined || !this.#adopted.has(symbol)) return known;
    const isWhole = this.checker.getDeclaredTypeOfSymbol(symbol) === type;
    return isWhole ? this.#adopted.get(symbol) : undefined;
  }

  /** Takes over what was lowered before, of a declaration that means what it meant. */
  adopt({ name, symbol, declaration, definition }: Adopted): void {
    this.#types.set(name, { symbol, declaration });
    if ('fields' in definition) this.#adopted.set(symbol, { ...definition, declaration });
    else if ('members' in definition) this.#enums.set(symbol, { ...definition, declaration });
    else {
      const type = this.checker.getDeclaredTypeOfSymbol(symbol);
      this.#aliases.set(symbol, new Map([[type, { ...definition, declaration }]]));
    }
  }

  beginRecord(
    type: ts.Type,
    record: Named & { declaration: ts.Node; documentation: Documentation },
  ): NewRecord {
    const growing: NewRecord = { ...record, fields: [], extra: undefined };
    this.#records.set(type, growing);
    return growing;
  }

  errorOf(symbol: ts.Symbol): ErrorDefinition | undefined {
    return this.#errors.get(symbol);
  }

  beginError(symbol: ts.Symbol, error: Omit<GrowingError, 'fields' | 'extra'>): GrowingError {
    const growing: GrowingError = { ...error, fields: [], extra: undefined };
    this.#errors.set(symbol, growing);
    return growing;
  }

  aliasOf(symbol: ts.Symbol, type: ts.Type): AliasDefinition | undefined {
    const types = this.#aliases.get(symbol);
    // Of one without type parameters there is one, even where the checker has several types for it.
    const [only] = types?.values() ?? [];
    return isGeneric(symbol) ? types?.get(type) : only;
  }

  beginAlias(symbol: ts.Symbol, type: ts.Type, alias: Omit<GrowingAlias, 'type'>): GrowingAlias {
    const growing: GrowingAlias = { ...alias, type: { kind: 'unknown' } };
    const types = this.#aliases.get(symbol) ?? new Map<ts.Type, GrowingAlias>();
    this.#aliases.set(symbol, types.set(type, growing));
    return growing;
  }

  /** What an alias stands for; undefined while that is being found out. */
  aliasedType(name: string): Type | undefined {
    return this.aliases.find((alias) => alias.name === name)?.type;
  }

  /** Undefined where `members` is, or the name cannot be had. */
  enumName(
    symbol: ts.Symbol,
    declaration: ts.EnumDeclaration,
    members: () => EnumMember[] | undefined,
  ): string | undefined {
    const known = this.#enums.get(symbol);
    if (known !== undefined) return known.name;
    const found = members();
    const named = found && this.nameOf(symbol);
    if (found === undefined || named === undefined) return undefined;
    const documentation = documentationOf(declaration);
    this.#enums.set(symbol, { ...named, members: found, documentation, declaration });
    return named.name;
  }

  isOpenEnum(name: string): boolean {
    const declaration = this.enums.find((known) => known.name === name)?.declaration;
    return declaration !== undefined && hasTag(declaration, 'open');
  }

  enumSize(name: string): number {
    return this.enums.find((known) => known.name === name)?.members.length ?? 0;
  }

  /** The name that it is exported by, else one that is free. Undefined, and reported, where another type has that name. */
  nameOf(symbol: ts.Symbol): Named | undefined {
    const known = this.#ownNames.get(symbol);
    if (known !== undefined) return known;
    const exported = this.#finder.find(symbol);
    const [declaration] = symbol.declarations ?? [];
    if (exported !== undefined && declaration !== undefined)
      return this.#takeName(exported.name, { symbol, declaration }) ? exported : undefined;
    const named = { name: this.claimName(symbol.name, symbol), origin: undefined };
    this.#ownNames.set(symbol, named);
    return named;
  }

  /** A name for a type that nothing exports: the nearest that is free. */
  claimName(preferred: string, symbol?: ts.Symbol): string {
    const plain = pascalCase(preferred) || 'Type';
    let name = plain;
    for (let count = 2; this.#claimed.has(name) || this.#types.has(name); count++)
      name = `${plain}${count}`;
    this.#claimed.add(name);
    const [declaration] = symbol?.declarations ?? [];
    if (symbol !== undefined && declaration !== undefined)
      this.#types.set(name, { symbol, declaration });
    return name;
  }

  /** Whether generated code can import it. */
  isExported(symbol: ts.Symbol): boolean {
    return this.#finder.find(symbol) !== undefined;
  }

  /** Where generated code imports the type from; reported where it cannot. */
  exportOf(symbol: ts.Symbol, place: Place): Exported | undefined {
    const exported = this.#finder.find(symbol);
    if (exported === undefined) {
      return this.report(diagnostic('RSG146', [symbol.name], place));
    }
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return undefined;
    return this.#takeName(exported.name, { symbol, declaration }) ? exported : undefined;
  }

  /** One name, one type: the generated Python module is flat. */
  #takeName(name: string, type: NamedType): boolean {
    const other = this.#types.get(name);
    if (other === undefined) {
      this.#types.set(name, type);
      return true;
    }
    if (other.symbol === type.symbol) return true;
    const file = ({ declaration }: NamedType) => declaration.getSourceFile().fileName;
    const position = positionOf(nameNode(type.declaration));
    const details = [name, file(other), file(type)];
    this.report(diagnostic('RSG147', details, { position }));
    return false;
  }
}

function isGeneric(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (declaration) =>
      ts.isTypeAliasDeclaration(declaration) && declaration.typeParameters !== undefined,
  );
}

/** Diagnostics about a declaration point at its name. */
export function nameNode(declaration: ts.Node): ts.Node {
  return ts.getNameOfDeclaration(declaration as ts.Declaration) ?? declaration;
}
