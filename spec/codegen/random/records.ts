/** Object types by chance: their fields, and values of them. */
import fc from 'fast-check';
import { isIdentifier, pythonName } from '../../../codegen/names.js';
import type { Chance } from './chance.js';
import type { RandomType } from './scalars.js';

export interface RandomField {
  readonly name: string;
  readonly type: RandomType;
  readonly optional: boolean;
}

/** Names that mean something to one of the languages, to the generated code, or to a formatter of names. */
const FIELD_NAMES: readonly string[] = [
  ...[
    'id',
    'name',
    'value',
    'items',
    'count',
    'isOpen',
    'userID',
    'HTTPServer',
    'x2y',
    'parseURLs',
  ],
  ...[
    'class',
    'self',
    'cls',
    'from',
    'import',
    'None',
    'True',
    'lambda',
    'async',
    'await',
    'match',
  ],
  ...[
    'type',
    'list',
    'str',
    'int',
    'dict',
    'set',
    'object',
    'field',
    'dataclass',
    'print',
    'builtins',
  ],
  ...['default', 'delete', 'new', 'function', 'var', 'enum', 'static', 'arguments', 'eval', 'this'],
  ...[
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'prototype',
    'length',
    'then',
    'keys',
  ],
  ...[
    'reader',
    'writer',
    'error',
    'at',
    'kind',
    'branch',
    'within',
    'extra',
    'undefined',
    'Literal',
  ],
  ...[
    'content-type',
    '@id',
    '$ref',
    '_private',
    '__dunder',
    '__init__',
    '__slots__',
    'a b',
    'ключ',
  ],
  ...['1a', 'naïve', 'io.x/y', 'copy', 'encode', 'datetime', 'UNSET', 'final', 'K', 'T'],
];

/** Of which no two are one in Python. */
export function fieldNames(chance: Chance, count: number, taken: readonly string[] = []): string[] {
  const names: string[] = [];
  const python = new Set(taken.map(pythonName));
  for (const name of chance.shuffled(FIELD_NAMES)) {
    if (names.length === count) break;
    if (python.has(pythonName(name))) continue;
    python.add(pythonName(name));
    names.push(name);
  }
  return names;
}

export function keyText(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** The members of an interface or of a type literal, a line each. */
export function membersText(fields: readonly RandomField[]): string {
  return fields
    .map(({ name, type, optional }) => `  ${keyText(name)}${optional ? '?' : ''}: ${type.text};\n`)
    .join('');
}

export function literalText(fields: readonly RandomField[]): string {
  return `{ ${membersText(fields).trim().replaceAll(/\n\s*/g, ' ')} }`;
}

export function valuesOf(fields: readonly RandomField[]): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(fields.map(({ name, type }) => [name, type.values]));
  const requiredKeys = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  return fc.record(model, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<
    Record<string, unknown>
  >;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(' | ');
}
