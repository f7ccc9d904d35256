/** Who imports whom, in each language, with paths from the root for what is ours. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { dirname, normalize } from 'node:path/posix';
import { ts } from 'ts-morph';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { select, type Tree } from './tree.js';

export interface Import {
  readonly from: string;
  /** A path from the root if it is a file of ours, else the name as written: `ts-morph`, `Python.h`. */
  readonly to: string;
}

/** Static, type-only and dynamic imports, and re-exports. */
export function typescriptImports(tree: Tree): Import[] {
  return [...select(tree, /\.(ts|mjs)$/)].flatMap(([from, text]) => {
    const found: Import[] = [];
    const visit = (node: ts.Node): void => {
      const specifier = specifierOf(node);
      if (specifier !== undefined) found.push({ from, to: resolveTypescript(from, specifier) });
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest));
    return found;
  });
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
    return literal(node.moduleSpecifier);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return literal(node.argument.literal);
  const isDynamic =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isDynamic ? literal(node.arguments[0]) : undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function resolveTypescript(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return normalize(`${dirname(from)}/${specifier}`).replace(/\.js$/, '.ts');
}

/** `#include` lines. What is quoted is ours if it is in the tree. */
export function cppIncludes(tree: Tree): Import[] {
  return [...select(tree, /\.(cc|h)$/)].flatMap(([from, text]) =>
    [...text.matchAll(/^\s*#\s*include\s*(["<])([^">]+)[">]/gm)].map(([, quote, name = '']) => {
      const path = normalize(`${dirname(from)}/${name}`);
      return { from, to: quote === '"' && tree.has(path) ? path : name };
    }),
  );
}

/** What Python's own parser sees in a module. */
export interface PythonModule {
  /** Absolute names: `ringsnake._wire.value`, or with the name imported from a package. */
  readonly imports: readonly string[];
  /** Classes with a literal `code` attribute. */
  readonly codes: Readonly<Record<string, string>>;
  /** Names assigned at the top. */
  readonly assigned: readonly string[];
}

/** By path. Throws what Python says if a file cannot be parsed. */
export function pythonModules(tree: Tree): Map<string, PythonModule> {
  const input = JSON.stringify(Object.fromEntries(select(tree, /\.py$/)));
  const script = join(root, 'spec', 'structure', 'python_modules.py');
  const { status, stdout, stderr } = spawnSync(pythonCommand(), [script], {
    input,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return new Map(Object.entries(JSON.parse(stdout) as Record<string, PythonModule>));
}
