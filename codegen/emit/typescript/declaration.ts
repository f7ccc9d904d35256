/** Types that nothing exports, said again: TypeScript compares what they look like. */
import type {
  AliasDefinition,
  Module,
  RecordDefinition,
  Slot,
  Type,
  UndefinableType,
} from '../../model.js';
import { indent } from '../text.js';
import { jsdoc } from './jsdoc.js';
import type { TypeScriptNames } from './names.js';
import { keyText, typeText } from './types.js';

export class DeclarationEmitter {
  readonly #names: TypeScriptNames;

  constructor(names: TypeScriptNames) {
    this.#names = names;
  }

  emit({ records, aliases }: Module): string[][] {
    return [
      ...records.filter(({ origin }) => origin === undefined).map((record) => this.#record(record)),
      ...aliases.filter(({ origin }) => origin === undefined).map((alias) => this.#alias(alias)),
    ];
  }

  #record({ name, fields, extra, signal, documentation }: RecordDefinition): string[] {
    const members = fields.flatMap((field) => [
      ...jsdoc(field.documentation),
      `${keyText(field.name)}${field.optional ? '?' : ''}: ${this.#fieldType(field)};`,
    ]);
    if (signal !== undefined) members.push(`${keyText(signal)}?: AbortSignal;`);
    if (extra !== undefined) members.push(`[key: string]: ${typeText(extra.value, this.#names)};`);
    return [
      ...jsdoc(documentation),
      ...(members.length === 0
        ? [`export type ${name} = Record<string, never>;`]
        : [`export interface ${name} {`, ...indent(members, 2), '}']),
    ];
  }

  #fieldType({ type, undefinable }: Slot<Type>): string {
    const inner = type as UndefinableType['inner'];
    return typeText(undefinable ? { kind: 'undefinable', inner } : type, this.#names);
  }

  #alias({ name, type, documentation }: AliasDefinition): string[] {
    return [...jsdoc(documentation), `export type ${name} = ${typeText(type, this.#names)};`];
  }
}
