/** Module → `<name>.gen.ts`: codecs, definitions, clients and servers. */
import { dirname, relative } from 'node:path';
import type { Module, Origin } from '../model.js';
import { COLUMNS, expectedText, header, separate, stemOf, wrapList } from './text.js';
import { thrownErrors } from './thrown.js';
import { ClassEmitter } from './typescript/classes.js';
import { TypeScriptCodec } from './typescript/codec.js';
import { DefinitionEmitter } from './typescript/definition.js';
import { errorBlocks } from './typescript/error.js';
import { importLines } from './typescript/imports.js';
import { type LiteralConstant, TypeScriptNames } from './typescript/names.js';
import { RecordEmitter } from './typescript/record.js';
import { literalText, quote } from './typescript/types.js';

export function typescriptFileName(module: Module): string {
  return `${stemOf(module.file)}.gen.ts`;
}

/** `path` is where the text will be stored: imports of the author's files are relative to it. */
export function emitTypeScript(module: Module, path: string): string {
  const names = new TypeScriptNames(module);
  const codec = new TypeScriptCodec(names);
  const records = new RecordEmitter(names, codec);
  const definitions = new DefinitionEmitter(names, codec);
  const classes = new ClassEmitter(names);
  const codecs = module.records.flatMap((record) => [records.write(record), records.read(record)]);
  const interfaces = module.services.map((service) => definitions.emit(service, module));
  const body = [
    ...codecs,
    ...thrownErrors(module).flatMap((error) => errorBlocks(error, records, names)),
    ...definitions.functions(module),
    ...interfaces,
    ...module.services.flatMap((service) => [
      classes.client(service),
      classes.syncClient(service),
      classes.server(service),
    ]),
  ];
  // Last, because only now it is known what is used.
  const imports = importLines(module, names, (origin) => specifierOf(origin, path));
  const source = module.file.slice(module.file.lastIndexOf('/') + 1);
  const head = [`// ${header(source)}`, ...imports];
  return `${separate([head, names.constants().flatMap(constantLines), ...body]).join('\n')}\n`;
}

function constantLines({ members, expected, type }: LiteralConstant): string[] {
  return [
    ...wrapList(
      `const ${members}: ReadonlySet<unknown> = new Set([`,
      type.members.map(literalText),
      {
        close: ']);',
        columns: COLUMNS,
        step: 2,
      },
    ),
    ...assigned(`const ${expected} =`, quote(expectedText(type.members))),
  ];
}

function assigned(open: string, value: string): string[] {
  const flat = `${open} ${value};`;
  return flat.length <= COLUMNS ? [flat] : [open, `  ${value};`];
}

function specifierOf(origin: Origin, path: string): string {
  if ('specifier' in origin) return origin.specifier;
  const target = relative(dirname(path), origin.file).replaceAll('\\', '/');
  const compiled = target.replace(/(?:\.d)?\.([cm]?)tsx?$/, '.$1js');
  return compiled.startsWith('.') ? compiled : `./${compiled}`;
}
