/** Exported interfaces with methods → services. */
import { ts } from 'ts-morph';
import { type DiagnosticCode, diagnostic } from '../diagnostics.js';
import type { Method, ResultType, Service, Slot } from '../model.js';
import { pascalCase } from '../names.js';
import { documentationOf } from './documentation.js';
import { lowerThrows } from './error-lowering.js';
import { isLibrarySymbol, isStreamSymbol } from './library-types.js';
import { checkKey, isMethod, type Member, membersOf, PythonNames } from './members.js';
import type { ModuleInspection } from './module-inspection.js';
import { describingNode, follow, hasFlag } from './nodes.js';
import { positionOf, Trail, typeText } from './position.js';
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
  const methods = membersOf(type, declaration).flatMap((member) => {
    const method = new MethodLowering(inspection, exported.name, member).lower(names);
    return method === undefined ? [] : [method];
  });
  const documentation = documentationOf(declaration);
  return { ...exported, methods, byReference: false, documentation };
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

  lower(names: PythonNames): Method | undefined {
    const signature = this.#signature();
    if (signature === undefined) return undefined;
    const reserved = RESERVED_METHODS.get(this.#name);
    if (reserved !== undefined) return this.#refuse('RSG169', this.#name, reserved);
    const pythonName = names.give(this.#name, this.#member.declaration);
    const parameterNames = new PythonNames(this.#inspection, this.#trail());
    const parameters = signature
      .getParameters()
      .map((parameter) => this.#lowerParameter(parameter, parameterNames));
    const result = this.#lowerResult(signature);
    if (result === undefined || pythonName === undefined) return undefined;
    return {
      name: this.#name,
      pythonName,
      // A parameter left out was reported: nothing will be emitted.
      parameters: parameters.filter((parameter) => parameter !== undefined),
      result,
      throws: lowerThrows(this.#inspection, this.#member.declaration, this.#trail()),
      documentation: documentationOf(this.#member.declaration),
    };
  }

  /** The one signature of a required method. */
  #signature(): ts.Signature | undefined {
    const { symbol, declaration } = this.#member;
    if (!checkKey(this.#inspection, this.#member, this.#trail())) return undefined;
    const { checker } = this.#inspection;
    const type = checker.getTypeOfSymbol(symbol);
    const signatures = checker.getNonNullableType(type).getCallSignatures();
    if (!isMethod(this.#member)) {
      if (signatures.length === 0) return this.#refuse('RSG164', this.#service);
      return this.#refuse('RSG126', typeText(type, checker));
    }
    if (symbol.flags & ts.SymbolFlags.Optional) return this.#refuse('RSG167', this.#name);
    const [signature, second] = signatures;
    if (second !== undefined) {
      const place = second.declaration ?? declaration;
      return this.#refuseAt(place, 'RSG161', this.#name);
    }
    if (signature?.typeParameters !== undefined) return this.#refuse('RSG163', this.#name);
    return signature;
  }

  #lowerParameter(parameter: ts.Symbol, names: PythonNames): Slot | undefined {
    const { checker } = this.#inspection;
    const declaration = parameter.valueDeclaration;
    if (declaration === undefined || !ts.isParameter(declaration)) return undefined;
    const type = checker.getTypeOfSymbol(parameter);
    if (declaration.dotDotDotToken !== undefined) {
      return this.#refuseAt(declaration, 'RSG162', parameter.name, typeText(type, checker));
    }
    // A destructured parameter has no name of its own.
    const name = ts.isIdentifier(declaration.name) ? parameter.name : 'argument';
    const optional = declaration.questionToken !== undefined;
    const pythonName = names.give(name, declaration);
    const site = {
      node: declaration.type,
      at: declaration,
      trail: this.#trail(name),
      label: pascalCase(this.#name) + pascalCase(name),
    };
    const stream = lowerStream(this.#inspection, checker.getNonNullableType(type), site);
    const lowered = stream ?? lowerType(this.#inspection, type, { ...site, optional });
    if (lowered === undefined || lowered === 'refused' || pythonName === undefined)
      return undefined;
    const documentation = documentationOf(declaration);
    return { name, pythonName, type: lowered, optional, documentation };
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

/** What a promise of the result would hold. */
function promised(type: ts.Type, checker: ts.TypeChecker): string {
  return hasFlag(type, ts.TypeFlags.Undefined) ? 'void' : typeText(type, checker);
}
