/** Enumerations, whole or some of their members. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import type { EnumMember, EnumType } from '../model.js';
import { upperSnakeCase } from '../names.js';
import { documentationOf, hasTag } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf } from './position.js';
import { renamedInPython } from './python-name.js';

/** The enumeration that a type is, or one of whose members it is. */
export function enumSymbol(type: ts.Type, checker: ts.TypeChecker): ts.Symbol | undefined {
  const declaration = declarationOf(type);
  return declaration && checker.getSymbolAtLocation(wholeOf(declaration).name);
}

/** Undefined where a member has no value before run time, or nothing exports it. */
export function lowerEnum(inspection: ModuleInspection, type: ts.Type): EnumType | undefined {
  const { checker } = inspection;
  const declaration = declarationOf(type);
  const symbol = enumSymbol(type, checker);
  if (declaration === undefined || symbol === undefined || !inspection.isExported(symbol))
    return undefined;
  const name = inspection.enumName(symbol, wholeOf(declaration), () =>
    membersOf(symbol, inspection),
  );
  if (name === undefined) return undefined;
  if (!ts.isEnumMember(declaration) || inspection.enumSize(name) === 1) {
    const whole = { kind: 'enum', name, members: undefined } as const;
    return hasTag(wholeOf(declaration), 'open') ? { ...whole, open: true } : whole;
  }
  return { kind: 'enum', name, members: [nameOf(declaration)] };
}

function declarationOf({ symbol }: ts.Type): ts.EnumMember | ts.EnumDeclaration | undefined {
  return symbol?.declarations?.find(
    (each) => ts.isEnumMember(each) || ts.isEnumDeclaration(each),
  ) as ts.EnumMember | ts.EnumDeclaration | undefined;
}

function wholeOf(declaration: ts.EnumMember | ts.EnumDeclaration): ts.EnumDeclaration {
  return ts.isEnumMember(declaration) ? declaration.parent : declaration;
}

/** Those of every declaration of it: enumerations merge. */
function membersOf(symbol: ts.Symbol, inspection: ModuleInspection): EnumMember[] | undefined {
  const members: EnumMember[] = [];
  for (const declaration of (symbol.declarations ?? []).filter(ts.isEnumDeclaration)) {
    for (const member of declaration.members) {
      const value = inspection.checker.getConstantValue(member);
      // Neither language writes 1 / 0 as a number.
      if (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
        return undefined;
      const name = nameOf(member);
      const pythonName = renamedInPython(inspection, member) ?? memberName(name);
      const other = members.find((each) => each.pythonName === pythonName);
      if (other !== undefined) {
        const position = positionOf(member);
        inspection.report(diagnostic('RSG168', [other.name, name, pythonName], { position }));
      }
      members.push({
        name,
        pythonName,
        value,
        documentation: documentationOf(member),
      });
    }
  }
  return members;
}

function nameOf({ name }: ts.EnumMember): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();
}

/** `Red` → `RED`, as Python writes constants. */
function memberName(name: string): string {
  const upper = upperSnakeCase(name).replace(/^_+/, '');
  if (upper === '') return 'EMPTY';
  // What every Enum has already.
  if (upper === 'MRO') return 'MRO_';
  return /^\d/.test(upper) ? `_${upper}` : upper;
}
