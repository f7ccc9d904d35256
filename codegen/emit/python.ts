/** Module → `<name>_gen.py`: records, protocols, codecs, definitions, clients and servers. */
import type { LiteralAlias, Module } from '../model.js';
import { pythonModuleName, pythonTypeName } from '../names.js';
import { ClassEmitter } from './python/classes.js';
import { PythonCodec } from './python/codec.js';
import { DefinitionEmitter } from './python/definition.js';
import { docstring } from './python/docstring.js';
import { assigned, enclosed } from './python/layout.js';
import { type LiteralConstant, PythonModuleNames } from './python/names.js';
import { RecordEmitter } from './python/record.js';
import { literalText, literalTypeText, quote, typeText } from './python/types.js';
import { COLUMNS, expectedText, header, separate, stemOf } from './text.js';

export function pythonFileName(module: Module): string {
  return `${pythonModuleName(stemOf(module.file))}.py`;
}

export function emitPython(module: Module): string {
  const names = new PythonModuleNames(module);
  const codec = new PythonCodec(names);
  const records = new RecordEmitter(names, codec);
  const definitions = new DefinitionEmitter(names, codec);
  const classes = new ClassEmitter(names);
  const body = [
    ...module.records.flatMap((record) => [
      records.class(record),
      records.encode(record),
      records.decode(record),
    ]),
    ...module.services.flatMap((service) => [
      classes.protocol(service),
      ...definitions.emit(service, module),
      classes.client(service),
      classes.server(service),
    ]),
  ];
  const aliases = new Map(module.aliases.map((alias) => [alias.name, alias]));
  const literals = names
    .constants()
    .flatMap((constant) => literalLines(constant, aliases.get(constant.type.alias ?? ''), names));
  // Last, because only now it is known what is used.
  const source = module.file.slice(module.file.lastIndexOf('/') + 1);
  const comments = [`# ${header(source)}`, ...checkerComments(module)];
  const head = [...comments, 'from __future__ import annotations', '', ...imports(names)];
  return `${separateTopLevel([head, literals, ...body]).join('\n')}\n`;
}

/** Two empty lines around functions and classes, one between other statements. */
function separateTopLevel(blocks: readonly (readonly string[])[]): string[] {
  const [head = [], literals = [], ...body] = blocks;
  return separate([separate([head, literals]), ...body], 2);
}

function literalLines(
  { members, expected, type }: LiteralConstant,
  alias: LiteralAlias | undefined,
  names: PythonModuleNames,
): string[] {
  const lines: string[] = [];
  if (alias !== undefined) {
    const value = literalTypeText(type.members, names);
    lines.push(
      ...assigned(`${pythonTypeName(alias.name)}: ${names.typing('TypeAlias')} =`, value, COLUMNS),
      ...docstring(alias.documentation),
    );
  }
  // A set cannot tell 1 from True; a tuple is searched member by member.
  const isText = type.members.every((member) => typeof member === 'string');
  const item = typeText(type, names);
  const container = isText
    ? `${names.builtin('frozenset')}[${item}]`
    : `${names.builtin('tuple')}[${item}, ...]`;
  const texts = type.members.map(literalText);
  const declared = finalDeclaration(`${members}: ${names.typing('Final')}[`, container);
  const last = declared.pop() ?? '';
  const value = isText
    ? enclosed(`${last} ${names.builtin('frozenset')}(`, [`{${texts.join(', ')}}`], {
        close: ')',
        columns: COLUMNS,
      })
    : enclosed(`${last} (`, texts.length === 1 ? texts.map((text) => `${text},`) : texts, {
        close: ')',
        columns: COLUMNS,
      });
  lines.push(
    ...declared,
    ...value,
    ...assigned(
      `${expected}: ${names.typing('Final')} =`,
      quote(expectedText(type.members)),
      COLUMNS,
    ),
  );
  return lines;
}

/** `_X: Final[…] =`, with the type on a line of its own where it is long. */
function finalDeclaration(open: string, type: string): string[] {
  const flat = `${open}${type}] =`;
  return flat.length <= COLUMNS - 10 ? [flat] : [open, `    ${type}`, '] ='];
}

/** Fields may begin with an underscore; the functions beside the class reach them all the same. */
function checkerComments(module: Module): string[] {
  const hasPrivate = module.records.some(({ fields }) =>
    fields.some(({ pythonName }) => pythonName.startsWith('_')),
  );
  return hasPrivate ? ['# pyright: reportPrivateUsage=false'] : [];
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
