/** The functions of aliases, and of the unions and tuples that have no name. */
import type { AliasDefinition, Type } from '../../model.js';
import { COLUMNS, indent } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import type { CodecNames, CompoundType, TypeScriptNames } from './names.js';
import { TupleEmitter } from './tuple.js';
import { typeText } from './types.js';
import { UnionEmitter } from './union.js';

export class CompoundEmitter {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;
  readonly #unions: UnionEmitter;
  readonly #tuples: TupleEmitter;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
    this.#unions = new UnionEmitter(names, codec);
    this.#tuples = new TupleEmitter(names, codec);
  }

  /** None where the type is short enough to stand where it is used. */
  alias({ name, type, besides }: AliasDefinition): string[][] {
    if (!this.#names.hasCodec(name)) return [];
    const codec = this.#names.codec(name);
    const author = this.#names.type(name);
    // Errors of unions say the name, and a union is looked at whatever it is.
    if (type.kind === 'union') return this.#compound(type, codec, author);
    const reference = besides === undefined ? author : `NonNullable<${author}>`;
    if (type.kind === 'tuple') return this.#compound(type, codec, reference);
    return this.#container(type, codec, reference);
  }

  /** Of every one that was asked for, and of those that these ask for. */
  unnamed(): string[][] {
    const blocks: string[][] = [];
    let done = 0;
    let next = this.#names.compounds()[0];
    // The list grows while it is gone through.
    while (next !== undefined) {
      blocks.push(...this.#compound(next.type, next.codec, typeText(next.type, this.#names)));
      done += 1;
      next = this.#names.compounds()[done];
    }
    return blocks;
  }

  #compound(type: CompoundType, codec: CodecNames, name: string): string[][] {
    if (type.kind === 'union') {
      const use = { type, codec, name };
      return [this.#unions.write(use), this.#unions.read(use)];
    }
    const use = { type, codec, name };
    return [this.#tuples.write(use), this.#tuples.read(use)];
  }

  #container(type: Type, codec: CodecNames, name: string): string[][] {
    const operand = { text: 'value', typed: true };
    const room = COLUMNS - 2;
    const write = this.#codec.write(type, operand, room);
    const read = layOut(this.#codec.read(type), { open: 'return ', close: ';', columns: room });
    const [writer, reader] = [
      this.#names.runtime('ValueWriter'),
      this.#names.runtime('ValueReader'),
    ];
    return [
      [
        `function ${codec.write}(writer: ${writer}, value: ${name}): void {`,
        ...indent(write, 2),
        '}',
      ],
      [`function ${codec.read}(reader: ${reader}): ${name} {`, ...indent(read, 2), '}'],
    ];
  }
}
