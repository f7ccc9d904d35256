/** Which declarations an edit may have changed the meaning of: those that mention what was edited, and whoever mentions these. */
import { ts } from 'ts-morph';
import type { OutlinedDeclaration } from './outline.js';

/** What `typeof` names may hold anything. */
const ANYTHING = '*';

/** By their names alone: those of one name, in one namespace or in several, count as one. */
export function reachedBy(
  edited: readonly OutlinedDeclaration[],
  all: readonly OutlinedDeclaration[],
): ReadonlySet<OutlinedDeclaration> {
  const mentioning = new Map<string, OutlinedDeclaration[]>();
  for (const declaration of all) {
    for (const name of [declaration.name, ...mentionsOf(declaration.node)]) {
      const known = mentioning.get(name);
      if (known === undefined) mentioning.set(name, [declaration]);
      else known.push(declaration);
    }
  }
  const reached = new Set(edited);
  if (edited.length > 0) for (const each of mentioning.get(ANYTHING) ?? []) reached.add(each);
  // The set grows while it is gone through.
  for (const { name } of reached) {
    for (const each of mentioning.get(name) ?? []) reached.add(each);
  }
  return reached;
}

/** Of each declaration that is kept. */
const MENTIONS = new WeakMap<ts.Node, ReadonlySet<string>>();

function mentionsOf(node: ts.Node): ReadonlySet<string> {
  const known = MENTIONS.get(node);
  if (known !== undefined) return known;
  const found = new Set<string>();
  const visit = (each: ts.Node): void => {
    if (ts.isTypeQueryNode(each)) found.add(ANYTHING);
    if (!ts.isIdentifier(each)) ts.forEachChild(each, visit);
    else if (!isOwnName(each)) found.add(each.text);
  };
  ts.forEachChild(node, visit);
  MENTIONS.set(node, found);
  return found;
}

/** That of a member or parameter, which refers to nothing. */
function isOwnName(name: ts.Identifier): boolean {
  const { parent } = name;
  return (
    (ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isEnumMember(parent) ||
      ts.isParameter(parent)) &&
    parent.name === name
  );
}
