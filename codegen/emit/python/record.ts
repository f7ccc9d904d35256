/** `class Point`. */
import type { RecordDefinition } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { indent } from '../text.js';
import { docstring } from './docstring.js';
import type { PythonModuleNames } from './names.js';
import { slotText } from './types.js';

export function recordClass(
  { name, fields, documentation }: RecordDefinition,
  names: PythonModuleNames,
): string[] {
  const hidden = new Set(fields.map(({ pythonName }) => pythonName));
  const doc = docstring(documentation);
  const body = fields.flatMap((field) => [
    `${field.pythonName}: ${slotText(field, names, hidden)}`,
    ...docstring(field.documentation),
  ]);
  const gap = doc.length > 0 && body.length > 0 ? [''] : [];
  const lines = [...doc, ...gap, ...body];
  return [
    `@${names.use('dataclasses', 'dataclass')}(slots=True, kw_only=True)`,
    `class ${pythonTypeName(name)}:`,
    ...indent(lines.length === 0 ? ['pass'] : lines, 4),
  ];
}
