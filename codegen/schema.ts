/**
 * The canonical text of an interface and of every type it reaches. Both sides compare its hash when they meet, and show its
 * lines when they disagree. Documentation, positions and file names are not part of it: what does not change the wire
 * or the names on it does not change the hash.
 */
import { createHash } from 'node:crypto';
import type { FunctionType, Method, Module, ResultType, Service, Slot, Type } from './model.js';
import { isIdentifier } from './names.js';

export interface Schema {
  readonly text: string;
  /** SHA-256 of `text`, hexadecimal. */
  readonly hash: string;
}

export function schemaOf(service: Service, module: Module): Schema {
  const reached = reach(service.methods, module);
  reached.delete(service.name);
  const lines = interfaceLines(service);
  for (const service of module.services.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(...interfaceLines(service));
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

function interfaceLines({ name, methods }: Service): string[] {
  const lines = methods.map((method) => {
    const parameters = method.parameters.map(slot).join(', ');
    const throws = method.throws.length === 0 ? '' : ` throws ${method.throws.join(', ')}`;
    return `  ${key(method.name)}(${parameters}): ${typeText(method.result)}${throws}`;
  });
  return [`interface ${name}`, ...lines];
}

/** `(done: number, total?: number) => void`: also the name of the function's type in errors. */
export function functionText({ parameters, result }: FunctionType): string {
  return `(${parameters.map(slot).join(', ')}) => ${typeText(result)}`;
}

function partsOfMethod({
  parameters,
  result,
}: Pick<Method, 'parameters' | 'result'>): ResultType[] {
  return [...parameters.map(({ type }) => type), result];
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
    case 'stream':
      return `stream<${typeText(type.item)}>`;
    case 'record':
    case 'object':
      return type.name;
    case 'function':
      return functionText(type);
    case 'literal':
      return type.alias ?? memberTexts(type.members);
    case 'nullable':
      return type.inner.kind === 'function'
        ? `(${typeText(type.inner)}) | null`
        : `${typeText(type.inner)} | null`;
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
    type.kind === 'function' ||
    (type.kind === 'literal' && type.alias === undefined && type.members.length > 1)
  );
}

function memberTexts(members: readonly unknown[]): string {
  return members.map((member) => JSON.stringify(member)).join(' | ');
}

/** Names of the records, aliases and interfaces that values of such methods can hold or reach, and of the errors that these throw. */
function reach(methods: readonly Method[], module: Module): Set<string> {
  const reached = new Set<string>();
  const records = new Map(module.records.map((record) => [record.name, record]));
  const errors = new Map(module.errors.map((error) => [error.name, error]));
  const services = new Map(module.services.map((service) => [service.name, service]));
  const visit = (type: ResultType): void => {
    if (type.kind === 'array' || type.kind === 'stream') visit(type.item);
    else if (type.kind === 'nullable') visit(type.inner);
    else if (type.kind === 'function') partsOfMethod(type).forEach(visit);
    else if (type.kind === 'literal' && type.alias !== undefined) reached.add(type.alias);
    else if (type.kind === 'record' || type.kind === 'object') visitNamed(type.name);
  };
  const visitNamed = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    records
      .get(name)
      ?.fields.map((field) => field.type)
      .forEach(visit);
    errors
      .get(name)
      ?.fields.map((field) => field.type)
      .forEach(visit);
    services.get(name)?.methods.forEach(visitMethod);
  };
  const visitMethod = (method: Method): void => {
    partsOfMethod(method).forEach(visit);
    method.throws.forEach(visitNamed);
  };
  methods.forEach(visitMethod);
  return reached;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
