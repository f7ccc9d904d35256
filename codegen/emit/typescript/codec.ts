/** Statements that write a value of a known type, and expressions that read one. */
import type { ArrayType, ParameterType, ResultType, StreamType, Type } from '../../model.js';
import { indent } from '../text.js';
import { type Expression, layOut } from './expression.js';
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
      case 'nullable':
        return [
          `if (${text} === null) writer.writeNil();`,
          ...this.#otherwise(type.inner, operand, columns),
        ];
      case 'array':
      case 'stream':
        return this.#writeArray(type, operand, columns);
      default:
        return layOut(this.#writeCall(type, operand), { open: '', close: ';', columns });
    }
  }

  /** An optional value: `undefined` has a form of its own. */
  writeOptional(type: ParameterType, operand: Operand, columns: number): string[] {
    return [
      `if (${operand.text} === undefined) writer.writeUndefined();`,
      ...this.#otherwise(type, operand, columns),
    ];
  }

  /** `else` and the statements that write the operand. */
  #otherwise(type: ParameterType, operand: Operand, columns: number): string[] {
    if (type.kind === 'nullable') {
      const [test = '', ...others] = this.write(type, operand, columns);
      return [`else ${test}`, ...others];
    }
    const body = this.write(type, operand, columns - 2);
    if (type.kind === 'null') return ['else {', ...indent(body, 2), '}'];
    const line = `else ${body[0]}`;
    return body.length === 1 && line.length <= columns ? [line] : ['else', ...indent(body, 2)];
  }

  #writeCall(type: Exclude<Type, { kind: 'nullable' | 'array' }>, operand: Operand): Expression {
    if (type.kind === 'literal') {
      const { members, expected } = this.#names.constant(type);
      return {
        kind: 'call',
        callee: 'writer.writeLiteral',
        args: [operand.text, members, expected],
      };
    }
    if (type.kind === 'object' || type.kind === 'function') {
      const definition = this.#names.definition(type);
      return { kind: 'call', callee: 'writer.writeObject', args: [operand.text, definition] };
    }
    const value = this.#typed(operand, type);
    if (type.kind === 'record') {
      return { kind: 'call', callee: this.#names.codec(type.name).write, args: ['writer', value] };
    }
    const scalar = SCALARS[type.kind as keyof typeof SCALARS];
    return { kind: 'call', callee: `writer.write${scalar}`, args: [value] };
  }

  /** Of a stream the statements write one item at a time, later. */
  #writeArray(type: ArrayType | StreamType, operand: Operand, columns: number): string[] {
    const array = this.#arrayWriter(type, operand);
    if (array !== undefined) return layOut(array, { open: '', close: ';', columns });
    const body = this.write(type.item, { text: 'item', typed: true }, columns - 2);
    const open = `${writerOf(type)}(${this.#typed(operand, type)}, (writer, item) => {`;
    return [open, ...indent(body, 2), '});'];
  }

  /** As one expression; undefined where the items take statements. */
  #arrayWriter(type: ArrayType | StreamType, operand: Operand): Expression | undefined {
    const { item } = type;
    const callee = writerOf(type);
    const first = this.#typed(operand, type);
    if (item.kind === 'record') {
      return { kind: 'call', callee, args: [first, this.#names.codec(item.name).write] };
    }
    if (item.kind === 'null' || item.kind === 'nullable') return undefined;
    const itemOperand = { text: 'item', typed: true };
    const body =
      item.kind === 'array'
        ? this.#arrayWriter(item, itemOperand)
        : this.#writeCall(item, itemOperand);
    if (body === undefined) return undefined;
    return { kind: 'callback', callee, first, parameters: 'writer, item', body };
  }

  read(type: ResultType): Expression {
    switch (type.kind) {
      case 'void':
        return 'reader.readVoid()';
      case 'null':
        return 'reader.readNil()';
      case 'nullable':
        return {
          kind: 'conditional',
          test: 'reader.skipNil()',
          yes: 'null',
          no: this.read(type.inner),
        };
      case 'literal': {
        const { members, expected } = this.#names.constant(type);
        const callee = `reader.readLiteral<${typeText(type, this.#names)}>`;
        return { kind: 'call', callee, args: [members, expected] };
      }
      case 'record':
        return { kind: 'call', callee: this.#names.codec(type.name).read, args: ['reader'] };
      case 'array':
        return this.#readArray(type.item, 'reader.readArray');
      case 'stream':
        return this.#readArray(type.item, `reader.read${type.web ? 'Web' : ''}Stream`);
      case 'object':
        return { kind: 'call', callee: 'reader.readObject', args: [`${type.name}Client`] };
      case 'function': {
        const callee = `reader.readFunction<${typeText(type, this.#names)}>`;
        return { kind: 'call', callee, args: [this.#names.definition(type)] };
      }
      default:
        return { kind: 'call', callee: `reader.read${SCALARS[type.kind]}`, args: [] };
    }
  }

  #readArray(item: Type, callee: string): Expression {
    if (item.kind === 'record') {
      return { kind: 'call', callee, args: [this.#names.codec(item.name).read] };
    }
    return { kind: 'callback', callee, parameters: 'reader', body: this.read(item) };
  }

  readOptional(type: ParameterType): Expression {
    const no = this.read(type);
    return { kind: 'conditional', test: 'reader.skipUndefined()', yes: 'undefined', no };
  }

  #typed({ text, typed }: Operand, type: ParameterType): string {
    return typed ? text : `${text} as ${typeText(type, this.#names)}`;
  }
}

function writerOf({ kind }: ArrayType | StreamType): string {
  return kind === 'array' ? 'writer.writeArray' : 'writer.writeStream';
}
