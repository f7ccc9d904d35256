/** The declarations of a file one by one, and what stands around them: by these it is found out what an edit has changed. */
import { ts } from 'ts-morph';

export type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.EnumDeclaration;

export interface OutlinedDeclaration {
  readonly node: Declaration;
  readonly name: string;
  /** With the comments before it. */
  readonly text: string;
  /** Its first and last line. */
  readonly lines: readonly [number, number];
}

export interface Outline {
  readonly declarations: readonly OutlinedDeclaration[];
  /** Imports, exports, namespaces, and of each declaration what others may know of it without looking inside. */
  readonly frame: string;
}

/** Undefined where anything else is declared, of which it is not known what it may change. */
export function outlineOf(file: ts.SourceFile): Outline | undefined {
  const declarations: OutlinedDeclaration[] = [];
  const frame: string[] = [];
  const lineOf = (offset: number) => file.getLineAndCharacterOfPosition(offset).line + 1;
  const visit = (statement: ts.Node): boolean => {
    const text = file.text.slice(statement.pos, statement.end);
    if (isDeclaration(statement)) {
      const name = statement.name.text;
      const lines = [lineOf(statement.pos), lineOf(statement.end)] as const;
      declarations.push({ node: statement, name, text, lines });
      frame.push(`${statement.kind} ${ts.getCombinedModifierFlags(statement)} ${name}`);
      return true;
    }
    if (isPort(statement)) {
      frame.push(text);
      return true;
    }
    const inside = insideOf(statement);
    if (inside === undefined) return false;
    frame.push(file.text.slice(statement.pos, inside.pos), '{');
    const isKnown = inside.statements.every(visit);
    frame.push('}');
    return isKnown;
  };
  return file.statements.every(visit) ? { declarations, frame: frame.join('\n') } : undefined;
}

/** An import or an export, which declares nothing. */
function isPort(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    (ts.isExportAssignment(node) && ts.isIdentifier(node.expression))
  );
}

function isDeclaration(node: ts.Node): node is Declaration {
  return (
    ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node)
  );
}

/** What is in a namespace. */
function insideOf(
  node: ts.Node,
): { readonly pos: number; readonly statements: readonly ts.Node[] } | undefined {
  const isNamespace =
    ts.isModuleDeclaration(node) &&
    ts.isIdentifier(node.name) &&
    (node.flags & ts.NodeFlags.GlobalAugmentation) === 0;
  if (!isNamespace || node.body === undefined) return undefined;
  if (ts.isModuleBlock(node.body)) return node.body;
  // `namespace A.B`.
  return { pos: node.body.pos, statements: [node.body] };
}
