/** `class InsufficientFunds`, and the constant that describes it. */
import type { ErrorDefinition } from '../../model.js';
import { COLUMNS, fieldSegment, indent } from '../text.js';
import type { PythonCodec } from './codec.js';
import { docstring } from './docstring.js';
import { enclosed } from './layout.js';
import type { PythonFileNames } from './names.js';
import { quote, slotText } from './types.js';

export function errorClass(
  { name, base, fields, documentation }: ErrorDefinition,
  names: PythonFileNames,
  errors: readonly ErrorDefinition[],
): string[] {
  const inherited = new Set(
    errors.find((error) => error.name === base)?.fields.map(({ pythonName }) => pythonName),
  );
  const above = base === undefined ? names.runtime('DeclaredError') : names.type(base);
  const keywords = fields.map((field) => `${field.pythonName}: ${slotText(field, names)}`);
  const message = `message: ${names.builtin('str')} = ""`;
  const parameters = ['self', message, '/', '*', ...keywords];
  const own = fields.filter(({ pythonName }) => !inherited.has(pythonName));
  const passed = fields
    .filter(({ pythonName }) => inherited.has(pythonName))
    .map(({ pythonName }) => `${pythonName}=${pythonName}`);
  const create = [
    ...enclosed('def __init__(', parameters, { close: ') -> None:', columns: COLUMNS - 4 }),
    ...indent(enclosed('super().__init__(', ['message', ...passed], CALL), 4),
    ...indent(
      own.flatMap((field) => [
        `self.${field.pythonName} = ${field.pythonName}`,
        ...docstring(field.documentation),
      ]),
      4,
    ),
  ];
  const doc = docstring(documentation);
  const body = own.length === 0 ? [] : create;
  const gap = doc.length > 0 && body.length > 0 ? [''] : [];
  const lines = [...doc, ...gap, ...body];
  return [
    `class ${names.type(name)}(${above}):`,
    ...indent(lines.length === 0 ? ['pass'] : lines, 4),
  ];
}

const CALL = { close: ')', columns: COLUMNS - 8 };

export function errorConstant(
  { name, fields }: ErrorDefinition,
  names: PythonFileNames,
  codec: PythonCodec,
): string[] {
  const parts = fields.map(
    (field) => `(${quote(fieldSegment(field.name))}, ${quote(codec.slotCode(field))})`,
  );
  const attributes = fields.map(({ pythonName }) => quote(pythonName));
  const tuple = attributes.length === 1 ? `(${attributes[0]},)` : `(${attributes.join(', ')})`;
  const program = enclosed(`${names.typeTable}.arguments(`, parts, {
    close: '),',
    columns: COLUMNS - 4,
  });
  return [
    `${names.error(name)}: ${names.typing('Final')} = ${names.runtime('ErrorType')}(`,
    ...indent([`${quote(name)},`, `${names.type(name)},`, ...program, `${tuple},`], 4),
    ')',
  ];
}
