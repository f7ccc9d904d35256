/** Module → `<name>.gen.ts`: codecs, definitions, clients and servers. */
import { dirname, relative } from 'node:path';
import type { Module, Origin } from '../model.js';
import { sourcesOf } from '../sources.js';
import { COLUMNS, expectedText, header, joined, stemOf, wrapList } from './text.js';
import { thrownErrors } from './thrown.js';
import { ClassEmitter } from './typescript/classes.js';
import { TypeScriptCodec } from './typescript/codec.js';
import { CompoundEmitter } from './typescript/compound.js';
import { dataCodecs } from './typescript/data.js';
import { DeclarationEmitter } from './typescript/declaration.js';
import { DefinitionEmitter } from './typescript/definition.js';
import { errorBlocks } from './typescript/error.js';
import { importLines } from './typescript/imports.js';
import {
  type KeysConstant,
  type LiteralConstant,
  type ShapesConstant,
  TypeScriptNames,
} from './typescript/names.js';
import { dataBlocks } from './typescript/object-data.js';
import { RecordEmitter } from './typescript/record.js';
import { keyText, literalText, quote, templateText } from './typescript/types.js';

export function typescriptFileName(module: Module): string {
  return `${stemOf(module.file)}.gen.ts`;
}

/** `path` is where the text will be stored: imports of the author's files are relative to it. */
export function emitTypeScript(module: Module, path: string): string {
  const names = new TypeScriptNames(module);
  const codec = new TypeScriptCodec(names);
  const records = new RecordEmitter(names, codec);
  const compounds = new CompoundEmitter(names, codec);
  const definitions = new DefinitionEmitter(names, codec);
  const classes = new ClassEmitter(names, codec);
  const declared = new DeclarationEmitter(names);
  const codecs = module.records.flatMap((record) => [
    joined(records.write(record)),
    joined(records.read(record)),
  ]);
  const aliases = module.aliases.flatMap((alias) => compounds.alias(alias));
  const interfaces = module.services.map((service) => definitions.emit(service, module));
  const errors = thrownErrors(module).flatMap((error) => errorBlocks(error, records, names));
  const data = module.services.flatMap((service) => dataBlocks(service, records, names));
  const functions = definitions.functions(module);
  const valueCodecs = dataCodecs(module, names, codec);
  const isDeclared = module.services.length + valueCodecs.length > 0;
  const rest = [
    ...aliases,
    // After all that may have asked for one.
    ...compounds.unnamed(),
    ...errors,
    ...data,
    ...functions,
    ...interfaces,
    ...valueCodecs,
    ...module.services.flatMap((service) => [
      classes.client(service),
      classes.syncClient(service),
      // Whoever connects to a service is not told what it says of itself.
      service.data.length > 0 ? [] : classes.server(service),
    ]),
  ];
  const local = declared.emit(module);
  const shapes = names.shapeConstants().map((constant) => shapeLines(constant, names));
  // Last, because only now it is known what is used.
  const imports = importLines(module, names, (origin) => specifierOf(origin, path));
  const source = module.file.slice(module.file.lastIndexOf('/') + 1);
  const head = [`// ${header(source)}`, ...imports];
  const constants = [
    ...(isDeclared ? [`const ${names.sources} = ${templateText(sourcesOf(module))};`] : []),
    ...names.constants().flatMap(constantLines),
    ...names.patterns().map(({ name, type }) => `const ${name} = /^(?:${type.pattern})$/;`),
    ...names.keyConstants().flatMap(keyLines),
  ];
  const first = [head, constants, ...shapes, ...local].map(joined);
  const blocks = [...first, ...codecs, ...rest.map(joined)].filter((text) => text !== '');
  return `${blocks.join('\n\n')}\n`;
}

function constantLines({ members, expected, values }: LiteralConstant): string[] {
  return [
    ...setLines(members, 'unknown', values.map(literalText)),
    ...assigned(`const ${expected} =`, quote(expectedText(values))),
  ];
}

function keyLines({ name, record }: KeysConstant): string[] {
  return setLines(
    name,
    'string',
    record.fields.map((field) => quote(field.name)),
  );
}

function shapeLines({ name, shapes }: ShapesConstant, names: TypeScriptNames): string[] {
  return [
    `const ${name}: readonly ${names.runtime('BranchShape')}[] = [`,
    ...shapes.flatMap(({ branch, fields }) => [
      '  {',
      `    branch: ${branch},`,
      '    fields: {',
      ...fields.map((field) => `      ${keyText(field.name)}: ${field.look},`),
      '    },',
      '  },',
    ]),
    '];',
  ];
}

function setLines(name: string, item: string, values: readonly string[]): string[] {
  return wrapList(`const ${name}: ReadonlySet<${item}> = new Set([`, values, {
    close: ']);',
    columns: COLUMNS,
    step: 2,
  });
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
