/** `pointCodec`: bytes of a value, for files that declare data and no service. */
import { dataService, dataTypes } from '../../data-types.js';
import type { Module } from '../../model.js';
import { camelCase } from '../../names.js';
import { schemaOf } from '../../schema.js';
import { COLUMNS, indent, withArticle } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import type { TypeScriptNames } from './names.js';
import { quote, templateText } from './types.js';

export function dataCodecs(
  module: Module,
  names: TypeScriptNames,
  codec: TypeScriptCodec,
): string[][] {
  const types = dataTypes(module);
  if (types.length === 0) return [];
  const makeCodec = names.runtime('makeCodec');
  const scope = names.locals();
  const declared = scope.claim('TYPES');
  const service = dataService(module);
  const definition = [
    `const ${declared} = {`,
    `  name: ${quote(service.name)},`,
    `  schema: ${templateText(schemaOf(service, module).text)},`,
    `  sources: ${names.sources},`,
    '};',
  ];
  const codecs = types.map(({ name, type }) => {
    const reference = names.type(name);
    const write = codec.write(type, { text: 'value', typed: true }, COLUMNS - 4);
    const read = layOut(codec.read(type), { open: 'return ', close: ';', columns: COLUMNS - 4 });
    const constant = scope.claim(`${camelCase(name)}Codec`);
    return [
      `/** The bytes of ${withArticle(reference)}, and back. */`,
      `export const ${constant} = ${makeCodec}<${reference}>(${quote(name)}, ${declared}, {`,
      '  write(writer, value) {',
      ...indent(write, 4),
      '  },',
      '  read(reader) {',
      ...indent(read, 4),
      '  },',
      '});',
    ];
  });
  return [definition, ...codecs];
}
