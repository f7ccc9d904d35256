/** `class Point`. */
import type { RecordDefinition } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { indent } from '../text.js';
import { docstring } from './docstring.js';
import type { PythonModuleNames } from './names.js';
import { slotText, typeText } from './types.js';

export function recordClass(
  { name, fields, extra, documentation }: RecordDefinition,
  names: PythonModuleNames,
): string[] {
  const hidden = new Set(fields.map(({ pythonName }) => pythonName));
  const doc = docstring(documentation);
  const body = fields.flatMap((field) => [
    `${field.pythonName}: ${slotText(field, names, hidden)}`,
    ...docstring(field.documentation),
  ]);
  if (extra !== undefined) {
    const dict = names.builtin('dict', hidden);
    const value = typeText(extra.value, names, hidden);
    const empty = `${names.use('dataclasses', 'field')}(default_factory=${names.runtime('no_members')})`;
    body.push(`${extra.pythonName}: ${dict}[${names.builtin('str', hidden)}, ${value}] = ${empty}`);
    body.push('"""What it has beside its fields."""');
  }
  const gap = doc.length > 0 && body.length > 0 ? [''] : [];
  const lines = [...doc, ...gap, ...body];
  return [
    `@${names.use('dataclasses', 'dataclass')}(slots=True, kw_only=True)`,
    `class ${pythonTypeName(name)}:`,
    ...indent(lines.length === 0 ? ['pass'] : lines, 4),
  ];
}
