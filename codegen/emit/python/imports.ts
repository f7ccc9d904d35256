/** Import statements, and what a package exports. */
import { COLUMNS, indent, separate } from '../text.js';
import { enclosed } from './layout.js';
import {
  byImportOrder,
  type PythonFileNames,
  type PythonImport,
  type PythonPackageNames,
  type PythonPart,
} from './names.js';

/** The standard library's, this toolkit's, the package's own; last those that type checkers alone need. */
export function importLines(names: PythonFileNames): string[] {
  const isLate = isLateIn(names);
  const late = names
    .imports()
    .filter(isLate)
    .flatMap((each) => importStatement(each));
  const check = late.length === 0 ? [] : [`if ${names.typing('TYPE_CHECKING')}:`];
  const imports = names.imports().filter((each) => !isLate(each));
  const ofRank = (rank: number) =>
    imports
      .filter(({ module }) => rankOf(module) === rank)
      .flatMap(({ module, names: listed }) => {
        // Those that are called something else have a statement each.
        const plain = listed.filter((name) => !name.includes(' as '));
        const others = listed.filter((name) => name.includes(' as ')).map((name) => [name]);
        return [plain, ...others]
          .filter((part) => part.length > 0)
          .flatMap((part) => importStatement({ module, names: part }));
      });
  return separate([
    ['from __future__ import annotations'],
    [...(names.usesBuiltins ? ['import builtins'] : []), ...ofRank(0)],
    ofRank(1),
    ofRank(2),
    [...check, ...indent(late, 4)],
  ]);
}

/** Clients, which import the types. */
function isLateIn(names: PythonFileNames): (found: PythonImport) => boolean {
  return ({ module }) => names.part === 'types' && module === '._client';
}

/** What only type checkers import. */
export function lateNames(names: PythonFileNames): readonly string[] {
  return names
    .imports()
    .filter(isLateIn(names))
    .flatMap((each) => each.names);
}

function rankOf(module: string): number {
  if (module.startsWith('.')) return 2;
  return module.startsWith('ringsnake') ? 1 : 0;
}

/** Formatters leave a list with a comma at its end as it is, so this suits those that are set to more columns, too. */
const IMPORT_COLUMNS = 88;

export function importStatement(
  { module, names }: PythonImport,
  columns = IMPORT_COLUMNS,
): string[] {
  const flat = `from ${module} import ${names.join(', ')}`;
  if (flat.length <= columns) return [flat];
  return [`from ${module} import (`, ...names.map((name) => `    ${name},`), ')'];
}

/** One module of a package. */
interface PackagePart {
  readonly part: PythonPart;
  /** Names in its annotations that it cannot import. */
  readonly late: readonly string[];
  /** Names in quotes, which whoever imports what they stand in looks up in his own module. */
  readonly quoted: readonly string[];
}

/** Each public name of the package, from the module that defines it. */
export function exportLines(names: PythonPackageNames, parts: readonly PackagePart[]): string[] {
  const imports = parts
    .map(({ part }) => part)
    .sort()
    .map((part) => ({ module: `._${part}`, names: names.exported(part) }))
    .filter((each) => each.names.length > 0);
  const all = imports.flatMap((each) => each.names).sort(byImportOrder);
  const quoted = parts.flatMap((each) => each.quoted);
  const late = parts
    .map((each) => ({ module: `_${each.part}`, names: lackingIn(each, quoted, all) }))
    .filter((each) => each.names.length > 0)
    .sort((a, b) => (a.module < b.module ? -1 : 1));
  const modules = late.map(({ module }) => module).join(', ');
  return separate([
    [
      ...(modules === '' ? [] : [`from . import ${modules}`]),
      ...imports.flatMap((each) => importStatement(each)),
    ],
    ['__all__ = [', ...all.map((name) => `    "${name}",`), ']'],
    late.flatMap(lateLines),
  ]);
}

/** What `get_type_hints` looks up in a module and does not find there: it knows the one that an annotation stands in. */
function lackingIn(
  { part, late }: PackagePart,
  quoted: readonly string[],
  all: readonly string[],
): readonly string[] {
  const names = part === 'client' ? [...late, ...quoted] : late;
  return [...new Set(names)].filter((name) => all.includes(name)).sort(byImportOrder);
}

function lateLines({ module, names }: PythonImport): string[] {
  const items = names.map((name) => `${name}=${name}`);
  return enclosed(`${module}.__dict__.update(`, items, { close: ')', columns: COLUMNS });
}
