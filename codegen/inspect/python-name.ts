/** `@py name`: what its author wants something to be called in Python. */
import { ts } from 'ts-morph';
import { diagnostic } from '../diagnostics.js';
import { pythonNameProblem } from '../names.js';
import type { ModuleInspection } from './module-inspection.js';
import { positionOf, type Trail } from './position.js';

/** Undefined where there is no tag, or its name cannot be had, which is reported. */
export function renamedInPython(
  inspection: ModuleInspection,
  declaration: ts.Node,
  { trail, taken }: { readonly trail?: Trail; readonly taken?: ReadonlyMap<string, string> } = {},
): string | undefined {
  const tag = ts.getJSDocTags(declaration).find(({ tagName }) => tagName.text === 'py');
  if (tag === undefined) return undefined;
  const name = (ts.getTextOfJSDocComment(tag.comment) ?? '').trim();
  const problem = pythonNameProblem(name) ?? taken?.get(name);
  if (problem === undefined) return name;
  const place = { position: positionOf(tag), reachedFrom: trail?.toString() };
  return inspection.report(diagnostic('RSG180', [name, problem], place));
}
