/** Types and keys as TypeScript text. */
import type { FunctionType, LiteralValue, ResultType, Slot, Type } from '../../model.js';
import { isIdentifier } from '../../names.js';
import { indent } from '../text.js';
import type { TypeScriptNames } from './names.js';

export function typeText(type: ResultType, names: TypeScriptNames): string {
  switch (type.kind) {
    case 'array': {
      const item = typeText(type.item, names);
      const array = isUnion(type.item) ? `(${item})[]` : `${parenthesized(type.item, item)}[]`;
      return type.readonly ? `readonly ${array}` : array;
    }
    case 'stream': {
      const arrived = type.web ? 'ReadableStream' : names.runtime('RemoteStream');
      const stream = type.received ? arrived : names.runtime('StreamSource');
      return `${stream}<${typeText(type.item, names)}>`;
    }
    case 'record':
    case 'object':
      return type.name;
    case 'function':
      return functionText(type, names);
    case 'literal':
      return type.alias ?? type.members.map(literalText).join(' | ');
    case 'nullable':
      return type.inner.kind === 'function'
        ? `(${typeText(type.inner, names)}) | null`
        : `${typeText(type.inner, names)} | null`;
    case 'integer':
      return names.int();
    case 'bytes':
      return 'Uint8Array';
    case 'float64Array':
      return 'Float64Array';
    default:
      return type.kind;
  }
}

function functionText({ parameters, result, promised }: FunctionType, names: TypeScriptNames) {
  const texts = parameters.map((slot) => parameterText(slot, slot.name, names));
  const held = typeText(result, names);
  return `(${texts.join(', ')}) => ${promised ? `Promise<${held}>` : held}`;
}

function isUnion(type: Type): boolean {
  return (
    type.kind === 'nullable' ||
    type.kind === 'function' ||
    (type.kind === 'literal' && type.alias === undefined && type.members.length > 1)
  );
}

/** `readonly T[]` binds less tightly than the `[]` after it. */
function parenthesized(type: Type, text: string): string {
  return type.kind === 'array' && type.readonly ? `(${text})` : text;
}

export function parameterText(
  { optional, type }: Slot,
  name: string,
  names: TypeScriptNames,
): string {
  return `${name}${optional ? '?' : ''}: ${typeText(type, names)}`;
}

export function literalText(value: LiteralValue): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

/** With the quotes that need fewer escapes, single ones if equal. */
export function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1);
  const double = inner.split('\\"').length - 1;
  const single = inner.split("'").length - 1;
  if (single > double) return `"${inner}"`;
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A property or method name where it is declared. */
export function keyText(name: string): string {
  return isIdentifier(name) ? name : quote(name);
}

/** `value.x`, `value['odd name']`. */
export function memberText(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${quote(name)}]`;
}

/** A text that may hold anything, as a template literal. */
export function templateText(text: string): string {
  return `\`${text.replace(/\\|`|\$\{/g, (special) => `\\${special}`)}\``;
}

/** `try { … } catch (error) { throw within(error, at); }` around lines that keep `at` up to date. */
export function located(lines: readonly string[], within: string): string[] {
  return [
    "let at = '';",
    'try {',
    ...indent(lines, 2),
    '} catch (error) {',
    `  throw ${within}(error, at);`,
    '}',
  ];
}
