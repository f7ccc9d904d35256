/** A function's type → the model's: what it takes, and what its promise holds. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { FunctionType, ResultType, Slot } from '../model.js';
import { pascalCase, pythonName } from '../names.js';
import { documentationOf } from './documentation.js';
import { isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { describingNode, follow, hasFlag } from './nodes.js';
import { positionOf, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: a parameter has a type, and a type may be a function.
import { lowerType, type Site } from './type-lowering.js';

/** The signatures of a type that is a function and nothing else. */
export function plainFunction(type: ts.Type): readonly ts.Signature[] | undefined {
  const signatures = type.getCallSignatures();
  const isPlain =
    signatures.length > 0 &&
    type.getConstructSignatures().length === 0 &&
    type.getProperties().length === 0;
  return isPlain ? signatures : undefined;
}

/** Undefined, and reported, where such a function cannot cross. */
export function lowerFunction(
  inspection: ModuleInspection,
  [signature, second]: readonly ts.Signature[],
  site: Site,
): FunctionType | undefined {
  if (signature === undefined) return undefined;
  const lowering = new FunctionLowering(inspection, signature, site);
  if (second !== undefined) return lowering.refuse('RSG161', 'the function');
  if (signature.typeParameters !== undefined) return lowering.refuse('RSG163', 'the function');
  return lowering.lower();
}

class FunctionLowering {
  readonly #inspection: ModuleInspection;
  readonly #signature: ts.Signature;
  readonly #site: Site;

  constructor(inspection: ModuleInspection, signature: ts.Signature, site: Site) {
    this.#inspection = inspection;
    this.#signature = signature;
    this.#site = site;
  }

  lower(): FunctionType | undefined {
    const { checker } = this.#inspection;
    const parameters = this.#signature.getParameters().map((each) => this.#lowerParameter(each));
    const type = this.#signature.getReturnType();
    const promised = this.#isPromise(type);
    const [held] = promised ? checker.getTypeArguments(type as ts.TypeReference) : [];
    const result = this.#lowerResult(held, type);
    if (result === undefined || parameters.includes(undefined)) return undefined;
    return {
      kind: 'function',
      label: this.#site.label,
      parameters: parameters.filter((parameter) => parameter !== undefined),
      result,
      promised,
    };
  }

  #lowerParameter(parameter: ts.Symbol): Slot | undefined {
    const { checker } = this.#inspection;
    const declaration = parameter.valueDeclaration;
    if (declaration === undefined || !ts.isParameter(declaration)) return undefined;
    const type = checker.getTypeOfSymbol(parameter);
    if (declaration.dotDotDotToken !== undefined) {
      return this.refuse('RSG162', parameter.name, typeText(type, checker));
    }
    // A destructured parameter has no name of its own.
    const name = ts.isIdentifier(declaration.name) ? parameter.name : 'argument';
    const optional = declaration.questionToken !== undefined;
    const lowered = lowerType(this.#inspection, type, {
      ...this.#site,
      node: declaration.type,
      at: declaration,
      label: this.#site.label + pascalCase(name),
      optional,
    });
    if (lowered === undefined) return undefined;
    const documentation = documentationOf(declaration);
    return { name, pythonName: pythonName(name), type: lowered, optional, documentation };
  }

  #lowerResult(held: ts.Type | undefined, type: ts.Type): ResultType | undefined {
    const { checker } = this.#inspection;
    if (hasFlag(held ?? type, ts.TypeFlags.Void)) return { kind: 'void' };
    if (held === undefined) {
      const text = typeText(type, checker);
      return this.refuse('RSG160', this.#site.trail.toString(), text, text);
    }
    const at = this.#signature.declaration?.type ?? this.#site.at;
    const written = follow(describingNode(at as ts.TypeNode, type, checker), checker);
    const isReference = written !== undefined && ts.isTypeReferenceNode(written);
    return lowerType(this.#inspection, held, {
      ...this.#site,
      node: isReference ? written.typeArguments?.[0] : undefined,
      at,
      label: `${this.#site.label}Result`,
      optional: false,
    });
  }

  #isPromise(type: ts.Type): boolean {
    const { program } = this.#inspection;
    return isLibrarySymbol(type.symbol, program) && type.symbol.name === 'Promise';
  }

  refuse(code: DiagnosticCode, ...details: string[]): undefined {
    const { at, trail } = this.#site;
    const place = { position: positionOf(at), reachedFrom: trail.toString() };
    this.#inspection.report(diagnostic(code, details, place));
  }
}
