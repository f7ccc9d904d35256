/** Module → `<name>_gen.py`: records, protocols, definitions, clients and servers. */
import type { AliasDefinition, Module } from '../model.js';
import { pythonModuleName, pythonTypeName } from '../names.js';
import { ClassEmitter } from './python/classes.js';
import { PythonCodec } from './python/codec.js';
import { DefinitionEmitter } from './python/definition.js';
import { docstring } from './python/docstring.js';
import { enumClass } from './python/enum.js';
import { errorClass, errorConstant, inOrderOfBirth } from './python/error.js';
import { assigned } from './python/layout.js';
import { PythonModuleNames } from './python/names.js';
import { recordClass } from './python/record.js';
import { quote, typeText } from './python/types.js';
import { COLUMNS, header, separate, stemOf } from './text.js';
import { thrownErrors } from './thrown.js';

export function pythonFileName(module: Module): string {
  return `${pythonModuleName(stemOf(module.file))}.py`;
}

export function emitPython(module: Module): string {
  const names = new PythonModuleNames(module);
  const codec = new PythonCodec(names, module);
  const definitions = new DefinitionEmitter(names, codec);
  const classes = new ClassEmitter(names);
  const records = module.records.map((record) => recordClass(record, names));
  const services = module.services.flatMap((service) => [
    classes.protocol(service),
    definitions.emit(service, module),
    classes.client(service),
    classes.syncClient(service),
    service.byReference ? classes.promised(service) : [],
    classes.server(service),
  ]);
  const enums = module.enums.map((each) => enumClass(each, names));
  const aliases = module.aliases.flatMap((alias) => aliasLines(alias, names));
  const ordered = inOrderOfBirth(module.errors);
  const errors = ordered.map((error) => errorClass(error, names, ordered));
  const constants = thrownErrors(module).flatMap((error) => errorConstant(error, names, codec));
  // After the definitions, whose types it holds.
  const table = codec.table(names.typeTable, module);
  // Last, because only now it is known what is used.
  const source = module.file.slice(module.file.lastIndexOf('/') + 1);
  const head = [`# ${header(source)}`, 'from __future__ import annotations', '', ...imports(names)];
  const variables = names.typeVariables.map(
    (name) => `${name} = ${names.typing('TypeVar')}(${quote(name)})`,
  );
  const first = separate([head, variables, aliases]);
  return `${separate([first, ...enums, ...records, ...errors, table, constants, ...services], 2).join('\n')}\n`;
}

/** Quoted where it names what is defined further down. */
function aliasLines(
  { name, type, brand, documentation }: AliasDefinition,
  names: PythonModuleNames,
): string[] {
  const python = pythonTypeName(name);
  const text = typeText(type, names);
  if (brand) {
    const made = `${names.typing('NewType')}(${quote(python)}, ${text})`;
    return [`${python} = ${made}`, ...docstring(documentation)];
  }
  const target = `${python}: ${names.typing('TypeAlias')} =`;
  // A quoted type is one string, however long: type checkers take no parts of one.
  const lines =
    type.kind === 'literal' ? assigned(target, text, COLUMNS) : [`${target} ${quote(text)}`];
  return [...lines, ...docstring(documentation)];
}

function imports(names: PythonModuleNames): string[] {
  const statements = names.imports().map(({ module, names: imported }) => ({
    own: module.startsWith('ringsnake'),
    lines: importStatement(module, imported),
  }));
  return separate([
    [
      ...(names.usesBuiltins ? ['import builtins'] : []),
      ...statements.filter(({ own }) => !own).flatMap(({ lines }) => lines),
    ],
    statements.filter(({ own }) => own).flatMap(({ lines }) => lines),
  ]);
}

function importStatement(module: string, imported: readonly string[]): string[] {
  const flat = `from ${module} import ${imported.join(', ')}`;
  if (flat.length <= COLUMNS) return [flat];
  return [`from ${module} import (`, ...imported.map((name) => `    ${name},`), ')'];
}
