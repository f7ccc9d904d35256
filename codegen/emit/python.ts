/** Module → the package `<name>_gen`: types, codec, clients and servers, each in a file of its own, and what they are imported by. */
import type { Module } from '../model.js';
import { pythonModuleName } from '../names.js';
import { aliasLines } from './python/aliases.js';
import { ClassEmitter } from './python/classes.js';
import { PythonCodec } from './python/codec.js';
import { dataCodecs } from './python/data.js';
import { DefinitionEmitter } from './python/definition.js';
import { enumClass } from './python/enum.js';
import { errorClass, errorConstant } from './python/error.js';
import { exportLines, importLines, lateNames } from './python/imports.js';
import { inOrderOfBirth } from './python/lineage.js';
import { type PythonFileNames, PythonPackageNames, type PythonPart } from './python/names.js';
import { recordClass } from './python/record.js';
import { quote } from './python/types.js';
import { header, joined, separate, stemOf } from './text.js';
import { thrownErrors } from './thrown.js';

/** One file of a package. */
export interface PythonFile {
  /** Without its folder: `_types.py`. */
  readonly name: string;
  readonly text: string;
}

/** The folder of the package. */
export function pythonPackageName(module: Module): string {
  return pythonModuleName(stemOf(module.file));
}

/** Those of which some packages have none. */
export const OPTIONAL_FILES = ['_types.py', '_codec.py', '_client.py', '_server.py'] as const;

export function emitPython(module: Module): PythonFile[] {
  const names = new PythonPackageNames(module);
  const source = module.file.slice(module.file.lastIndexOf('/') + 1);
  const parts: readonly (readonly [PythonPart, Emit])[] = [
    ['types', types],
    ['codec', codecs],
    ['client', clients],
    ['server', servers],
  ];
  const written = parts.flatMap(([part, emit]) => {
    const file = names.file(part);
    const { blocks, quoted = [] } = emit(module, file);
    if (!blocks.some((block) => block !== '')) return [];
    // Only now it is known what is used.
    const head = [`# ${header(source)}`, ...importLines(file)];
    const variables = file.typeVariables.map(
      (name) => `${name} = ${file.typing('TypeVar')}(${quote(name)})`,
    );
    const first = separate([head, variables]);
    const text = `${spaced([joined(first), ...blocks])}\n`;
    return [{ part, text, late: lateNames(file), quoted }];
  });
  const exports = exportLines(names, written);
  return [
    { name: '__init__.py', text: `${[`# ${header(source)}`, ...exports].join('\n')}\n` },
    ...written.map(({ part, text }) => ({ name: `_${part}.py`, text })),
    // Says that the annotations are meant for type checkers (PEP 561); what is in it means nothing.
    { name: 'py.typed', text: `# ${header(source)}\n` },
  ];
}

/** Two empty lines around classes and functions, as formatters have it. */
function spaced(blocks: readonly string[]): string {
  const isLarge = (block: string) => /^(class |def |@)/.test(block);
  const shown = blocks.filter((block) => block !== '');
  const parts = shown.map((block, index) => {
    const above = shown[index - 1];
    if (above === undefined) return block;
    return isLarge(block) || isLarge(above) ? `\n\n\n${block}` : `\n\n${block}`;
  });
  return parts.join('');
}

interface PartBlocks {
  readonly blocks: readonly string[];
  /** Names that stand in quotes: what they are in is looked at by other modules of the package, too. */
  readonly quoted?: readonly string[];
}

type Emit = (module: Module, names: PythonFileNames) => PartBlocks;

function types(module: Module, names: PythonFileNames): PartBlocks {
  const classes = new ClassEmitter(names);
  const records = new Map(module.records.map((record) => [record.name, record]));
  const errors = inOrderOfBirth(module.errors);
  const { lines, quoted } = aliasLines(module, names);
  return {
    quoted,
    blocks: [
      ...module.enums.map((each) => joined(enumClass(each, names))),
      ...inOrderOfBirth(module.records).map((record) =>
        joined(recordClass(record, names, records)),
      ),
      ...errors.map((error) => joined(errorClass(error, names, errors))),
      ...module.services.map((service) => joined(classes.protocol(service))),
      joined(lines),
    ],
  };
}

function codecs(module: Module, names: PythonFileNames): PartBlocks {
  const codec = new PythonCodec(names, module);
  const definitions = new DefinitionEmitter(names, codec);
  const services = module.services.map((service) => definitions.emit(service, module));
  const constants = thrownErrors(module).flatMap((error) => errorConstant(error, names, codec));
  const data = dataCodecs(module, names, codec);
  // After the definitions, whose types it holds.
  const table = codec.table(names.typeTable, module);
  const isEmpty = services.length + data.length + module.records.length === 0;
  const blocks = [codec.clients(), table, constants, ...services, ...data];
  return { blocks: isEmpty ? [] : blocks.map(joined) };
}

function clients(module: Module, names: PythonFileNames): PartBlocks {
  const classes = new ClassEmitter(names);
  const blocks = module.services.flatMap((service) => [
    classes.client(service),
    classes.syncClient(service),
    service.byReference ? classes.promised(service) : [],
  ]);
  return { blocks: blocks.map(joined) };
}

function servers(module: Module, names: PythonFileNames): PartBlocks {
  const classes = new ClassEmitter(names);
  const served = module.services.filter(({ data }) => data.length === 0);
  return { blocks: served.map((service) => joined(classes.server(service))) };
}
