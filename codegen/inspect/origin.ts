/** By which name, and from where, generated code can import a type of the author. */
import { ts } from 'ts-morph';
import type { Origin } from '../model.js';

export interface Exported {
  readonly name: string;
  readonly origin: Origin;
}

/** Finds the exports that reach a symbol, as seen from one input file. */
export class OriginFinder {
  readonly #checker: ts.TypeChecker;
  readonly #program: ts.Program;
  /** Modules that the input names by package or alias, not by a relative path. */
  readonly #packages: readonly { specifier: string; symbol: ts.Symbol }[];

  readonly #input: ts.SourceFile;

  constructor(input: ts.SourceFile, program: ts.Program, checker: ts.TypeChecker) {
    this.#input = input;
    this.#checker = checker;
    this.#program = program;
    this.#packages = input.statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
      const node = statement.moduleSpecifier;
      if (node === undefined || !ts.isStringLiteral(node) || node.text.startsWith('.')) return [];
      const symbol = checker.getSymbolAtLocation(node);
      return symbol === undefined ? [] : [{ specifier: node.text, symbol }];
    });
  }

  /** Undefined where the symbol cannot be imported by a name. What lies in a namespace is reached through that. */
  find(symbol: ts.Symbol): Exported | undefined {
    return this.#findAtTop(symbol) ?? this.#findInNamespace(symbol);
  }

  #findInNamespace(symbol: ts.Symbol): Exported | undefined {
    const block = symbol.declarations?.[0]?.parent;
    if (block === undefined || !ts.isModuleBlock(block)) return undefined;
    const namespace = this.#checker.getSymbolAtLocation(block.parent.name);
    if (namespace === undefined) return undefined;
    const isExported = this.#checker
      .getExportsOfModule(namespace)
      .some((entry) => this.#resolve(entry) === symbol);
    const outer = isExported ? this.find(namespace) : undefined;
    if (outer === undefined) return undefined;
    const reference = `${outer.origin.reference ?? outer.name}.${symbol.name}`;
    return { name: outer.name + symbol.name, origin: { ...outer.origin, reference } };
  }

  #findAtTop(symbol: ts.Symbol): Exported | undefined {
    for (const { specifier, symbol: module } of this.#packages) {
      const name = this.#exportName(module, symbol);
      if (name !== undefined) return { name, origin: { specifier } };
    }
    const file = symbol.declarations?.[0]?.getSourceFile();
    if (file === undefined || this.#isForeign(file)) return undefined;
    const module = this.#checker.getSymbolAtLocation(file);
    const name = module && this.#exportName(module, symbol);
    return name === undefined ? undefined : { name, origin: { file: file.fileName } };
  }

  #exportName(module: ts.Symbol, symbol: ts.Symbol): string | undefined {
    const names = this.#checker
      .getExportsOfModule(module)
      .filter((entry) => this.#resolve(entry) === symbol && entry.name !== 'default')
      .map((entry) => entry.name);
    return names.includes(symbol.name) ? symbol.name : names.sort()[0];
  }

  #resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** A file of another package has no path that would hold after the next install; but who names one as the input wants it so. */
  #isForeign(file: ts.SourceFile): boolean {
    const owner = packageOf(file);
    if (owner !== undefined) return owner !== packageOf(this.#input);
    return this.#program.isSourceFileFromExternalLibrary(file);
  }
}

/** The folder of an installed package. */
function packageOf({ fileName }: ts.SourceFile): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(fileName)?.[0];
}
