/** Exported interfaces with methods → services. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { Method, ResultType, Service, Slot, Type } from '../model.js';
import { pascalCase } from '../names.js';
import { withVariables } from '../type-variables.js';
import { documentationOf } from './documentation.js';
import { lowerThrows } from './error-lowering.js';
import { isLibrarySymbol, isStreamSymbol } from './library-types.js';
import {
  checkKey,
  isByReference,
  isMethod,
  isReadonlyData,
  type Member,
  membersOf,
  PythonNames,
} from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { describingNode, follow, hasFlag, promisesThis } from './nodes.js';
import { formBefore } from './overload-check.js';
import { lowerParameters } from './parameter-lowering.js';
import { positionOf, Trail, typeText } from './position.js';
import { lowerField } from './record-lowering.js';
import { lowerStream } from './stream-lowering.js';
import { lowerType } from './type-lowering.js';

/** Names that generated clients have already, and why. */
const RESERVED_METHODS: ReadonlyMap<string, string> = new Map([
  ['constructor', 'JavaScript gives it a meaning of its own'],
  ['then', 'a client with it would be taken for a promise'],
  ['sync', 'it is where a client keeps its blocking methods'],
  ['withOptions', 'it is how a client is given a timeout'],
  ['with_options', 'it is how a client is given a timeout'],
  ['definition', 'it is where a client keeps its schema'],
]);

export function lowerService(
  inspection: ModuleInspection,
  declaration: ts.InterfaceDeclaration,
  symbol: ts.Symbol,
): Service | undefined {
  const position = positionOf(declaration.name);
  const exported = inspection.exportOf(symbol, { position });
  if (exported === undefined) return undefined;
  inspection.noteService(exported.name, declaration);
  const trail = new Trail([exported.name]);
  const refuse = (code: DiagnosticCode, ...details: string[]): undefined =>
    inspection.report(diagnostic(code, details, { position }));
  if (declaration.typeParameters !== undefined) return refuse('RSG163', symbol.name);
  const type = inspection.checker.getDeclaredTypeOfSymbol(symbol);
  if (inspection.checker.getIndexInfosOfType(type).length > 0) refuse('RSG128', symbol.name);
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) {
    refuse('RSG170', symbol.name);
  }
  const names = new PythonNames(inspection, trail, RESERVED_METHODS);
  const members = membersOf(type, declaration);
  const methods = members
    .filter((member) => !isReadonlyData(member))
    .flatMap((member) => new MethodLowering(inspection, exported.name, member).lower(names));
  // Beside what may change nothing else is worth a word.
  const data = (isByReference(members) ? members : [])
    .filter(isReadonlyData)
    .map((member) => lowerData(inspection, member, { service: exported.name, names }))
    .filter((slot) => slot !== undefined);
  for (const { name, property } of methods) {
    const taken = name !== property && methods.some((other) => other.property === name);
    if (taken) refuse('RSG169', name, `a form of \`${property}\` has it`);
  }
  const documentation = documentationOf(declaration);
  return { ...exported, methods, data, byReference: false, documentation };
}

/** What its objects say of themselves. */
function lowerData(
  inspection: ModuleInspection,
  member: Member,
  { service, names }: { readonly service: string; readonly names: PythonNames },
): Slot<Type> | undefined {
  const { symbol, declaration } = member;
  const reserved = RESERVED_METHODS.get(symbol.name);
  const trail = new Trail([]);
  if (reserved !== undefined) {
    const place = { position: positionOf(declaration), reachedFrom: `${service}.${symbol.name}` };
    return inspection.report(diagnostic('RSG169', [symbol.name, reserved], place));
  }
  const site = { at: declaration, trail, label: service };
  return lowerField(inspection, member, { record: service, names, site, besideMethods: true });
}

class MethodLowering {
  readonly #inspection: ModuleInspection;
  readonly #member: Member;
  readonly #service: string;
  readonly #name: string;

  constructor(inspection: ModuleInspection, service: string, member: Member) {
    this.#inspection = inspection;
    this.#member = member;
    this.#service = service;
    this.#name = member.symbol.name;
  }

  /** One for each signature; nothing, and reported, where it cannot cross. */
  lower(names: PythonNames): Method[] {
    const signatures = this.#signatures();
    if (signatures.length === 0) return [];
    const reserved = RESERVED_METHODS.get(this.#name);
    if (reserved !== undefined) this.#refuse('RSG169', this.#name, reserved);
    const pythonName = names.give(this.#name, this.#member.declaration);
    if (pythonName === undefined) return [];
    const lowered = signatures.map((signature, index) =>
      this.#lowerSignature(signature, { pythonName, index }),
    );
    const methods = lowered.filter((method) => method !== undefined);
    if (methods.length === signatures.length) this.#reportUnreached(methods, signatures);
    return methods;
  }

  /** Who calls chooses the first form that takes the arguments, as the compiler does. */
  #reportUnreached(methods: readonly Method[], signatures: readonly ts.Signature[]): void {
    const { known } = this.#inspection;
    for (const [index, signature] of signatures.entries()) {
      const before = formBefore(methods, index, known);
      if (before === undefined) continue;
      const { checker } = this.#inspection;
      const earlier = signatures[methods.indexOf(before)] as ts.Signature;
      const place = signature.declaration ?? this.#member.declaration;
      const texts = [signature, earlier].map((each) => checker.signatureToString(each));
      this.#refuseAt(place, 'RSG174', this.#name, ...texts);
    }
  }

  #lowerSignature(
    signature: ts.Signature,
    { pythonName, index }: { readonly pythonName: string; readonly index: number },
  ): Method | undefined {
    const declaration = signature.declaration ?? this.#member.declaration;
    const lowered = lowerParameters(this.#inspection, signature, {
      label: pascalCase(this.#name),
      trail: (parameter) => this.#trail(parameter),
      names: new PythonNames(this.#inspection, this.#trail()),
      isMethod: true,
    });
    const result = this.#lowerResult(signature);
    const throws = lowerThrows(this.#inspection, declaration, this.#trail());
    if (result === undefined || lowered === undefined) return undefined;
    const isSelf = promisesThis(signature.declaration?.type as ts.TypeNode | undefined);
    return withVariables({
      name: index === 0 ? this.#name : `${this.#name}$${index + 1}`,
      property: this.#name,
      pythonName,
      ...lowered,
      result: isSelf ? asSelf(result) : result,
      throws,
      documentation: documentationOf(declaration),
    });
  }

  /** Those of a required method; none, and reported, where it is something else. */
  #signatures(): readonly ts.Signature[] {
    const { symbol } = this.#member;
    if (!checkKey(this.#inspection, this.#member, { trail: this.#trail() })) return [];
    const { checker } = this.#inspection;
    const type = checker.getTypeOfSymbol(symbol);
    const signatures = checker.getNonNullableType(type).getCallSignatures();
    if (!isMethod(this.#member)) {
      if (signatures.length === 0) this.#refuse('RSG164', this.#service);
      else this.#refuse('RSG126', typeText(type, checker));
      return [];
    }
    if (symbol.flags & ts.SymbolFlags.Optional) {
      this.#refuse('RSG167', this.#name);
      return [];
    }
    return signatures;
  }

  #lowerResult(signature: ts.Signature): ResultType | undefined {
    const { checker, program } = this.#inspection;
    const type = signature.getReturnType();
    const written = describingNode(signature.declaration?.type as ts.TypeNode, type, checker);
    const at = signature.declaration?.type ?? this.#member.declaration;
    const library = isLibrarySymbol(type.symbol, program);
    if (!library || type.symbol.name !== 'Promise') {
      const errors = this.#inspection.compilerErrors(at.getSourceFile());
      if (hasFlag(type, ts.TypeFlags.Any) && errors.length > 0) return undefined;
      const label = `${pascalCase(this.#name)}Item`;
      const site = { node: written, at, trail: this.#trail(), label };
      const stream = lowerStream(this.#inspection, type, site);
      if (stream !== undefined) return stream === 'refused' ? undefined : stream;
      // Who implements it may answer at once; who calls it waits until that is done.
      if (hasFlag(type, ts.TypeFlags.Void)) return { kind: 'void' };
      const text = typeText(type, checker);
      if (library && isStreamSymbol(type.symbol)) return this.#refuseAt(at, 'RSG139', text);
      const method = `${this.#service}.${this.#name}`;
      return this.#refuseAt(at, 'RSG160', method, text, promised(type, checker));
    }
    const [value] = checker.getTypeArguments(type as ts.TypeReference);
    if (value === undefined) return undefined;
    if (hasFlag(value, ts.TypeFlags.Void)) return { kind: 'void' };
    const promise = follow(written, checker);
    const node =
      promise !== undefined && ts.isTypeReferenceNode(promise)
        ? promise.typeArguments?.[0]
        : undefined;
    return lowerType(this.#inspection, value, {
      node,
      at,
      trail: this.#trail(),
      label: `${pascalCase(this.#name)}Result`,
      optional: false,
    });
  }

  /** `Service.method(parameter)`. */
  #trail(parameter = ''): Trail {
    return new Trail([`${this.#service}.${this.#name}(${parameter})`]);
  }

  #refuse(code: DiagnosticCode, ...details: string[]): undefined {
    this.#refuseAt(this.#member.declaration, code, ...details);
  }

  #refuseAt(node: ts.Node, code: DiagnosticCode, ...details: string[]): undefined {
    const place = { position: positionOf(node), reachedFrom: this.#trail().toString() };
    this.#inspection.report(diagnostic(code, details, place));
  }
}

/** `this`, and `this | null`. */
function asSelf<T extends ResultType>(type: T): T {
  if (type.kind === 'object') return { ...type, self: true };
  return type.kind === 'nullable' ? { ...type, inner: asSelf(type.inner) } : type;
}

/** What a promise of the result would hold. */
function promised(type: ts.Type, checker: ts.TypeChecker): string {
  return hasFlag(type, ts.TypeFlags.Undefined) ? 'void' : typeText(type, checker);
}
