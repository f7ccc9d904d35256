/** Types as codes, and the table that the codes refer to: what `TypeTable` takes. Form: ARCHITECTURE.md, "Schema programs". */
import type { LiteralType, Module, ResultType, Slot } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { COLUMNS, expectedText, fieldSegment, indent } from '../text.js';
import { enclosed } from './layout.js';
import type { PythonModuleNames } from './names.js';
import { admitsNull, literalText, quote } from './types.js';

const SCALARS = {
  string: 's',
  number: 'f',
  integer: 'i',
  boolean: 'b',
  bigint: 'n',
  null: '0',
  bytes: 'y',
  float64Array: 'd',
  void: 'v',
} as const;

export class PythonCodec {
  readonly #names: PythonModuleNames;
  readonly #records: ReadonlyMap<string, number>;
  /** Equal unions once. */
  readonly #literals = new Map<string, LiteralType>();

  constructor(names: PythonModuleNames, { records }: Module) {
    this.#names = names;
    this.#records = new Map(records.map(({ name }, index) => [name, index]));
  }

  /** Prefixes outside in: `[|r0` is an array of records or null. */
  code(type: ResultType): string {
    switch (type.kind) {
      case 'nullable':
        return `|${this.code(type.inner)}`;
      case 'array':
        return `[${this.code(type.item)}`;
      case 'stream':
        return `*${this.code(type.item)}`;
      case 'record':
        return `r${this.#records.get(type.name)}`;
      case 'literal':
        return `l${this.#literal(type)}`;
      default:
        return SCALARS[type.kind];
    }
  }

  /** With a prefix for what may be absent: `None` in Python, or `UNSET` where `None` is null. */
  slotCode({ type, optional }: Slot): string {
    const prefix = optional ? (admitsNull(type) ? '~' : '?') : '';
    return prefix + this.code(type);
  }

  /** The table. After every code has been asked for. */
  table(name: string, { records }: Module): string[] {
    const fields = records.map((record) =>
      record.fields.map((field) => {
        const parts = [fieldSegment(field.name), field.pythonName, this.slotCode(field)];
        return `(${parts.map(quote).join(', ')})`;
      }),
    );
    const recordLines = records.flatMap((record, index) =>
      this.#entry(
        [quote(record.name), pythonTypeName(record.name)],
        fields[index] ?? [],
        'RecordType',
      ),
    );
    const literalLines = [...this.#literals.values()].flatMap(({ members }) => {
      const texts = members.map(literalText);
      const tuple = texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
      const open = `${this.#names.runtime('LiteralType')}(`;
      const items = [tuple, quote(expectedText(members))];
      return enclosed(open, items, { close: '),', columns: COLUMNS - 8 });
    });
    const parts = [...section('records', recordLines), ...section('literals', literalLines)];
    const open = `${name}: ${this.#names.typing('Final')} = ${this.#names.runtime('TypeTable')}(`;
    return parts.length === 0 ? [`${open})`] : [open, ...indent(parts, 4), ')'];
  }

  #entry(head: readonly string[], fields: readonly string[], type: string): string[] {
    const name = this.#names.runtime(type);
    if (fields.length === 0) return [`${name}(${head.join(', ')}),`];
    return [
      `${name}(`,
      ...indent(
        [...head.map((item) => `${item},`), '(', ...fields.map((item) => `    ${item},`), '),'],
        4,
      ),
      '),',
    ];
  }

  #literal(type: LiteralType): number {
    const key = JSON.stringify(type.members);
    if (!this.#literals.has(key)) this.#literals.set(key, type);
    return [...this.#literals.keys()].indexOf(key);
  }
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}=(`, ...indent(lines, 4), '),'];
}
