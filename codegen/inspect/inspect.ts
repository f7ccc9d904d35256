/** TypeScript files → models. The entry of the only folder that knows the compiler. */
import { ts } from 'ts-morph';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { Module } from '../model.js';
import { assemble, type LoweredService } from './assemble.js';
import { checkModule } from './checks.js';
import { hasSyntaxErrors } from './compiler-errors.js';
import { arrayItem } from './container-lowering.js';
import { lowerData } from './data-lowering.js';
import { hasTag } from './documentation.js';
import { doubts } from './doubts.js';
import { isLeftOut } from './left-out.js';
import { isLibrarySymbol, libraryBase, refusalOf } from './library-types.js';
import { Loader, notTooDeep, type Program } from './load.js';
import { isMethod, mayHaveMethods, membersOf } from './members.js';
import { ModuleInspection } from './module-inspection.js';
import { resolveAlias } from './nodes.js';
import { positionOf } from './position.js';
import { lowerService } from './service-lowering.js';

export interface Inspected {
  /** In the order of the input files; complete only if there are no diagnostics. */
  readonly modules: readonly Module[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Inspects files by absolute path; they must exist. A loader that is used again keeps what it has read. */
export function inspect(files: readonly string[], loader: Loader = new Loader()): Inspected {
  const diagnostics: Diagnostic[] = [];
  const modules = new Map<string, Module>();
  for (const program of loader.load(files, (found) => diagnostics.push(found))) {
    for (const file of program.files) {
      const found = notTooDeep([file], () => inspectedAgain(file, program, loader));
      diagnostics.push(...found.diagnostics);
      if ('module' in found) modules.set(file, found.module);
    }
  }
  return {
    modules: files.flatMap((file) => modules.get(file) ?? []),
    diagnostics: unique(diagnostics),
  };
}

function inspectedAgain(file: string, program: Program, { kept }: Loader): InspectedFile {
  const module = kept.followed(file, program);
  if (module !== undefined) return { module, diagnostics: [] };
  const { inspection, ...found } = inspectFile(file, program);
  if (inspection !== undefined && found.diagnostics.length === 0)
    kept.keep(found.module, inspection);
  return found;
}

interface InspectedFile {
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
  /** What was found out on the way. */
  readonly inspection?: ModuleInspection;
}

function inspectFile(path: string, loaded: Program): InspectedFile {
  const { program } = loaded;
  const empty: Module = {
    file: path,
    services: [],
    records: [],
    errors: [],
    enums: [],
    aliases: [],
  };
  const input = program.getSourceFile(path);
  if (input === undefined) return { module: empty, diagnostics: [diagnostic('RSG101', [path])] };
  const diagnostics: Diagnostic[] = [];
  const inspection = new ModuleInspection(input, loaded, {
    report: (found) => diagnostics.push(found),
  });
  diagnostics.push(...inspection.compilerErrors(input));
  // Half a syntax tree only gives misleading advice.
  if (hasSyntaxErrors(input, program)) return { module: empty, diagnostics };
  const services = [...lowerServices(input, inspection)];
  lowerObjects(services, inspection);
  if (services.length === 0 && !diagnostics.some(isError)) {
    lowerData(input, inspection);
    lowerObjects(services, inspection);
  }
  for (const file of reachedFiles(inspection)) {
    if (file !== input) diagnostics.push(...inspection.compilerErrors(file));
  }
  const module = assemble(input, services, inspection);
  if (isEmpty(module) && diagnostics.length === 0) {
    const position = { file: path, line: 1, column: 1 };
    diagnostics.push(diagnostic('RSG103', [path.slice(path.lastIndexOf('/') + 1)], { position }));
  }
  diagnostics.push(...checkModule(module, inspection));
  if (!diagnostics.some(isError)) diagnostics.push(...doubts(inspection));
  return { module, diagnostics, inspection };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Adds the interfaces that come from other files, or were reached through others: their objects cross by reference. */
function lowerObjects(services: LoweredService[], inspection: ModuleInspection): void {
  const seen = new Set(services.map(({ symbol }) => symbol));
  // The map grows while it is gone through: what an object's methods reach is an object, too.
  for (const [symbol, declaration] of inspection.objects) {
    if (seen.has(symbol)) continue;
    seen.add(symbol);
    const service = lowerService(inspection, declaration, symbol);
    if (service !== undefined) services.push({ symbol, service });
  }
}

/** In declaration order. */
function lowerServices(input: ts.SourceFile, inspection: ModuleInspection): LoweredService[] {
  const { checker, program } = inspection;
  const module = checker.getSymbolAtLocation(input);
  const services: LoweredService[] = [];
  for (const { symbol, statement } of module === undefined
    ? []
    : declared(module, input, checker)) {
    if (!mayHaveMethods(statement)) continue;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    if (
      isLibrarySymbol(type.symbol, program) ||
      !membersOf(type, statement).some(isMethod) ||
      hasTag(statement, 'value')
    ) {
      continue;
    }
    if (isNoService(symbol, statement, inspection)) continue;
    if (ts.isInterfaceDeclaration(statement)) {
      const service = lowerService(inspection, statement, symbol);
      if (service !== undefined) services.push({ symbol, service });
    } else if (ts.isTypeLiteralNode(statement.type)) {
      const place = { position: positionOf(statement.name) };
      inspection.report(diagnostic('RSG171', [symbol.name], place));
    }
  }
  return services;
}

/** Has methods, and says in the file of its library, or by what it extends, that it is none; reported where somebody may miss it. */
function isNoService(
  symbol: ts.Symbol,
  statement: Declared['statement'],
  inspection: ModuleInspection,
): boolean {
  if (!ts.isInterfaceDeclaration(statement)) return false;
  if (isLeftOut(symbol, statement, inspection)) return true;
  const type = inspection.checker.getDeclaredTypeOfSymbol(symbol);
  if (libraryBase(type, inspection) === undefined) return false;
  // A list with a name is data; of what else the library has, its use says more.
  if (arrayItem(type, inspection.checker) === undefined)
    refuseLibraryBase(symbol, statement, inspection);
  return true;
}

function refuseLibraryBase(
  symbol: ts.Symbol,
  statement: Declared['statement'],
  inspection: ModuleInspection,
): void {
  const base = libraryBase(inspection.checker.getDeclaredTypeOfSymbol(symbol), inspection);
  const place = { position: positionOf(statement.name) };
  if (base !== undefined) inspection.report(diagnostic(refusalOf(base), [symbol.name], place));
}

interface Declared {
  readonly symbol: ts.Symbol;
  readonly statement: ts.InterfaceDeclaration | ts.TypeAliasDeclaration;
}

/** The interfaces and aliases that a module and its namespaces export and the input declares. Of merged declarations the first stands for all. */
function declared(
  module: ts.Symbol,
  input: ts.SourceFile,
  checker: ts.TypeChecker,
  seen = new Set<ts.Symbol>(),
): Declared[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const found = checker.getExportsOfModule(module).flatMap((entry) => {
    const symbol = resolveAlias(entry, checker);
    const own = symbol?.declarations?.filter((each) => each.getSourceFile() === input) ?? [];
    if (symbol === undefined || own.length === 0) return [];
    const statement = own.find(
      (each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each),
    ) as Declared['statement'] | undefined;
    // Before what is inside: an interface may be merged with a namespace.
    const outside = statement === undefined || seen.has(symbol) ? [] : [{ symbol, statement }];
    const inside = own.some(ts.isModuleDeclaration) ? declared(symbol, input, checker, seen) : [];
    return [...outside, ...inside];
  });
  const unique = new Map(found.map((each) => [each.symbol, each]));
  return [...unique.values()].sort((a, b) => a.statement.pos - b.statement.pos);
}

/** The author's own files that declare a reached type. */
function reachedFiles(inspection: ModuleInspection): ReadonlySet<ts.SourceFile> {
  const { records, errors, enums, aliases } = inspection;
  const declarations = [...records, ...errors, ...enums, ...aliases].map((d) => d.declaration);
  const files = [...declarations, ...inspection.objects.values()].map((declaration) =>
    declaration.getSourceFile(),
  );
  return new Set(files.filter((file) => !file.fileName.includes('/node_modules/')));
}

function isEmpty({ services, records, enums, aliases }: Module): boolean {
  return services.length + records.length + enums.length + aliases.length === 0;
}

function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, position, message }) => {
    const key = JSON.stringify([code, position, message]);
    return seen.has(key) ? false : seen.add(key);
  });
}
