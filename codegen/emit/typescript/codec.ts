/** Statements that write a value of a known type, and expressions that read one. */
import type {
  ArrayType,
  DictType,
  EnumType,
  LiteralType,
  LiteralValue,
  MapType,
  ParameterType,
  ResultType,
  SetType,
  StreamType,
  Type,
} from '../../model.js';
import { openKinds } from '../../open.js';
import { typeText as schemaText } from '../../schema.js';
import { expectedText, indent } from '../text.js';
import { type Expression, flat, layOut } from './expression.js';
import type { CodecNames, LiteralConstant, TypeScriptNames } from './names.js';
import { literalText, quote, typeText } from './types.js';

const SCALARS = {
  string: 'String',
  number: 'Float64',
  integer: 'Integer',
  boolean: 'Boolean',
  bigint: 'BigInt',
  bytes: 'Bytes',
  arrayBuffer: 'ArrayBuffer',
  dataView: 'DataView',
  date: 'Date',
  url: 'Url',
  regexp: 'RegExp',
  unknown: 'Value',
} as const;

/** Of several items of one type. */
type RowType = ArrayType | StreamType | SetType | DictType;

const ROWS = { array: 'Array', stream: 'Stream', set: 'Set', dict: 'Dict' } as const;

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
      case 'undefined':
        return [
          `if (${text} !== ${type.kind}) throw ${this.#names.runtime('mismatch')}('${type.kind}', ${text});`,
          type.kind === 'null' ? 'writer.writeNil();' : 'writer.writeUndefined();',
        ];
      case 'nullable':
        return [
          `if (${text} === null) writer.writeNil();`,
          ...this.#otherwise(type.inner, operand, columns),
        ];
      case 'undefinable':
        return this.writeOptional(type.inner, operand, columns);
      case 'stream':
        if (type.takes === undefined) return this.#writeRow(type, operand, columns);
        return this.#writeCalls('writer.writeStream', columns, [
          [this.#typed(operand, type)],
          this.#functionLines(type.item, 'item', columns - 2),
          [this.#names.compound(type.takes).read],
        ]);
      case 'array':
      case 'set':
      case 'dict':
        return this.#writeRow(type, operand, columns);
      case 'map':
        return this.#writeMap(type, operand, columns);
      case 'alias':
        if (this.#codecOf(type) !== undefined) break;
        return this.write(this.#names.aliased(type.name), operand, columns);
      default:
    }
    return layOut(this.#writeCall(type, operand), { open: '', close: ';', columns });
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
    if (type.kind === 'nullable' || type.kind === 'undefinable') {
      const [test = '', ...others] = this.write(type, operand, columns);
      return [`else ${test}`, ...others];
    }
    const body = this.write(type, operand, columns - 2);
    if (type.kind === 'null' || type.kind === 'undefined')
      return ['else {', ...indent(body, 2), '}'];
    const line = `else ${body[0]}`;
    return body.length === 1 && line.length <= columns ? [line] : ['else', ...indent(body, 2)];
  }

  /** The functions that a type has for itself. */
  #codecOf(type: ResultType): CodecNames | undefined {
    if (type.kind === 'record') return this.#names.codec(type.name);
    if (type.kind === 'union' || type.kind === 'tuple') return this.#names.compound(type);
    if (type.kind !== 'alias') return undefined;
    if (this.#names.hasCodec(type.name)) return this.#names.codec(type.name);
    return this.#codecOf(this.#names.aliased(type.name));
  }

  /** One call; undefined where it takes statements. */
  #writeCall(type: ResultType, operand: Operand): Expression {
    const call = this.#callOf(type, operand);
    if (call === undefined) throw new Error(`${type.kind} takes more than a call`);
    return call;
  }

  #callOf(type: ResultType, operand: Operand): Expression | undefined {
    const codec = this.#codecOf(type);
    if (codec !== undefined) {
      const value = this.#typed(operand, type as Type);
      return { kind: 'call', callee: codec.write, args: ['writer', value] };
    }
    switch (type.kind) {
      case 'alias':
        return this.#callOf(this.#names.aliased(type.name), operand);
      case 'literal':
      case 'enum': {
        if (type.open) {
          const args = [operand.text, quote(this.openKinds(type))];
          return { kind: 'call', callee: 'writer.writeOpen', args };
        }
        const { members, expected } = this.constant(
          type,
          type.kind === 'enum' ? type.name : type.label,
        );
        return {
          kind: 'call',
          callee: 'writer.writeLiteral',
          args: [operand.text, members, expected],
        };
      }
      case 'template': {
        const args = [this.#typed(operand, type), this.#names.pattern(type), quote(type.text)];
        return { kind: 'call', callee: 'writer.writeMatching', args };
      }
      case 'object':
      case 'function': {
        const definition = this.#names.definition(type);
        return { kind: 'call', callee: 'writer.writeObject', args: [operand.text, definition] };
      }
      case 'typedArray': {
        const value = this.#typed(operand, type);
        if (type.packed !== undefined)
          return { kind: 'call', callee: 'writer.writePacked', args: [value] };
        if (type.name === 'Float64Array')
          return { kind: 'call', callee: 'writer.writeFloat64Array', args: [value] };
        return { kind: 'call', callee: 'writer.writeTypedArray', args: [value, quote(type.name)] };
      }
      case 'ndarray': {
        const args = [this.#typed(operand, type), ...ndarrayArguments(type)];
        return { kind: 'call', callee: 'writer.writeNdArray', args };
      }
      case 'array':
      case 'stream':
      case 'set':
      case 'dict':
        return this.#rowWriter(type, operand);
      default:
    }
    if (!(type.kind in SCALARS)) return undefined;
    const scalar = SCALARS[type.kind as keyof typeof SCALARS];
    const value = scalar === 'Value' ? operand.text : this.#typed(operand, type as Type);
    return { kind: 'call', callee: `writer.write${scalar}`, args: [value] };
  }

  /** Of a stream the statements write one item at a time, later. */
  #writeRow(type: RowType, operand: Operand, columns: number): string[] {
    const row = this.#rowWriter(type, operand);
    if (row !== undefined) return layOut(row, { open: '', close: ';', columns });
    const body = this.write(itemOf(type), { text: 'item', typed: true }, columns - 2);
    const open = `writer.write${ROWS[type.kind]}(${this.#typed(operand, type)}, (writer, item) => {`;
    return [open, ...indent(body, 2), '});'];
  }

  /** As one expression; undefined where the items take statements. */
  #rowWriter(type: RowType, operand: Operand): Expression | undefined {
    const item = itemOf(type);
    const callee = `writer.write${ROWS[type.kind]}`;
    const first = this.#typed(operand, type);
    const codec = this.#codecOf(item);
    if (codec !== undefined) return { kind: 'call', callee, args: [first, codec.write] };
    const body = this.#callOf(item, { text: 'item', typed: true });
    if (body === undefined) return undefined;
    return { kind: 'callback', callee, first, parameters: 'writer, item', body };
  }

  #writeMap(type: MapType, operand: Operand, columns: number): string[] {
    return this.#writeCalls('writer.writeMap', columns, [
      [this.#typed(operand, type)],
      this.#functionLines(type.key, 'key', columns - 2),
      this.#functionLines(type.value, 'item', columns - 2),
    ]);
  }

  /** A call with arguments of several lines. */
  #writeCalls(callee: string, columns: number, given: readonly (readonly string[])[]): string[] {
    const line = `${callee}(${given.map((lines) => lines.join(' ')).join(', ')});`;
    if (line.length <= columns && given.every(({ length }) => length === 1)) return [line];
    const args = given.flatMap((lines) => [...lines.slice(0, -1), `${lines.at(-1)},`]);
    return [`${callee}(`, ...indent(args, 2), ');'];
  }

  /** A function that writes one value of the type. */
  #functionLines(type: Type, local: string, columns: number): string[] {
    const codec = this.#codecOf(type);
    if (codec !== undefined) return [codec.write];
    const operand = { text: local, typed: true };
    const call = this.#callOf(type, operand);
    const open = `(writer, ${local}) => `;
    if (call !== undefined && open.length + flat(call).length < columns) return [open + flat(call)];
    return [`${open}{`, ...indent(this.write(type, operand, columns - 2), 2), '}'];
  }

  /** `as` is how the type is called where it is read, if not by its own text. */
  read(type: ResultType, as?: string): Expression {
    const codec = this.#codecOf(type);
    if (codec !== undefined) return { kind: 'call', callee: codec.read, args: ['reader'] };
    switch (type.kind) {
      case 'void':
        return 'reader.readVoid()';
      case 'null':
      case 'undefined':
        return type.kind === 'null' ? 'reader.readNil()' : 'reader.readUndefined()';
      case 'nullable':
        return {
          kind: 'conditional',
          test: 'reader.skipNil()',
          yes: 'null',
          no: this.read(type.inner),
        };
      case 'undefinable':
        return this.readOptional(type.inner);
      case 'alias':
        return this.read(this.#names.aliased(type.name), as ?? this.#names.type(type.name));
      case 'literal':
      case 'enum':
        return this.#readLiteral(type, as ?? typeText(type, this.#names));
      case 'template': {
        const callee = `reader.readMatching<${as ?? type.text}>`;
        return { kind: 'call', callee, args: [this.#names.pattern(type), quote(type.text)] };
      }
      case 'array':
      case 'set':
      case 'dict':
        return this.#readRow(itemOf(type), `reader.read${ROWS[type.kind]}`);
      case 'stream':
        return this.#readStream(type);
      case 'map': {
        const args = [type.key, type.value].map((part) => this.#readerOf(part));
        return { kind: 'call', callee: 'reader.readMap', args };
      }
      case 'typedArray':
      case 'ndarray':
        return readNumbers(type);
      case 'object':
        return { kind: 'call', callee: 'reader.readObject', args: [`${type.name}Client`] };
      case 'function': {
        const callee = `reader.readFunction<${typeText(type, this.#names)}>`;
        return { kind: 'call', callee, args: [this.#names.definition(type)] };
      }
      default: {
        const generic = as === undefined ? '' : `<${as}>`;
        const scalar = SCALARS[type.kind as keyof typeof SCALARS];
        return { kind: 'call', callee: `reader.read${scalar}${generic}`, args: [] };
      }
    }
  }

  #readLiteral(type: LiteralType | EnumType, as: string): Expression {
    if (type.open) {
      const args = [quote(this.openKinds(type))];
      return { kind: 'call', callee: `reader.readOpen<${as}>`, args };
    }
    const { members, expected } = this.constant(
      type,
      type.kind === 'enum' ? type.name : type.label,
    );
    return { kind: 'call', callee: `reader.readLiteral<${as}>`, args: [members, expected] };
  }

  #readStream({ item, web, generator, takes }: StreamType): Expression {
    const kind = generator === undefined ? `${web ? 'Web' : ''}Stream` : 'Generator';
    const callee = `reader.read${kind}`;
    if (takes === undefined) return this.#readRow(item, callee);
    const args = [this.#readerOf(item), this.#names.compound(takes).write];
    if (generator !== undefined && generator.returns === undefined) args.push('false');
    return { kind: 'call', callee, args };
  }

  #readRow(item: Type, callee: string): Expression {
    const codec = this.#codecOf(item);
    if (codec !== undefined) return { kind: 'call', callee, args: [codec.read] };
    return { kind: 'callback', callee, parameters: 'reader', body: this.read(item) };
  }

  /** A function that reads one value of the type. */
  #readerOf(type: Type): string {
    const codec = this.#codecOf(type);
    if (codec !== undefined) return codec.read;
    const body = this.read(type);
    const isConditional = typeof body !== 'string' && body.kind === 'conditional';
    return `(reader) => ${isConditional ? `(${flat(body)})` : flat(body)}`;
  }

  readOptional(type: ParameterType, absent?: LiteralValue): Expression {
    const no = this.read(type);
    const yes = absent === undefined ? 'undefined' : this.#absent(type, absent);
    return { kind: 'conditional', test: 'reader.skipUndefined()', yes, no };
  }

  /** A default, as a value of its type: no literal is a member of an enumeration. */
  #absent(type: ParameterType, value: LiteralValue): string {
    if (type.kind === 'nullable' || type.kind === 'undefinable')
      return this.#absent(type.inner, value);
    const text = literalText(value);
    return type.kind === 'enum'
      ? `(${text} as ${typeof value} as ${typeText(type, this.#names)})`
      : text;
  }

  /** What stands for the members of a literal union or of an enumeration. */
  constant(type: Extract<Type, { kind: 'literal' | 'enum' }>, label: string): LiteralConstant {
    if (type.kind === 'literal') return this.#names.literals(type.members, label);
    return this.#names.literals(
      [...new Set(this.#valuesOf(type))],
      type.members === undefined ? label : `Some${label}`,
    );
  }

  /** What an open one takes, as the reader and the writer are told. */
  openKinds(type: LiteralType | EnumType): string {
    return openKinds(type.kind === 'literal' ? type.members : this.#valuesOf(type)).join(' or ');
  }

  #valuesOf({ name, members }: EnumType): readonly LiteralValue[] {
    return this.#names
      .enumOf(name)
      .members.filter((member) => members === undefined || members.includes(member.name))
      .map(({ value }) => value);
  }

  #typed({ text, typed }: Operand, type: ParameterType): string {
    if (type.kind === 'dict' && type.isObject) return `${text} as Record<string, unknown>`;
    if (type.kind === 'stream') {
      // Of a generator that returns a value its steps are sent.
      const hasSteps = type.generator?.returns !== undefined;
      const source = hasSteps ? `${this.#names.runtime('steps')}(${text})` : text;
      return `${source} as ${typeText({ ...type, generator: undefined }, this.#names)}`;
    }
    return typed ? text : `${text} as ${typeText(type, this.#names)}`;
  }
}

function readNumbers(type: Extract<Type, { kind: 'typedArray' | 'ndarray' }>): Expression {
  if (type.kind === 'ndarray')
    return { kind: 'call', callee: 'reader.readNdArray', args: ndarrayArguments(type) };
  if (type.packed !== undefined) return { kind: 'call', callee: 'reader.readPacked', args: [] };
  if (type.name === 'Float64Array')
    return { kind: 'call', callee: 'reader.readFloat64Array', args: [] };
  return { kind: 'call', callee: 'reader.readTypedArray', args: [quote(type.name)] };
}

function itemOf(type: RowType): Type {
  return type.kind === 'dict' ? type.value : type.item;
}

function ndarrayArguments({ dtype, shape }: Extract<Type, { kind: 'ndarray' }>): string[] {
  const dimensions = shape?.map((count) => count ?? 'null').join(', ');
  return [quote(dtype), ...(dimensions === undefined ? [] : [`[${dimensions}]`])];
}

/** How an error calls a type without a name. */
export function expectedOf(type: Type): string {
  return type.kind === 'literal' ? expectedText(type.members) : schemaText(type);
}
