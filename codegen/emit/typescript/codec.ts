/** Statements that write a value of a known type, and expressions that read one. */
import type { ResultType, Type } from '../../model.js';
import { indent } from '../text.js';
import type { TypeScriptNames } from './names.js';
import { typeText } from './types.js';

const SCALARS = {
  string: 'String',
  number: 'Float64',
  integer: 'Integer',
  boolean: 'Boolean',
  bigint: 'BigInt',
  bytes: 'Bytes',
  float64Array: 'Float64Array',
} as const;

/** A value to write: its text, and whether the compiler knows its type there. */
export interface Operand {
  readonly text: string;
  readonly typed: boolean;
}

export class TypeScriptCodec {
  readonly #names: TypeScriptNames;

  constructor(names: TypeScriptNames) {
    this.#names = names;
  }

  /** Statements that write the operand. `columns` is the room on a line. */
  write(type: ResultType, operand: Operand, columns: number): string[] {
    const { text } = operand;
    switch (type.kind) {
      case 'void':
        return ['writer.writeVoid();'];
      case 'null':
        return [
          `if (${text} !== null) throw ${this.#names.runtime('mismatch')}('null', ${text});`,
          'writer.writeNil();',
        ];
      case 'nullable': {
        const [first = '', ...others] = this.write(type.inner, operand, columns - 5);
        return [`if (${text} === null) writer.writeNil();`, `else ${first}`, ...others];
      }
      case 'literal': {
        const { members, expected } = this.#names.constant(type);
        return [`writer.writeLiteral(${text}, ${members}, ${expected});`];
      }
      case 'record':
        return [`${this.#names.codec(type.name).write}(writer, ${this.#typed(operand, type)});`];
      case 'array':
        return this.#writeArray(this.#typed(operand, type), type.item, columns);
      default:
        return [`writer.write${SCALARS[type.kind]}(${this.#typed(operand, type)});`];
    }
  }

  #writeArray(value: string, item: Type, columns: number): string[] {
    const open = `writer.writeArray(${value}, `;
    if (item.kind === 'record') return [`${open}${this.#names.codec(item.name).write});`];
    const body = this.write(item, { text: 'item', typed: true }, columns - 2);
    const [only = ''] = body;
    if (body.length > 1) return [`${open}(writer, item) => {`, ...indent(body, 2), '});'];
    const expression = only.replace(/;$/, '');
    const flat = `${open}(writer, item) => ${expression});`;
    if (flat.length <= columns) return [flat];
    return [`${open}(writer, item) =>`, `  ${expression},`, ');'];
  }

  /** An optional value: `undefined` has a form of its own. */
  writeOptional(type: Type, operand: Operand, columns: number): string[] {
    const body = this.write(type, operand, columns - 5);
    const [first = '', ...others] = body;
    const absent = `if (${operand.text} === undefined) writer.writeUndefined();`;
    if (type.kind !== 'null') return [absent, `else ${first}`, ...others];
    return [`if (${operand.text} === undefined) writer.writeUndefined();`, 'else {', ...indent(body, 2), '}'];
  }

  /** An expression on one line. */
  read(type: ResultType): string {
    switch (type.kind) {
      case 'void':
        return 'reader.readVoid()';
      case 'null':
        return 'reader.readNil()';
      case 'nullable':
        return `reader.skipNil() ? null : ${this.read(type.inner)}`;
      case 'literal': {
        const { members, expected } = this.#names.constant(type);
        return `reader.readLiteral<${typeText(type, this.#names)}>(${members}, ${expected})`;
      }
      case 'record':
        return `${this.#names.codec(type.name).read}(reader)`;
      case 'array':
        return `reader.readArray(${this.#itemReader(type.item)})`;
      default:
        return `reader.read${SCALARS[type.kind]}()`;
    }
  }

  readOptional(type: Type): string {
    const value = this.read(type);
    // A conditional in a conditional reads better, and is formatted, with parentheses.
    const inner = type.kind === 'nullable' ? `(${value})` : value;
    return `reader.skipUndefined() ? undefined : ${inner}`;
  }

  #itemReader(item: Type): string {
    if (item.kind === 'record') return this.#names.codec(item.name).read;
    const value = this.read(item);
    return item.kind === 'nullable' ? `(reader) => (${value})` : `(reader) => ${value}`;
  }

  #typed({ text, typed }: Operand, type: Type): string {
    return typed ? text : `${text} as ${typeText(type, this.#names)}`;
  }
}

/** `const x = …;`, broken after the last place where that keeps it readable. */
export function declare(name: string, expression: string, columns: number): string[] {
  const flat = `const ${name} = ${expression};`;
  if (flat.length <= columns) return [flat];
  const arrow = /^(reader\.readArray\(\(reader\) =>) (.*)\)$/s.exec(expression);
  if (arrow !== null) return [`const ${name} = ${arrow[1]}`, `  ${arrow[2]},`, ');'];
  const conditional = /^(reader\.skip\w+\(\)) \? (\w+) : (.*)$/s.exec(expression);
  if (conditional === null) return [`const ${name} =`, `  ${expression};`];
  const [, test, absent, present] = conditional;
  return [`const ${name} = ${test}`, `  ? ${absent}`, `  : ${present};`];
}
