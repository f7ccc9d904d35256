/** `writePoint` and `readPoint`. */
import type { RecordDefinition, Slot } from '../../model.js';
import { COLUMNS, fieldSegment, indent, wrapList } from '../text.js';
import type { TypeScriptCodec } from './codec.js';
import { layOut } from './expression.js';
import type { TypeScriptNames } from './names.js';
import { keyText, located, memberText, quote, typeText } from './types.js';

/** Inside the function and its `try`. */
const BODY = COLUMNS - 4;

export class RecordEmitter {
  readonly #names: TypeScriptNames;
  readonly #codec: TypeScriptCodec;

  constructor(names: TypeScriptNames, codec: TypeScriptCodec) {
    this.#names = names;
    this.#codec = codec;
  }

  /** `shown` is how errors call it. */
  write(record: RecordDefinition, shown = record.name): string[] {
    const { name, fields, extra } = record;
    const count = fields.length + (extra === undefined ? 0 : 1);
    const head = `writer.writeRecordHead(${quote(shown)}, ${count}, value);`;
    const body = [
      head,
      ...fields.flatMap((field) => this.#writeField(field)),
      ...this.#writeExtra(record),
    ];
    const writer = this.#names.runtime('ValueWriter');
    const type = this.#names.type(name);
    return [
      `function ${this.#names.codec(name).write}(writer: ${writer}, value: ${type}): void {`,
      ...indent(count === 0 ? body : located(body, this.#names.runtime('within')), 2),
      '}',
    ];
  }

  #writeField({ name, type, optional }: Slot): string[] {
    const operand = { text: memberText('value', name), typed: true };
    if (optional && isInherited(name)) return this.#writeOwn(name, type);
    return [
      `at = ${quote(fieldSegment(name))};`,
      ...(optional
        ? this.#codec.writeOptional(type, operand, BODY)
        : this.#codec.write(type, operand, BODY)),
    ];
  }

  /** Where it is absent, what every object has is found in its place. */
  #writeOwn(name: string, type: Slot['type']): string[] {
    const has = `Object.prototype.hasOwnProperty.call(value, ${quote(name)})`;
    const operand = { text: 'own', typed: true };
    return [
      `at = ${quote(fieldSegment(name))};`,
      '{',
      ...indent(
        [
          `const own = ${has}`,
          `  ? ${memberText('value', name)}`,
          '  : undefined;',
          ...this.#codec.writeOptional(type, operand, BODY - 2),
        ],
        2,
      ),
      '}',
    ];
  }

  /** What else the object has goes into a map of its own. */
  #writeExtra(record: RecordDefinition): string[] {
    if (record.extra === undefined) return [];
    const operand = { text: 'item', typed: true };
    const body = this.#codec.write(record.extra.value, operand, BODY - 2);
    const keys = this.#names.keys(record);
    return [
      "at = '';",
      `writer.writeExtra(value, ${keys}, (writer, item: ${typeText(record.extra.value, this.#names)}) => {`,
      ...indent(body, 2),
      '});',
    ];
  }

  #readExtra(record: RecordDefinition): string[] {
    if (record.extra === undefined) return [];
    const item = this.#codec.read(record.extra.value);
    const open = `const extra = reader.readExtra(${this.#names.keys(record)}, (reader) =>`;
    return [
      "at = '';",
      open,
      ...indent(layOut(item, { open: '', close: ',', columns: BODY - 2 }), 2),
      ');',
    ];
  }

  read(record: RecordDefinition, shown = record.name): string[] {
    const { name, fields, extra } = record;
    const type = this.#names.type(name);
    const count = fields.length + (extra === undefined ? 0 : 1);
    const scope = this.#names.locals('reader', 'value', 'made', 'at', 'error', 'extra');
    const locals = fields.map((field) => ({ field, local: scope.claim(localName(field.name)) }));
    const head = `reader.readRecordHead(${quote(shown)}, ${count});`;
    const body = [head];
    for (const { field, local } of locals) {
      const { type, optional } = field;
      const value = optional ? this.#codec.readOptional(type) : this.#codec.read(type);
      body.push(
        `at = ${quote(fieldSegment(field.name))};`,
        ...layOut(value, { open: `const ${local} = `, close: ';', columns: BODY }),
      );
    }
    body.push(...this.#readExtra(record), ...this.#build(type, locals, extra !== undefined));
    const reader = this.#names.runtime('ValueReader');
    return [
      `function ${this.#names.codec(name).read}(reader: ${reader}): ${type} {`,
      ...indent(count === 0 ? body : located(body, this.#names.runtime('within')), 2),
      '}',
    ];
  }

  /** An absent field must be absent, not `undefined`: `exactOptionalPropertyTypes` tells them apart. */
  #build(
    name: string,
    locals: readonly { field: Slot; local: string }[],
    hasExtra: boolean,
  ): string[] {
    const fields = locals
      .filter(({ field }) => !field.optional)
      .map(({ field, local }) =>
        field.name === local ? local : `${keyText(field.name)}: ${local}`,
      );
    // First: none of its keys is that of a field.
    const required = hasExtra ? ['...extra', ...fields] : fields;
    const optional = locals.filter(({ field }) => field.optional);
    const literal = (open: string) => object(open, required);
    if (optional.length === 0) return literal('return');
    const growing = `{ -readonly [K in keyof ${name}]: ${name}[K] }`;
    // An object literal has what every object has: to the compiler that is of another type.
    const head = optional.some(({ field }) => isInherited(field.name))
      ? [...literal('const made: unknown ='), `const value = made as ${growing};`]
      : literal(`const value: ${growing} =`);
    return [
      ...head,
      ...optional.map(
        ({ field, local }) =>
          `if (${local} !== undefined) ${memberText('value', field.name)} = ${local};`,
      ),
      'return value;',
    ];
  }
}

/** `toString`, `constructor` and the like, which an object seems to have that has no such field. */
function isInherited(name: string): boolean {
  return name in Object.prototype;
}

function object(open: string, items: readonly string[]): string[] {
  if (items.length === 0) return [`${open} {};`];
  return wrapList(`${open} { `, items, { close: ' };', columns: BODY, step: 2 });
}

/** Something that can be a variable; the scope does the rest. */
function localName(field: string): string {
  const plain = field.replace(/[^\p{ID_Continue}$]+(\p{L}?)/gu, (_, next: string) =>
    next.toUpperCase(),
  );
  return /^[\p{ID_Start}$_]/u.test(plain) ? plain : `_${plain}`;
}
