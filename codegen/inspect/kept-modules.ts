/**
 * Modules of data that are lowered again after an edit: what the edit cannot have changed is taken over.
 *
 * Whatever is not plain is lowered as a whole: a file that declares more than types, or types that nothing exports, whose
 * names depend on which of them comes first; and an edit that adds, removes or renames, or that something is wrong with.
 */
import type { ts } from 'ts-morph';
import type { AliasDefinition, EnumDefinition, Module, RecordDefinition } from '../model.js';
import { assemble } from './assemble.js';
import { checkModule } from './checks.js';
import { hasSyntaxErrors } from './compiler-errors.js';
import { lowerData } from './data-lowering.js';
import { doubts } from './doubts.js';
import type { Program } from './load.js';
import { isMethod, mayHaveMethods, membersOf } from './members.js';
import { reachedBy } from './mentions.js';
import { ModuleInspection } from './module-inspection.js';
import { movedLines, withMovedLines } from './moved-lines.js';
import { type Outline, type OutlinedDeclaration, outlineOf } from './outline.js';

type Definition = RecordDefinition | AliasDefinition | EnumDefinition;

interface KeptModule {
  readonly module: Module;
  readonly outline: Outline;
  /** Of each declaration its definition, if it has one. */
  readonly definitions: readonly (Definition | undefined)[];
  readonly options: ts.CompilerOptions;
  readonly others: readonly ts.SourceFile[];
}

export class KeptModules {
  readonly #kept = new Map<string, KeptModule>();

  /** After an inspection that had nothing to report. */
  keep(module: Module, inspection: ModuleInspection): void {
    const input = inspection.program.getSourceFile(module.file);
    const outline = input && isData(module, inspection) ? outlineOf(input) : undefined;
    const definitions = outline && definitionsOf(outline, module, inspection);
    const others = definitions && othersOf(module.file, inspection.program);
    if (outline === undefined || definitions === undefined || others === undefined) return;
    const options = inspection.program.getCompilerOptions();
    this.#kept.set(module.file, { module, outline, definitions, options, others });
  }

  /** The module after an edit; undefined where it must be lowered as a whole. */
  followed(file: string, loaded: Program): Module | undefined {
    const kept = this.#kept.get(file);
    this.#kept.delete(file);
    const input = loaded.program.getSourceFile(file);
    if (kept === undefined || input === undefined) return undefined;
    if (!isSurroundedAsBefore(kept, loaded.program)) return undefined;
    const outline = hasSyntaxErrors(input, loaded.program) ? undefined : outlineOf(input);
    if (outline?.frame !== kept.outline.frame) return undefined;
    return this.#lowered(input, loaded, { kept, outline });
  }

  #lowered(
    input: ts.SourceFile,
    loaded: Program,
    { kept, outline }: { readonly kept: KeptModule; readonly outline: Outline },
  ): Module | undefined {
    const { declarations } = outline;
    const before = kept.outline.declarations;
    const edited = declarations.filter(({ text }, index) => text !== before[index]?.text);
    const reached = reachedBy(edited, declarations);
    const moved = movedLines(before, declarations);
    if (moved === undefined) return undefined;
    let isRight = true;
    const inspection = new ModuleInspection(input, loaded, {
      checked: [...reached].map(({ node }) => node),
      report: () => {
        isRight = false;
      },
    });
    if (inspection.compilerErrors(input).length > 0 || [...reached].some(hasMethods(loaded)))
      return undefined;
    const known = new Set<ts.Symbol>();
    for (const [index, declaration] of declarations.entries()) {
      const { node } = declaration;
      const symbol = loaded.checker.getSymbolAtLocation(node.name);
      if (symbol === undefined) return undefined;
      if (reached.has(declaration)) continue;
      known.add(symbol);
      const definition = withMovedLines(kept.definitions[index], input.fileName, moved);
      if (definition === undefined) continue;
      inspection.adopt({ name: definition.name, symbol, declaration: node, definition });
    }
    lowerData(input, inspection, known);
    if (!isRight || !isData({ services: [], errors: inspection.errors }, inspection))
      return undefined;
    const module = assemble(input, [], inspection);
    if (
      !isNamedAlike(module, kept.module) ||
      checkModule(module, inspection).length + doubts(inspection).length > 0
    )
      return undefined;
    this.keep(module, inspection);
    return this.#kept.has(module.file) ? module : undefined;
  }
}

/** Neither services nor what belongs to them. */
function isData(
  { services, errors }: Pick<Module, 'services' | 'errors'>,
  { objects, leftOut }: ModuleInspection,
): boolean {
  return services.length + errors.length + objects.size + leftOut.size === 0;
}

/** Undefined where there are others than those of exported declarations. */
function definitionsOf(
  { declarations }: Outline,
  { records, aliases, enums }: Module,
  inspection: ModuleInspection,
): (Definition | undefined)[] | undefined {
  const byName = new Map<string, Definition>(
    [...records, ...aliases, ...enums].map((each) => [each.name, each]),
  );
  const byNode = new Map<ts.Node, Definition>();
  for (const { name, origin, declaration } of [
    ...inspection.records,
    ...inspection.aliases,
    ...inspection.enums,
  ]) {
    const definition = byName.get(name);
    if (definition === undefined || origin === undefined) return undefined;
    byNode.set(declaration, definition);
  }
  const found = declarations.map(({ node }) => byNode.get(node));
  const isAll = found.filter((each) => each !== undefined).length === byName.size;
  return isAll && byNode.size === byName.size ? found : undefined;
}

/** Undefined where one of them may import the input, and so say what its types mean. */
function othersOf(file: string, program: ts.Program): readonly ts.SourceFile[] | undefined {
  if (isInPackage(file)) return undefined;
  const others = program.getSourceFiles().filter(({ fileName }) => fileName !== file);
  const areFar = others.every(
    (other) => program.isSourceFileDefaultLibrary(other) || isInPackage(other.fileName),
  );
  return areFar ? others : undefined;
}

function isInPackage(file: string): boolean {
  return file.includes('/node_modules/');
}

function isSurroundedAsBefore(
  { module, options, others }: KeptModule,
  program: ts.Program,
): boolean {
  const now = othersOf(module.file, program);
  return (
    options === program.getCompilerOptions() &&
    now?.length === others.length &&
    now.every((other, index) => other === others[index])
  );
}

/** It may be a service. */
function hasMethods({ checker }: Program): (declaration: OutlinedDeclaration) => boolean {
  return ({ node }) => {
    const symbol = checker.getSymbolAtLocation(node.name);
    if (symbol === undefined || !mayHaveMethods(node)) return false;
    return membersOf(checker.getDeclaredTypeOfSymbol(symbol), node).some(isMethod);
  };
}

/** The same definitions, whatever they hold. */
function isNamedAlike(a: Module, b: Module): boolean {
  const names = ({ records, aliases, enums }: Module) =>
    [records, aliases, enums].map((list) => list.map(({ name }) => name).join(' ')).join(';');
  return names(a) === names(b);
}
