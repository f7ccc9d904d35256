/** Types and keys as TypeScript text. */
import type {
  DictType,
  EnumType,
  FunctionType,
  GeneratorParts,
  LiteralType,
  LiteralValue,
  ResultType,
  Slot,
  StreamType,
  TupleType,
  Type,
} from '../../model.js';
import { isIdentifier } from '../../names.js';
import { openKinds } from '../../open.js';
import { indent, isPlain } from '../text.js';
import type { TypeScriptNames } from './names.js';

export function typeText(type: ResultType, names: TypeScriptNames): string {
  const inner = (part: Type) => typeText(part, names);
  switch (type.kind) {
    case 'array': {
      const item = inner(type.item);
      const array = isUnion(type.item) ? `(${item})[]` : `${parenthesized(type.item, item)}[]`;
      return type.readonly ? `readonly ${array}` : array;
    }
    case 'stream':
      return streamText(type, names);
    case 'set':
      return `${type.readonly ? 'ReadonlySet' : 'Set'}<${inner(type.item)}>`;
    case 'map':
      return `${type.readonly ? 'ReadonlyMap' : 'Map'}<${inner(type.key)}, ${inner(type.value)}>`;
    case 'dict':
      return dictText(type, inner(type.value));
    case 'tuple':
      return tupleText(type, names);
    case 'record':
    case 'object':
    case 'alias':
      return names.type(type.name);
    case 'enum':
      return enumText(type, names);
    case 'typedArray':
      if (type.packed !== undefined)
        return `${type.packed === 'readonly' ? 'readonly ' : ''}number[]`;
      return type.name;
    case 'ndarray':
      return names.runtime('NdArray');
    case 'function':
      return functionText(type, names);
    case 'literal':
      return [...type.members.map(literalText), ...othersOf(type)].join(' | ');
    case 'template':
      return type.text;
    case 'union':
      return type.branches
        .map((branch) => (branch.kind === 'function' ? `(${inner(branch)})` : inner(branch)))
        .join(' | ');
    case 'nullable':
      return withNothing(type.inner, inner(type.inner), 'null');
    case 'undefinable':
      return withNothing(type.inner, inner(type.inner), 'undefined');
    case 'integer':
      return names.int();
    case 'unknown':
      return type.variable ?? 'unknown';
    default:
      return SCALARS[type.kind] ?? type.kind;
  }
}

function streamText(type: StreamType, names: TypeScriptNames): string {
  const { item, web, received, generator } = type;
  if (generator !== undefined) {
    const parts = generatorParts(generator, { names, received });
    const own = `AsyncGenerator<${parts}>`;
    return received ? own : `${own} | Generator<${parts}>`;
  }
  // Named only where it is used: what is asked for is imported.
  if (!received) return `${names.runtime('StreamSource')}<${typeText(item, names)}>`;
  return `${web ? 'ReadableStream' : names.runtime('RemoteStream')}<${typeText(item, names)}>`;
}

/** `Y, R, N`. Of one that is given what it returns does not matter where nothing is declared. */
export function generatorParts(
  { item, returns, takes }: GeneratorParts,
  { names, received }: { readonly names: TypeScriptNames; readonly received: boolean },
): string {
  const text = (part: Type | undefined, nothing: string) =>
    part === undefined ? nothing : typeText(part, names);
  return [
    typeText(item, names),
    text(returns, received ? 'void' : 'unknown'),
    text(takes, 'undefined'),
  ].join(', ');
}

const SCALARS: Readonly<Record<string, string>> = {
  bytes: 'Uint8Array',
  arrayBuffer: 'ArrayBuffer',
  dataView: 'DataView',
  date: 'Date',
  url: 'URL',
  regexp: 'RegExp',
};

/** What a wide one has besides, so that the known ones are still completed and checked for. */
function othersOf({ members, wide }: LiteralType): readonly string[] {
  if (!wide) return [];
  const kinds = openKinds(members).map((kind) => (kind === 'integer' ? 'number' : kind));
  return kinds.map((kind) => `(${kind} & {})`);
}

function dictText({ key, readonly, isObject }: DictType, value: string): string {
  if (isObject) return 'object';
  const record = `Record<${key}, ${value}>`;
  return readonly ? `Readonly<${record}>` : record;
}

function withNothing({ kind }: Type, text: string, nothing: string): string {
  return kind === 'function' ? `(${text}) | ${nothing}` : `${text} | ${nothing}`;
}

function tupleText({ items, rest, readonly }: TupleType, names: TypeScriptNames): string {
  const parts = items.map(({ type, optional, label }) => {
    const text = typeText(type, names);
    if (label !== undefined) return `${label}${optional ? '?' : ''}: ${text}`;
    if (!optional) return text;
    return isUnion(type) ? `(${text})?` : `${text}?`;
  });
  const labelled = items.some(({ label }) => label !== undefined);
  if (rest !== undefined) {
    const text = typeText(rest, names);
    const array = isUnion(rest) ? `(${text})[]` : `${parenthesized(rest, text)}[]`;
    parts.push(labelled ? `...rest: ${array}` : `...${array}`);
  }
  return `${readonly ? 'readonly ' : ''}[${parts.join(', ')}]`;
}

function enumText({ name, members }: EnumType, names: TypeScriptNames): string {
  const reference = names.type(name);
  return members === undefined
    ? reference
    : members
        .map((member) =>
          isIdentifier(member)
            ? `${reference}.${member}`
            : `(typeof ${reference})[${quote(member)}]`,
        )
        .join(' | ');
}

function functionText({ parameters, result, promised }: FunctionType, names: TypeScriptNames) {
  const texts = parameters.map((slot) => parameterText(slot, slot.name, names));
  const held = typeText(result, names);
  return `(${texts.join(', ')}) => ${promised ? `Promise<${held}>` : held}`;
}

function isUnion(type: Type): boolean {
  return (
    type.kind === 'nullable' ||
    type.kind === 'undefinable' ||
    type.kind === 'union' ||
    type.kind === 'function' ||
    (type.kind === 'literal' && (type.wide || type.members.length > 1)) ||
    (type.kind === 'template' && type.text.includes('` | `')) ||
    (type.kind === 'enum' && (type.members?.length ?? 0) > 1)
  );
}

/** `readonly T[]` binds less tightly than the `[]` after it. */
function parenthesized(type: Type, text: string): string {
  const isReadonly = (type.kind === 'array' || type.kind === 'tuple') && type.readonly;
  return isReadonly ? `(${text})` : text;
}

export function parameterText(
  { optional, type, rest }: Slot,
  name: string,
  names: TypeScriptNames,
): string {
  return `${rest ? '...' : ''}${name}${optional ? '?' : ''}: ${typeText(type, names)}`;
}

export function literalText(value: LiteralValue): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

/** With the quotes that need fewer escapes, single ones if equal. */
export function quote(text: string): string {
  if (isPlain(text)) return `'${text}'`;
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
