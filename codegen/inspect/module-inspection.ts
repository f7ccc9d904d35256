/** What is known about one input file while it is being lowered. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic, type Place, type Position } from '../diagnostics.js';
import type {
  Documentation,
  ErrorDefinition,
  LiteralAlias,
  LiteralValue,
  RecordDefinition,
  Slot,
  Type,
} from '../model.js';
import { compilerErrors } from './compiler-errors.js';
import { documentationOf } from './documentation.js';
import { type Exported, OriginFinder } from './origin.js';
import { positionOf } from './position.js';

/** A record whose fields are still arriving. */
export interface GrowingRecord extends RecordDefinition {
  readonly fields: Slot<Type>[];
  readonly declaration: ts.Node;
}

/** The same for an error. */
export interface GrowingError extends GrowingRecord, ErrorDefinition {
  readonly fields: Slot<Type>[];
}

interface NamedType {
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Node;
}

export interface MemberName extends Place {
  readonly name: string;
  readonly position: Position;
}

export class ModuleInspection {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly report: (found: Diagnostic) => undefined;
  readonly #finder: OriginFinder;
  readonly #compilerErrors = new Map<ts.SourceFile, readonly Diagnostic[]>();
  readonly #records = new Map<ts.Symbol, GrowingRecord>();
  readonly #errors = new Map<ts.Symbol, GrowingError>();
  /** Interfaces whose objects cross by reference. */
  readonly #objects = new Map<ts.Symbol, ts.InterfaceDeclaration>();
  readonly #aliases = new Map<ts.Symbol, LiteralAlias & { declaration: ts.Node }>();
  readonly #types = new Map<string, NamedType>();
  readonly #memberNames = new Map<string, MemberName>();

  constructor(
    input: ts.SourceFile,
    { program, checker }: { program: ts.Program; checker: ts.TypeChecker },
    { report }: { report: (found: Diagnostic) => void },
  ) {
    this.program = program;
    this.checker = checker;
    this.report = (found) => void report(found);
    this.#finder = new OriginFinder(input, program, checker);
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
    return [...this.#records.values()];
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

  get aliases(): readonly (LiteralAlias & { readonly declaration: ts.Node })[] {
    return [...this.#aliases.values()];
  }

  /** Every field, method and parameter name given out for Python, with its first place. */
  get memberNames(): ReadonlyMap<string, MemberName> {
    return this.#memberNames;
  }

  noteMemberName(pythonName: string, member: MemberName): void {
    if (!this.#memberNames.has(pythonName)) this.#memberNames.set(pythonName, member);
  }

  recordOf(symbol: ts.Symbol): RecordDefinition | undefined {
    return this.#records.get(symbol);
  }

  beginRecord(
    symbol: ts.Symbol,
    record: Exported & { declaration: ts.Node; documentation: Documentation },
  ): GrowingRecord {
    const growing: GrowingRecord = { ...record, fields: [] };
    this.#records.set(symbol, growing);
    return growing;
  }

  errorOf(symbol: ts.Symbol): ErrorDefinition | undefined {
    return this.#errors.get(symbol);
  }

  beginError(symbol: ts.Symbol, error: Omit<GrowingError, 'fields'>): GrowingError {
    const growing: GrowingError = { ...error, fields: [] };
    this.#errors.set(symbol, growing);
    return growing;
  }

  /** The name under which a literal alias is exported; undefined where it is not, which is no error. */
  aliasName(
    { symbol, declaration }: { symbol: ts.Symbol; declaration: ts.TypeAliasDeclaration },
    members: readonly LiteralValue[],
  ): string | undefined {
    const known = this.#aliases.get(symbol);
    if (known !== undefined) return known.name;
    const exported = this.#finder.find(symbol);
    if (exported === undefined) return undefined;
    if (!this.#takeName(exported.name, { symbol, declaration })) return undefined;
    const { name } = exported;
    this.#aliases.set(symbol, {
      ...exported,
      type: { kind: 'literal', alias: name, label: name, members },
      documentation: documentationOf(declaration),
      declaration,
    });
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

/** Diagnostics about a declaration point at its name. */
export function nameNode(declaration: ts.Node): ts.Node {
  return ts.getNameOfDeclaration(declaration as ts.Declaration) ?? declaration;
}
