/** A function's type → the model's: what it takes, and what its promise holds. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { FunctionType, ResultType } from '../model.js';
import { withoutVariables } from '../type-variables.js';
import { isLibrarySymbol } from './library-types.js';
import type { ModuleInspection } from './module-inspection.js';
import { describingNode, follow, hasFlag } from './nodes.js';
// biome-ignore lint/suspicious/noImportCycles: a parameter may be a function.
import { lowerParameters } from './parameter-lowering.js';
import { positionOf, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: a result has a type, and a type may be a function.
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
  const lowered = lowering.lower();
  // Its own type parameters are nobody's but those of who calls it.
  return lowered && signature.typeParameters !== undefined ? withoutVariables(lowered) : lowered;
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
    const lowered = lowerParameters(this.#inspection, this.#signature, {
      label: this.#site.label,
      trail: () => this.#site.trail,
      names: undefined,
      isMethod: false,
    });
    const type = this.#signature.getReturnType();
    const promised = this.#isPromise(type);
    const [held] = promised ? checker.getTypeArguments(type as ts.TypeReference) : [];
    const result = this.#lowerResult(held, type);
    if (result === undefined || lowered === undefined) return undefined;
    const { parameters } = lowered;
    return { kind: 'function', label: this.#site.label, parameters, result, promised };
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
