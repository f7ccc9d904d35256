/** Expressions that check and convert a value of a known type, in both directions. */
import type { ResultType, Type } from '../../model.js';
import type { PythonModuleNames } from './names.js';
import { admitsNull } from './types.js';

const CONVERTERS = {
  string: 'as_str',
  number: 'as_float',
  integer: 'as_int',
  boolean: 'as_bool',
  bigint: 'as_bigint',
  null: 'as_none',
  bytes: 'as_bytes',
  float64Array: 'as_float64_array',
  void: 'as_void',
} as const;

export type Direction = 'encode' | 'decode';

export class PythonCodec {
  readonly #names: PythonModuleNames;

  constructor(names: PythonModuleNames) {
    this.#names = names;
  }

  /** The value of `operand` on the wire, or from it. */
  convert(type: ResultType, operand: string, direction: Direction): string {
    switch (type.kind) {
      // As a value, because type checkers object to using what a function without a result returns.
      case 'null':
        return `${this.#names.runtime('as_literal')}(${operand}, ${this.#names.runtime('NULL')}, "null")`;
      case 'nullable': {
        const inner = this.convert(type.inner, operand, direction);
        return `None if ${operand} is None else ${inner}`;
      }
      case 'literal': {
        const { members, expected } = this.#names.constant(type);
        return `${this.#names.runtime('as_literal')}(${operand}, ${members}, ${expected})`;
      }
      case 'array': {
        const item = this.function(type.item, direction);
        return `${this.#names.runtime('as_array')}(${operand}, ${item})`;
      }
      default:
        return `${this.#converter(type, direction)}(${operand})`;
    }
  }

  /** An optional value: absent is `UNSET` on the wire, and `None` or `UNSET` in Python. */
  convertOptional(type: Type, operand: string, direction: Direction): string {
    const inner = this.convert(type, operand, direction);
    const unset = this.#names.runtime('UNSET');
    if (admitsNull(type)) return `${unset} if ${operand} is ${unset} else ${inner}`;
    return direction === 'encode'
      ? `${unset} if ${operand} is None else ${inner}`
      : `None if ${operand} is ${unset} else ${inner}`;
  }

  /** A function of one value. */
  function(type: ResultType, direction: Direction): string {
    const name = this.functionName(type, direction);
    return name ?? `lambda item: ${this.convert(type, 'item', direction)}`;
  }

  /** The function's name, where the type needs one function only. */
  functionName(type: ResultType, direction: Direction): string | undefined {
    const composite = type.kind === 'nullable' || type.kind === 'literal' || type.kind === 'array';
    return composite ? undefined : this.#converter(type, direction);
  }

  #converter(
    type: Exclude<ResultType, { kind: 'nullable' | 'literal' | 'array' }>,
    direction: Direction,
  ): string {
    if (type.kind === 'record') return this.#names.codec(type.name)[direction];
    return this.#names.runtime(CONVERTERS[type.kind]);
  }
}
