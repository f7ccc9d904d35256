/** `writePair` and `readPair`: a tuple, position by position. */
import type { TupleType } from '../../model.js';
import { typeText as schemaText } from '../../schema.js';
import { COLUMNS, indent } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import type { CodecNames, TypeScriptNames } from './names.js';
import { located, quote, typeText } from './types.js';

const BODY = COLUMNS - 4;
/** Template literals of the generated code. */
const AT_I = `\`[\${i}]\``;
const AT_LENGTH = `\`[\${value.length}]\``;

/** `name` is how TypeScript calls the type. */
export interface CompoundUse<T> {
  readonly type: T;
  readonly codec: CodecNames;
  readonly name: string;
}

export class TupleEmitter {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  write({ type, codec, name }: CompoundUse<TupleType>): string[] {
    const body = [`writer.writeTupleHead(value, ${this.#head(type)});`];
    for (const [index, { type: item, optional }] of type.items.entries()) {
      const operand = { text: `value[${index}]`, typed: true };
      const room = optional ? BODY - 2 : BODY;
      const lines = [
        `at = '[${index}]';`,
        ...(optional && item.kind !== 'undefinable'
          ? this.#codec.writeOptional(item, operand, room)
          : this.#codec.write(item, operand, room)),
      ];
      body.push(...(optional ? guarded(`if (value.length > ${index}) {`, lines) : lines));
    }
    if (type.rest !== undefined) {
      const operand = { text: `value[i]`, typed: false };
      const lines = [`at = ${AT_I};`, ...this.#codec.write(type.rest, operand, BODY - 2)];
      body.push(...guarded(`for (let i = ${type.items.length}; i < value.length; i++) {`, lines));
    }
    return this.#function(
      `${codec.write}(writer: ${this.#names.runtime('ValueWriter')}, value: ${name}): void`,
      body,
    );
  }

  read({ type, codec, name }: CompoundUse<TupleType>): string[] {
    const isFixed = type.rest === undefined && type.items.every(({ optional }) => !optional);
    const head = `reader.readTupleHead(${this.#head(type)});`;
    const body = [isFixed ? head : `const count = ${head}`];
    const required = type.items.filter(({ optional }) => !optional);
    for (const [index, { type: item }] of required.entries()) {
      const open = `const item${index} = `;
      const value = layOut(this.#codec.read(item), { open, close: ';', columns: BODY });
      body.push(`at = '[${index}]';`, ...value);
    }
    const items = `[${required.map((_, index) => `item${index}`).join(', ')}]`;
    if (isFixed) return this.#reader(codec, name, [...body, `return ${items};`]);
    const mutable = typeText({ ...type, readonly: false }, this.#names);
    body.push(`const value: ${mutable} = ${items};`);
    for (const [index, { type: item, optional }] of type.items.entries()) {
      if (!optional) continue;
      const close = ` as ${typeText(item, this.#names)});`;
      const open = 'value.push((';
      const isExact = item.kind === 'undefinable';
      const lines = isExact
        ? layOut(this.#codec.read(item), { open: 'value.push(', close: ');', columns: BODY - 2 })
        : layOut(this.#codec.readOptional(item), { open, close: `)${close}`, columns: BODY - 2 });
      body.push(...guarded(`if (count > ${index}) {`, [`at = '[${index}]';`, ...lines]));
    }
    if (type.rest !== undefined) {
      const lines = layOut(this.#codec.read(type.rest), {
        open: 'value.push(',
        close: ');',
        columns: BODY - 2,
      });
      body.push(...guarded('while (value.length < count) {', [`at = ${AT_LENGTH};`, ...lines]));
    }
    return this.#reader(codec, name, [...body, 'return value;']);
  }

  /** What errors call it, and how many items it has at least and at most. */
  #head(type: TupleType): string {
    const least = type.items.filter(({ optional }) => !optional).length;
    const most = type.rest === undefined ? type.items.length : 'Number.POSITIVE_INFINITY';
    return `${quote(schemaText(type))}, ${least}, ${most}`;
  }

  #reader(codec: CodecNames, name: string, body: readonly string[]): string[] {
    return this.#function(
      `${codec.read}(reader: ${this.#names.runtime('ValueReader')}): ${name}`,
      body,
    );
  }

  #function(signature: string, body: readonly string[]): string[] {
    const within = this.#names.runtime('within');
    return [`function ${signature} {`, ...indent(located(body, within), 2), '}'];
  }
}

function guarded(open: string, lines: readonly string[]): string[] {
  return [open, ...indent(lines, 2), '}'];
}
