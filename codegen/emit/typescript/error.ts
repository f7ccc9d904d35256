/** A declared error: the type of its fields, their codec, and the constant that describes it. */
import type { ErrorDefinition } from '../../model.js';
import type { TypeScriptNames } from './names.js';
import { pick } from './pick.js';
import type { RecordEmitter } from './record.js';
import { quote } from './types.js';

export function errorBlocks(
  error: ErrorDefinition,
  records: RecordEmitter,
  names: TypeScriptNames,
): string[][] {
  const { name, fields } = error;
  const own = names.error(name);
  const codec = names.codec(own.fields);
  const record = { ...error, name: own.fields };
  return [
    pick(`type ${own.fields} = Pick<`, [
      names.type(name),
      fields.map((field) => quote(field.name)).join(' | ') || 'never',
    ]),
    records.write(record, name),
    records.read(record, name),
    [
      `const ${own.definition}: ${names.runtime('ErrorDefinition')} = {`,
      `  name: ${quote(name)},`,
      `  type: ${names.type(name)},`,
      `  writeFields: ${codec.write},`,
      `  readFields: ${codec.read},`,
      '};',
    ],
  ];
}
