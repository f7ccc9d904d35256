/** The parameters of methods and functions → the model's. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { SignalParameter, Slot, TupleType } from '../model.js';
import { pascalCase, pythonName } from '../names.js';
import { documentationOf } from './documentation.js';
import { isAbortSignal } from './library-types.js';
import type { PythonNames } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: what a stream holds may be a function, which has parameters.
import { lowerStream } from './stream-lowering.js';
// biome-ignore lint/suspicious/noImportCycles: a parameter has a type, and a type may be a function.
import { lowerType } from './type-lowering.js';

/** Whose parameters they are. */
export interface ParameterOwner {
  /** PascalCase, before the name of the parameter. */
  readonly label: string;
  readonly trail: (parameter: string) => Trail;
  /** Where names must not clash; undefined: nobody sees them. */
  readonly names: PythonNames | undefined;
  /** Whether it is a method, whose parameters may be streams, and one a signal. */
  readonly isMethod: boolean;
}

interface Parameters {
  readonly parameters: readonly Slot[];
  readonly signal: SignalParameter | undefined;
}

/** Undefined where one cannot cross, which was reported. */
export function lowerParameters(
  inspection: ModuleInspection,
  signature: ts.Signature,
  owner: ParameterOwner,
): Parameters | undefined {
  const lowering = new ParameterLowering(inspection, owner);
  const symbols = signature.getParameters();
  const signal = owner.isMethod ? signalAmong(symbols, inspection) : undefined;
  const others = symbols.filter((_, index) => index !== signal?.argument);
  // All of them, for what there is to report.
  const slots = others.map((parameter) => lowering.lower(parameter));
  if (slots.includes(undefined)) return undefined;
  const parameters = slots.flatMap((each) => each ?? []);
  return { parameters, signal: signal ?? signalInside(parameters, inspection) };
}

function signalAmong(
  parameters: readonly ts.Symbol[],
  { checker, program }: ModuleInspection,
): SignalParameter | undefined {
  const argument = parameters.findIndex((parameter) =>
    isAbortSignal(checker.getNonNullableType(checker.getTypeOfSymbol(parameter)), program),
  );
  const symbol = parameters[argument];
  if (symbol === undefined) return undefined;
  const declaration = symbol.valueDeclaration;
  const isOptional = (declaration as ts.ParameterDeclaration | undefined)?.questionToken;
  return { argument, name: symbol.name, optional: isOptional !== undefined, member: undefined };
}

/** In the record of options that is the last parameter, or another. */
function signalInside(
  parameters: readonly Slot[],
  { records }: ModuleInspection,
): SignalParameter | undefined {
  for (const [argument, { name, type, optional }] of parameters.entries()) {
    const record =
      type.kind === 'record' ? records.find((each) => each.name === type.name) : undefined;
    if (record?.signal !== undefined) return { argument, name, optional, member: record.signal };
  }
  return undefined;
}

class ParameterLowering {
  readonly #inspection: ModuleInspection;
  readonly #owner: ParameterOwner;

  constructor(inspection: ModuleInspection, owner: ParameterOwner) {
    this.#inspection = inspection;
    this.#owner = owner;
  }

  lower(parameter: ts.Symbol): readonly Slot[] | undefined {
    const declaration = parameter.valueDeclaration;
    if (declaration === undefined || !ts.isParameter(declaration)) return undefined;
    const { checker } = this.#inspection;
    const { names, label, isMethod } = this.#owner;
    const type = checker.getTypeOfSymbol(parameter);
    // A destructured parameter has no name of its own.
    const name = ts.isIdentifier(declaration.name) ? parameter.name : 'argument';
    const isRest = declaration.dotDotDotToken !== undefined;
    const optional = declaration.questionToken !== undefined;
    const site = {
      node: declaration.type,
      at: declaration,
      trail: this.#owner.trail(name),
      label: label + pascalCase(name),
    };
    const stream = isMethod
      ? lowerStream(this.#inspection, checker.getNonNullableType(type), site)
      : undefined;
    const lowered = stream ?? lowerType(this.#inspection, type, { ...site, optional });
    if (lowered === undefined || lowered === 'refused') return undefined;
    if (isRest && lowered.kind === 'tuple') return this.#spread(lowered, name, declaration);
    if (isRest && lowered.kind !== 'array')
      return this.#refuse(declaration, 'RSG162', parameter.name, typeText(type, checker));
    const python = names === undefined ? pythonName(name) : names.give(name, declaration);
    if (python === undefined) return undefined;
    const documentation = documentationOf(declaration);
    const slot = { name, pythonName: python, type: lowered, optional, documentation };
    return [isRest ? { ...slot, rest: true } : slot];
  }

  /** `...args: [a: A, b?: B]` are parameters like others. */
  #spread(
    { items, rest }: TupleType,
    name: string,
    declaration: ts.ParameterDeclaration,
  ): readonly Slot[] | undefined {
    const { names } = this.#owner;
    const documentation = documentationOf(undefined);
    const give = (each: string) =>
      names === undefined ? pythonName(each) : names.give(each, declaration);
    const slots = items.map(({ type, optional, label }, index) => {
      const own = label ?? `${name}${index}`;
      return { name: own, pythonName: give(own), type, optional, documentation };
    });
    if (rest !== undefined) {
      const own = items.length === 0 ? name : `${name}${items.length}`;
      const type = { kind: 'array', item: rest, readonly: false } as const;
      const slot = { name: own, pythonName: give(own), type, optional: false, documentation };
      return complete([...slots, { ...slot, rest: true as const }]);
    }
    return complete(slots);
  }

  #refuse(at: ts.Node, code: DiagnosticCode, ...details: string[]): undefined {
    const place = { position: positionOf(at), reachedFrom: this.#owner.trail('').toString() };
    this.#inspection.report(diagnostic(code, details, place));
  }
}

type Unnamed = Omit<Slot, 'pythonName'> & { readonly pythonName: string | undefined };

function complete(slots: readonly Unnamed[]): readonly Slot[] | undefined {
  const named = slots.filter((slot): slot is Slot => slot.pythonName !== undefined);
  return named.length === slots.length ? named : undefined;
}
