/** A type as schema texts write it. Twin: python/ringsnake/_schema/text.py. */
import type { FunctionType, Literal, Method, Slot, Type } from './model.js';

export function typeText(type: Type): string {
  switch (type.kind) {
    case 'named':
    case 'plain':
      return type.name;
    case 'array':
      return `${bracketed(type.item, isUnion)}[]`;
    case 'set':
      return `Set<${typeText(type.item)}>`;
    case 'stream':
      return `stream<${[type.item, ...(type.takes === undefined ? [] : [type.takes])].map(typeText).join(', ')}>`;
    case 'map':
      return `Map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'dict':
      return `Record<${type.key}, ${typeText(type.value)}>`;
    case 'tuple':
      return `[${tupleItems(type.items, type.rest).join(', ')}]`;
    case 'literals':
      return type.members.map(literalText).join(' | ');
    case 'members':
      return type.members.map((member) => `${type.name}.${keyText(member)}`).join(' | ');
    case 'open':
      return `open<${typeText(type.inner)}>`;
    case 'template':
      return type.text;
    case 'function':
      return functionText(type);
    case 'union':
      return type.branches.map((branch) => bracketed(branch, isUnion)).join(' | ');
    default: {
      const nothing = type.kind === 'nullable' ? 'null' : 'undefined';
      return `${bracketed(type.inner, (inner) => inner.kind === 'function')} | ${nothing}`;
    }
  }
}

/** `(done: number, total?: number) => void`: also the name of the function's type in errors. */
export function functionText({ parameters, result }: Omit<FunctionType, 'kind'>): string {
  return `(${parameters.map(slotText).join(', ')}) => ${typeText(result)}`;
}

export function methodText({ name, parameters, result }: Method): string {
  return `${keyText(name)}(${parameters.map(slotText).join(', ')}): ${typeText(result)}`;
}

export function slotText({ name, optional, type, rest }: Slot): string {
  return `${rest ? '...' : ''}${keyText(name)}${optional ? '?' : ''}: ${typeText(type)}`;
}

export function keyText(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u.test(name)
    ? name
    : JSON.stringify(name);
}

export function literalText(value: Literal): string {
  return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value);
}

function tupleItems(items: readonly Slot[], rest: Type | undefined): string[] {
  const texts = items.map((item) =>
    item.name === '' ? `${typeText(item.type)}${item.optional ? '?' : ''}` : slotText(item),
  );
  return rest === undefined ? texts : [...texts, `...${typeText({ kind: 'array', item: rest })}`];
}

function bracketed(type: Type, needed: (type: Type) => boolean): string {
  return needed(type) ? `(${typeText(type)})` : typeText(type);
}

function isUnion(type: Type): boolean {
  if (type.kind === 'literals' || type.kind === 'members') return type.members.length > 1;
  return ['function', 'nullable', 'undefinable', 'union'].includes(type.kind);
}
