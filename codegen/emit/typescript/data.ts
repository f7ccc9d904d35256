/** `pointCodec`: bytes of a value, for files that declare data and no service. */
import type { Module } from '../../model.js';
import { camelCase } from '../../names.js';
import { COLUMNS, indent } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import type { TypeScriptNames } from './names.js';

export function dataCodecs(
  module: Module,
  names: TypeScriptNames,
  codec: TypeScriptCodec,
): string[][] {
  const makeCodec = names.runtime('makeCodec');
  const scope = names.locals();
  const record = (name: string) => ({ kind: 'record', name }) as const;
  const alias = (name: string) => ({ kind: 'alias', name }) as const;
  const types = [
    ...module.records.filter(({ origin }) => origin !== undefined).map(({ name }) => record(name)),
    ...module.aliases.filter(({ origin }) => origin !== undefined).map(({ name }) => alias(name)),
  ];
  return types.map((type) => {
    const { name } = type;
    const reference = names.type(name);
    const write = codec.write(type, { text: 'value', typed: true }, COLUMNS - 4);
    const read = layOut(codec.read(type), { open: 'return ', close: ';', columns: COLUMNS - 4 });
    return [
      `/** The bytes of ${/^[aeio]/i.test(name) ? 'an' : 'a'} \`${reference}\`, and back. */`,
      `export const ${scope.claim(`${camelCase(name)}Codec`)} = ${makeCodec}<${reference}>({`,
      '  write(writer, value) {',
      ...indent(write, 4),
      '  },',
      '  read(reader) {',
      ...indent(read, 4),
      '  },',
      '});',
    ];
  });
}
