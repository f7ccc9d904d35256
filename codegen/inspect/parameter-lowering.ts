/** The parameters of methods and functions → the model's. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { ParameterType, SignalParameter, Slot, StreamType, TupleType } from '../model.js';
import { pascalCase, pythonName } from '../names.js';
import { documentationOf } from './documentation.js';
import { isAbortSignal } from './library-types.js';
import type { PythonNames } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { hasFlag, partsOf } from './nodes.js';
import { positionOf, type Trail, typeText } from './position.js';
// biome-ignore lint/suspicious/noImportCycles: what a stream holds may be a function, which has parameters.
import { lowerStream } from './stream-lowering.js';
// biome-ignore lint/suspicious/noImportCycles: a parameter has a type, and a type may be a function.
import { lowerType } from './type-lowering.js';
import { tagged } from './value-tags.js';

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
  const among = owner.isMethod ? signalsAmong(symbols, inspection) : [];
  const others = symbols.filter((_, index) => !among.some(({ argument }) => argument === index));
  // All of them, for what there is to report.
  const slots = others.map((parameter) => lowering.lower(parameter));
  if (slots.includes(undefined)) return undefined;
  const parameters = slots.flatMap((each) => each ?? []);
  const signals = [...among, ...signalsInside(parameters, inspection)];
  const [signal, second] = signals;
  if (second !== undefined) {
    const name = second.member === undefined ? second.name : `${second.name}.${second.member}`;
    const position = positionOf(signature.declaration ?? (symbols[0]?.valueDeclaration as ts.Node));
    const place = { position, reachedFrom: owner.trail('').toString() };
    return inspection.report(diagnostic('RSG178', [name], place));
  }
  return { parameters, signal };
}

function signalsAmong(
  parameters: readonly ts.Symbol[],
  { checker, program }: ModuleInspection,
): SignalParameter[] {
  return parameters.flatMap((symbol, argument) => {
    const type = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
    if (!isAbortSignal(type, program)) return [];
    const declaration = symbol.valueDeclaration as ts.ParameterDeclaration | undefined;
    const optional = declaration?.questionToken !== undefined;
    return [{ argument, name: symbol.name, optional, member: undefined }];
  });
}

/** In the records of options that are parameters. */
function signalsInside(
  parameters: readonly Slot[],
  { records }: ModuleInspection,
): SignalParameter[] {
  return parameters.flatMap(({ name, type, optional }, argument) => {
    const record =
      type.kind === 'record' ? records.find((each) => each.name === type.name) : undefined;
    if (record?.signal === undefined) return [];
    return [{ argument, name, optional, member: record.signal }];
  });
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
    const lowered =
      withNothing(stream, type, optional) ??
      lowerType(this.#inspection, type, { ...site, optional });
    if (lowered === undefined || lowered === 'refused') return undefined;
    if (isRest && lowered.kind === 'tuple') return this.#spread(lowered, name, declaration);
    if (isRest && lowered.kind !== 'array')
      return this.#refuse(declaration, 'RSG162', parameter.name, typeText(type, checker));
    const python = names === undefined ? pythonName(name) : names.give(name, declaration);
    if (python === undefined) return undefined;
    const documentation = documentationOf(declaration);
    const { type: held, default: value } = tagged(this.#inspection, declaration, {
      type: lowered,
      optional,
      trail: site.trail,
    });
    const slot = { name, pythonName: python, type: held, optional, documentation };
    if (isRest) return [{ ...slot, rest: true }];
    // A function that is passed along has no declaration at hand where it is called.
    return [value === undefined || !isMethod ? slot : { ...slot, default: value }];
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

/** `AsyncIterable<T> | null`, and `| undefined` where it must be given. */
function withNothing(
  stream: StreamType | 'refused' | undefined,
  type: ts.Type,
  optional: boolean,
): ParameterType | 'refused' | undefined {
  if (stream === undefined || stream === 'refused') return stream;
  const has = (flag: ts.TypeFlags) => partsOf(type).some((part) => hasFlag(part, flag));
  // Nowhere else is a stream inside of another type, so the model's types have no word for it.
  const nullable = has(ts.TypeFlags.Null) ? { kind: 'nullable', inner: stream } : stream;
  const isUndefinable = !optional && has(ts.TypeFlags.Undefined);
  return (isUndefinable ? { kind: 'undefinable', inner: nullable } : nullable) as ParameterType;
}
