/** `class Color(StrEnum)`. */
import type { EnumDefinition } from '../../model.js';
import { indent } from '../text.js';
import { docstring } from './docstring.js';
import type { PythonFileNames } from './names.js';
import { literalText } from './types.js';

export function enumClass(
  { name, members, documentation }: EnumDefinition,
  names: PythonFileNames,
): string[] {
  const values = members.map(({ value }) => value);
  const base = values.every((value) => typeof value === 'string')
    ? 'StrEnum'
    : values.every((value) => Number.isSafeInteger(value))
      ? 'IntEnum'
      : 'Enum';
  const doc = docstring(documentation);
  const body = members.flatMap((member) => [
    `${member.pythonName} = ${literalText(member.value)}`,
    ...docstring(member.documentation),
  ]);
  const lines = [...doc, ...(doc.length > 0 && body.length > 0 ? [''] : []), ...body];
  return [
    `class ${names.type(name)}(${names.use('enum', base)}):`,
    ...indent(lines.length === 0 ? ['pass'] : lines, 4),
  ];
}
