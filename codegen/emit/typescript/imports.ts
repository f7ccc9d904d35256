/** The import statements of a generated TypeScript module. */
import type { Module, Origin } from '../../model.js';
import { COLUMNS, wrapList } from '../text.js';
import { thrownErrors } from '../thrown.js';
import { namedTypes, type TypeScriptNames } from './names.js';

/** What is used, by where it comes from: packages first, then files, each sorted. */
export function importLines(
  module: Module,
  names: TypeScriptNames,
  specifierOf: (origin: Origin) => string,
): string[] {
  const runtime = names.runtimeImports();
  const allTypes = runtime.every(({ type }) => type);
  const specifiers = runtime.map(({ text, type }) => (type && !allTypes ? `type ${text}` : text));
  const statements = new Map<string, Set<string>>();
  const packages: { specifier: string; lines: string[] }[] = [
    {
      specifier: 'ringsnake/generated',
      lines: statement(allTypes ? 'import type' : 'import', specifiers, 'ringsnake/generated'),
    },
  ];
  // The only ones that are there at run time.
  const errors = thrownErrors(module);
  const classes = new Set(errors.map(({ name }) => name));
  const int = names.intImport();
  if (int !== undefined) {
    packages.push({ specifier: 'ringsnake', lines: statement('import type', [int], 'ringsnake') });
  }
  const imported = [...namedTypes({ ...module, errors })].filter(
    ({ name, origin }) => origin !== undefined && names.isUsed(name),
  );
  const specifierOfPlace = new Map<string, string>();
  for (const { name, origin } of imported) {
    if (origin === undefined) continue;
    const place = 'file' in origin ? origin.file : origin.specifier;
    const specifier = specifierOfPlace.get(place) ?? specifierOf(origin);
    specifierOfPlace.set(place, specifier);
    const root = origin.reference?.split('.')[0] ?? name;
    statements.set(specifier, (statements.get(specifier) ?? new Set()).add(root));
  }
  const types = [...statements].map(([specifier, roots]) => ({
    specifier,
    lines: importOf([...roots].sort(caseless), classes, specifier),
  }));
  return [...packages, ...types].sort(bySpecifier).flatMap(({ lines }) => lines);
}

function importOf(
  imported: readonly string[],
  classes: ReadonlySet<string>,
  specifier: string,
): string[] {
  if (!imported.some((name) => classes.has(name)))
    return statement('import type', imported, specifier);
  const specifiers = imported.map((name) => (classes.has(name) ? name : `type ${name}`));
  return statement('import', specifiers, specifier);
}

function statement(keyword: string, imported: readonly string[], specifier: string): string[] {
  const close = ` } from '${specifier}';`;
  return wrapList(`${keyword} { `, imported, { close, columns: COLUMNS, step: 2 });
}

function bySpecifier(a: { specifier: string }, b: { specifier: string }): number {
  const rank = (specifier: string) =>
    !specifier.startsWith('.') ? 0 : specifier.startsWith('../') ? 1 : 2;
  const order = rank(a.specifier) - rank(b.specifier);
  return order !== 0 ? order : a.specifier < b.specifier ? -1 : a.specifier > b.specifier ? 1 : 0;
}

function caseless(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
