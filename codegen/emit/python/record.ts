/** `class Point`, `_encode_point` and `_decode_point`. */
import type { RecordDefinition, Slot, Type } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { COLUMNS, fieldSegment, indent } from '../text.js';
import type { Direction, PythonCodec } from './codec.js';
import { docstring } from './docstring.js';
import { assigned, enclosed, located } from './layout.js';
import type { PythonModuleNames } from './names.js';
import { admitsNull, quote, slotText, typeText } from './types.js';

/** Inside the function and its `try`. */
const BODY = COLUMNS - 8;

export class RecordEmitter {
  readonly #names: PythonModuleNames;
  readonly #codec: PythonCodec;

  constructor(names: PythonModuleNames, codec: PythonCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  class({ name, fields, documentation }: RecordDefinition): string[] {
    const hidden = new Set(fields.map(({ pythonName }) => pythonName));
    const doc = docstring(documentation);
    const body = fields.flatMap((field) => [
      `${field.pythonName}: ${slotText(field, this.#names, hidden)}`,
      ...docstring(field.documentation),
    ]);
    const gap = doc.length > 0 && body.length > 0 ? [''] : [];
    const lines = [...doc, ...gap, ...body];
    return [
      `@${this.#names.use('dataclasses', 'dataclass')}(slots=True, kw_only=True)`,
      `class ${pythonTypeName(name)}:`,
      ...indent(lines.length === 0 ? ['pass'] : lines, 4),
    ];
  }

  encode({ name, fields }: RecordDefinition): string[] {
    const type = pythonTypeName(name);
    const scope = this.#names.locals('value', 'at', 'error');
    const converted = fields.map((field) => ({
      field,
      local: scope.claim(field.pythonName),
      operand: `value.${field.pythonName}`,
    }));
    const locals = converted.map(({ local }) => local);
    const result = enclosed('return [', locals, { close: ']', columns: BODY });
    const isInstance = this.#names.builtin('isinstance');
    return [
      `def ${this.#names.codec(name).encode}(value: ${this.#object()}) -> ${this.#list()}:`,
      `    if not ${isInstance}(value, ${type}):`,
      `        raise ${this.#names.runtime('mismatch')}(${quote(name)}, value)`,
      ...indent(this.#located([...this.#convertAll(converted, 'encode'), ...result], fields), 4),
    ];
  }

  decode({ name, fields }: RecordDefinition): string[] {
    const type = pythonTypeName(name);
    const scope = this.#names.locals('value', 'at', 'error', 'fields');
    const converted = fields.map((field, index) => ({
      field,
      local: scope.claim(field.pythonName),
      operand: `fields[${index}]`,
    }));
    const values = converted.map(({ field, local }) => `${field.pythonName}=${local}`);
    const check = `${this.#names.runtime('record_fields')}(value, ${quote(name)}, ${fields.length})`;
    const body = [
      fields.length === 0 ? check : `fields = ${check}`,
      ...this.#convertAll(converted, 'decode'),
      ...enclosed(`return ${type}(`, values, { close: ')', columns: BODY }),
    ];
    return [
      `def ${this.#names.codec(name).decode}(value: ${this.#object()}) -> ${type}:`,
      ...indent(this.#located(body, fields), 4),
    ];
  }

  #convertAll(
    converted: readonly { field: Slot; local: string; operand: string }[],
    direction: Direction,
  ): string[] {
    return converted.flatMap(({ field, local, operand }) => {
      const value = field.optional
        ? this.#codec.convertOptional(field.type, operand, direction)
        : this.#codec.convert(field.type, operand, direction);
      return [
        `at = ${quote(fieldSegment(field.name))}`,
        ...assigned(`${local}${this.#annotation(field, direction)} =`, value, BODY),
      ];
    });
  }

  /** Type checkers need help with the items of some arrays: a list is invariant, and literals are widened. */
  #annotation({ type, optional }: Slot, direction: Direction): string {
    const array = type.kind === 'nullable' ? type.inner : type;
    if (direction === 'encode' || array.kind !== 'array' || !needsHelp(array.item)) return '';
    const absent = !optional
      ? ''
      : admitsNull(type)
        ? ` | ${this.#names.runtime('UnsetType')}`
        : ' | None';
    return `: ${typeText(type, this.#names)}${absent}`;
  }

  #located(lines: readonly string[], fields: readonly Slot[]): string[] {
    if (fields.length === 0) return [...lines];
    return located(lines, {
      within: this.#names.runtime('within'),
      exception: this.#names.builtin('Exception'),
    });
  }

  #object(): string {
    return this.#names.builtin('object');
  }

  #list(): string {
    return `${this.#names.builtin('list')}[${this.#object()}]`;
  }
}

function needsHelp(item: Type): boolean {
  if (item.kind === 'array') return item.readonly || needsHelp(item.item);
  if (item.kind === 'nullable') return needsHelp(item.inner);
  return item.kind === 'literal';
}
