/**
 * The canonical text of an interface and of every type it reaches. Both sides compare its hash when they meet, and show its
 * lines when they disagree. Documentation, positions and file names are not part of it: what does not change the wire
 * or the names on it does not change the hash.
 */
import { createHash } from 'node:crypto';
import type { Module, ResultType, Service, Slot, Type } from './model.js';
import { isIdentifier } from './names.js';

export interface Schema {
  readonly text: string;
  /** SHA-256 of `text`, hexadecimal. */
  readonly hash: string;
}

export function schemaOf(service: Service, module: Module): Schema {
  const reached = reach(service, module);
  const lines = [`interface ${service.name}`];
  for (const method of service.methods) {
    const parameters = method.parameters.map(slot).join(', ');
    const throws = method.throws.length === 0 ? '' : ` throws ${method.throws.join(', ')}`;
    lines.push(`  ${key(method.name)}(${parameters}): ${typeText(method.result)}${throws}`);
  }
  for (const record of module.records.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`record ${record.name}`, ...record.fields.map((field) => `  ${slot(field)}`));
  }
  for (const error of module.errors.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`error ${error.name}`, ...error.fields.map((field) => `  ${slot(field)}`));
  }
  for (const alias of module.aliases.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`type ${alias.name} = ${memberTexts(alias.type.members)}`);
  }
  const text = `${lines.join('\n')}\n`;
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

function slot({ name, type, optional }: Slot): string {
  return `${key(name)}${optional ? '?' : ''}: ${typeText(type)}`;
}

function key(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

function typeText(type: ResultType): string {
  switch (type.kind) {
    case 'array': {
      const item = typeText(type.item);
      return isUnion(type.item) ? `(${item})[]` : `${item}[]`;
    }
    case 'record':
      return type.name;
    case 'literal':
      return type.alias ?? memberTexts(type.members);
    case 'nullable':
      return `${typeText(type.inner)} | null`;
    case 'integer':
      return 'Int';
    case 'bytes':
      return 'Uint8Array';
    case 'float64Array':
      return 'Float64Array';
    default:
      return type.kind;
  }
}

function isUnion(type: Type): boolean {
  return (
    type.kind === 'nullable' ||
    (type.kind === 'literal' && type.alias === undefined && type.members.length > 1)
  );
}

function memberTexts(members: readonly unknown[]): string {
  return members.map((member) => JSON.stringify(member)).join(' | ');
}

/** Names of the records and aliases that values of the service can hold, and of the errors that it throws. */
function reach(service: Service, module: Module): ReadonlySet<string> {
  const reached = new Set<string>();
  const records = new Map(module.records.map((record) => [record.name, record]));
  const visit = (type: ResultType): void => {
    if (type.kind === 'array') visit(type.item);
    else if (type.kind === 'nullable') visit(type.inner);
    else if (type.kind === 'literal' && type.alias !== undefined) reached.add(type.alias);
    else if (type.kind === 'record' && !reached.has(type.name)) {
      reached.add(type.name);
      for (const field of records.get(type.name)?.fields ?? []) visit(field.type);
    }
  };
  for (const method of service.methods) {
    for (const parameter of method.parameters) visit(parameter.type);
    visit(method.result);
    for (const name of method.throws) {
      reached.add(name);
      const error = module.errors.find((candidate) => candidate.name === name);
      for (const field of error?.fields ?? []) visit(field.type);
    }
  }
  return reached;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
