/** Import statements, and what a package exports. */
import { COLUMNS, indent, separate } from '../text.js';
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
  const late = names.imports().filter(isLate).flatMap((each) => importStatement(each));
  const check = late.length === 0 ? [] : [`if ${names.typing('TYPE_CHECKING')}:`];
  const imports = names.imports().filter((each) => !isLate(each));
  const ofRank = (rank: number) =>
    imports.filter(({ module }) => rankOf(module) === rank).flatMap((each) => importStatement(each));
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

export function importStatement({ module, names }: PythonImport, columns = COLUMNS): string[] {
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
