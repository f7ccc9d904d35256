/** Classes named by `@throws {X}` → errors that arrive as themselves. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import { documentationBlock, documentationOf } from './documentation.js';
import { isLibrarySymbol } from './library-types.js';
import { type Member, membersOf, PythonNames } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { resolveAlias } from './nodes.js';
import { positionOf, type Trail } from './position.js';
import { lowerField } from './record-lowering.js';

/** What every error has: it crosses with each, so it is no field. */
const OWN: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);

/** What Python's exceptions have already. */
const TAKEN: ReadonlySet<string> = new Set(['args', 'add_note', 'with_traceback']);

/** The names of the errors that a method declares, sorted. A name that is no type of TypeScript's is documentation. */
export function lowerThrows(
  inspection: ModuleInspection,
  declaration: ts.Node,
  trail: Trail,
): string[] {
  const names = new Set<string>();
  for (const tag of documentationBlock(declaration)?.tags ?? []) {
    const node = ts.isJSDocThrowsTag(tag) ? tag.typeExpression?.type : undefined;
    if (node === undefined || !ts.isTypeReferenceNode(node)) continue;
    const symbol = symbolOf(node, declaration, inspection);
    if (symbol === undefined || isLibrarySymbol(symbol, inspection.program)) continue;
    const name = new ErrorLowering(inspection, symbol, { node, trail }).lower();
    if (name !== undefined) names.add(name);
  }
  return [...names].sort();
}

function symbolOf(
  { typeName }: ts.TypeReferenceNode,
  declaration: ts.Node,
  { checker }: ModuleInspection,
): ts.Symbol | undefined {
  // In TypeScript files the checker does not bind what stands in comments.
  const [first = '', ...others] = typeName.getText().split('.');
  const flags = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;
  const local = checker.getSymbolsInScope(declaration, flags).find(({ name }) => name === first);
  let symbol = resolveAlias(local && checker.getExportSymbolOfSymbol(local), checker);
  for (const other of others) {
    const exported = symbol && checker.getExportsOfModule(symbol).find((e) => e.name === other);
    symbol = resolveAlias(exported, checker);
  }
  return symbol;
}

class ErrorLowering {
  readonly #inspection: ModuleInspection;
  readonly #symbol: ts.Symbol;
  readonly #site: { readonly node: ts.Node; readonly trail: Trail };

  constructor(
    inspection: ModuleInspection,
    symbol: ts.Symbol,
    site: { readonly node: ts.Node; readonly trail: Trail },
  ) {
    this.#inspection = inspection;
    this.#symbol = symbol;
    this.#site = site;
  }

  /** The error's name in the module; undefined, and reported, where it cannot be one. */
  lower(): string | undefined {
    const known = this.#inspection.errorOf(this.#symbol);
    if (known !== undefined) return known.name;
    const { name } = this.#symbol;
    const declaration = this.#symbol.declarations?.find(ts.isClassDeclaration);
    const type = this.#inspection.checker.getDeclaredTypeOfSymbol(this.#symbol);
    if (declaration === undefined || !isError(type, this.#inspection))
      return this.#refuse('RSG172', name);
    if (declaration.typeParameters !== undefined) return this.#refuse('RSG173', name, 'is generic');
    const base = this.#lowerBase(type);
    const place = { position: positionOf(this.#site.node), reachedFrom: String(this.#site.trail) };
    const exported = this.#inspection.exportOf(this.#symbol, place);
    if (exported === undefined) return undefined;
    const error = this.#inspection.beginError(this.#symbol, {
      ...exported,
      declaration,
      base,
      documentation: documentationOf(declaration),
    });
    const { trail } = this.#site;
    const names = new PythonNames(this.#inspection, trail);
    for (const member of this.#data(type, declaration)) {
      const site = { at: declaration, trail, label: name };
      const field = lowerField(this.#inspection, member, { record: exported.name, names, site });
      if (field === undefined) continue;
      if (TAKEN.has(field.pythonName))
        this.#refuse('RSG169', field.name, "every exception of Python's has it");
      // Who throws it has made it: what is absent is not somebody else's to put in.
      error.fields.push({ ...field, default: undefined });
    }
    return exported.name;
  }

  /** The nearest class above it that can be declared, too: Python's class derives from that. */
  #lowerBase(type: ts.Type): string | undefined {
    const { checker, program } = this.#inspection;
    const [base] = checker.getBaseTypes(type as ts.InterfaceType);
    if (base?.symbol === undefined || isLibrarySymbol(base.symbol, program)) return undefined;
    const isDeclarable =
      this.#inspection.isExported(base.symbol) &&
      (base as ts.InterfaceType).typeParameters === undefined;
    return isDeclarable
      ? new ErrorLowering(this.#inspection, base.symbol, this.#site).lower()
      : undefined;
  }

  /** Public data. What the other side could not rebuild is reported. */
  #data(type: ts.Type, declaration: ts.ClassDeclaration): Member[] {
    return membersOf(type, declaration).filter(({ symbol, declaration: at }) => {
      if (OWN.has(symbol.name) || isLibrarySymbol(symbol, this.#inspection.program)) return false;
      // Methods and accessors come with the class.
      if (!(symbol.flags & ts.SymbolFlags.Property)) return false;
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
      const isHidden =
        (ts.getCombinedModifierFlags(at as ts.Declaration) & hidden) !== 0 ||
        ts.isPrivateIdentifier(ts.getNameOfDeclaration(at as ts.Declaration) ?? at);
      const shown = ts.getNameOfDeclaration(at as ts.Declaration)?.getText() ?? symbol.name;
      if (isHidden) this.#refuse('RSG173', this.#symbol.name, `has \`${shown}\`, which is private`);
      return !isHidden;
    });
  }

  #refuse(code: DiagnosticCode, ...details: string[]): undefined {
    const { node, trail } = this.#site;
    const place = { position: positionOf(node), reachedFrom: String(trail) };
    return this.#inspection.report(diagnostic(code, details, place));
  }
}

function isError(type: ts.Type, inspection: ModuleInspection): boolean {
  const { checker, program } = inspection;
  return (
    type.isClass() &&
    checker
      .getBaseTypes(type)
      .some(
        (base) =>
          (isLibrarySymbol(base.symbol, program) && base.symbol.name.endsWith('Error')) ||
          isError(base, inspection),
      )
  );
}
