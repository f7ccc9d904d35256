/** Import statements, and what a package exports. */
import { indent, separate } from '../text.js';
import {
  byImportOrder,
  type PythonFileNames,
  type PythonImport,
  type PythonPackageNames,
  type PythonPart,
} from './names.js';

/** The standard library's, this toolkit's, the package's own; last those that type checkers alone need. */
export function importLines(names: PythonFileNames): string[] {
  const isLate = ({ module }: PythonImport) => names.part === 'types' && module === '._client';
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

/** Each public name of the package, from the module that defines it. */
export function exportLines(names: PythonPackageNames, parts: readonly PythonPart[]): string[] {
  const imports = [...parts]
    .sort()
    .map((part) => ({ module: `._${part}`, names: names.exported(part) }))
    .filter((each) => each.names.length > 0);
  const all = imports.flatMap((each) => each.names).sort(byImportOrder);
  return separate([
    imports.flatMap((each) => importStatement(each)),
    ['__all__ = [', ...all.map((name) => `    "${name}",`), ']'],
  ]);
}
