/** `class Point`. */
import type { RecordDefinition, Slot, Type } from '../../model.js';
import { indent } from '../text.js';
import { docstring } from './docstring.js';
import type { PythonFileNames } from './names.js';
import { literalText, slotText, typeText } from './types.js';

/** What can have one value only need not be given: the tag of a union's branch. */
function onlyValue({ type, optional }: Slot<Type>, names: PythonFileNames): string {
  if (optional) return '';
  if (type.kind === 'literal' && !type.open && type.members.length === 1)
    return ` = ${type.members.map(literalText).join()}`;
  if (type.kind === 'enum' && type.members?.length === 1)
    return ` = ${names.type(type.name)}.${names.enumMember(type.name, type.members.join())}`;
  return '';
}

export function recordClass(
  { name, base, fields: all, extra, documentation }: RecordDefinition,
  names: PythonFileNames,
  records: ReadonlyMap<string, RecordDefinition>,
): string[] {
  const above = base === undefined ? undefined : records.get(base);
  const inherited = new Set(above?.fields.map(({ pythonName }) => pythonName));
  const fields = all.filter(({ pythonName }) => !inherited.has(pythonName));
  const hidden = new Set(fields.map(({ pythonName }) => pythonName));
  const doc = docstring(documentation);
  const body = fields.flatMap((field) => [
    `${field.pythonName}: ${slotText(field, names, hidden)}${onlyValue(field, names)}`,
    ...docstring(field.documentation),
  ]);
  if (extra !== undefined && above?.extra === undefined) {
    const dict = names.builtin('dict', hidden);
    const value = typeText(extra.value, names, hidden);
    const empty = `${names.use('dataclasses', 'field')}(default_factory=${names.runtime('no_members')})`;
    body.push(`${extra.pythonName}: ${dict}[${names.builtin('str', hidden)}, ${value}] = ${empty}`);
    body.push('"""What it has beside its fields."""');
  }
  const gap = doc.length > 0 && body.length > 0 ? [''] : [];
  const lines = [...doc, ...gap, ...body];
  return [
    // Their base shows them.
    `@${names.use('dataclasses', 'dataclass')}(slots=True, kw_only=True, repr=False)`,
    `class ${names.type(name)}(${above === undefined ? names.runtime('Record') : names.type(above.name)}):`,
    ...indent(lines.length === 0 ? ['pass'] : lines, 4),
  ];
}
