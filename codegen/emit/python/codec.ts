/** Types as codes, and the table that the codes refer to: what `TypeTable` takes. Form: ARCHITECTURE.md, "Schema programs". */
import type { FunctionType, LiteralType, Module, ResultType, Slot } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import { functionText } from '../../schema.js';
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
  readonly #objects: readonly string[];
  /** Equal functions once: their entries in the table. */
  readonly #functions = new Map<string, string[]>();
  /** Equal unions once. */
  readonly #literals = new Map<string, LiteralType>();

  constructor(names: PythonModuleNames, { records, services }: Module) {
    this.#names = names;
    this.#objects = services.filter(({ byReference }) => byReference).map(({ name }) => name);
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
      case 'object':
        return `o${this.#objects.indexOf(type.name)}`;
      case 'function':
        return `c${this.#function(type)}`;
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
    const objectLines = this.#objects.map((name) => `lambda: ${pythonTypeName(name)}Client,`);
    const literalLines = [...this.#literals.values()].flatMap(({ members }) => {
      const texts = members.map(literalText);
      const tuple = texts.length === 1 ? `(${texts[0]},)` : `(${texts.join(', ')})`;
      const open = `${this.#names.runtime('LiteralType')}(`;
      const items = [tuple, quote(expectedText(members))];
      return enclosed(open, items, { close: '),', columns: COLUMNS - 8 });
    });
    const parts = [
      ...section('records', recordLines),
      ...section('literals', literalLines),
      ...section('objects', objectLines),
      ...section('functions', [...this.#functions.values()].flat()),
    ];
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

  #function(type: FunctionType): number {
    const key = functionText(type);
    if (!this.#functions.has(key)) {
      // Before what it is given, which may be a function, too.
      this.#functions.set(key, []);
      const parameters = type.parameters.map(
        (slot) => `(${quote(slot.name)}, ${quote(this.slotCode(slot))})`,
      );
      const tuple =
        parameters.length === 1 ? `(${parameters.join()},)` : `(${parameters.join(', ')})`;
      const items = [quote(key), tuple, quote(this.code(type.result))];
      const open = `${this.#names.runtime('FunctionType')}(`;
      this.#functions.set(key, enclosed(open, items, { close: '),', columns: COLUMNS - 8 }));
    }
    return [...this.#functions.keys()].indexOf(key);
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
