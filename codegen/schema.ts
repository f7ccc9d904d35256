/**
 * The canonical text of an interface and of every type it reaches. Both sides compare its hash when they meet, and show its
 * lines when they disagree. Documentation, positions and file names are not part of it: what does not change the wire
 * or the names on it does not change the hash.
 */
import { createHash } from 'node:crypto';
import type {
  FunctionType,
  Method,
  Module,
  NdArrayType,
  RecordDefinition,
  ResultType,
  Service,
  Slot,
  TupleType,
  Type,
} from './model.js';
import { isIdentifier } from './names.js';
import { partsOf } from './parts.js';

export interface Schema {
  readonly text: string;
  /** SHA-256 of `text`, hexadecimal. */
  readonly hash: string;
}

export function schemaOf(service: Service, module: Module): Schema {
  const reached = reach(service, module);
  reached.delete(service.name);
  const lines = interfaceLines(service);
  for (const service of module.services.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(...interfaceLines(service));
  }
  for (const record of module.records.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`record ${record.name}`, ...fieldLines(record));
  }
  for (const error of module.errors.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`error ${error.name}`, ...fieldLines(error));
  }
  for (const each of module.enums.filter(({ name }) => reached.has(name)).sort(byName)) {
    const members = each.members.map(({ name, value }) => `  ${key(name)} = ${literal(value)}`);
    lines.push(`enum ${each.name}`, ...members);
  }
  for (const alias of module.aliases.filter(({ name }) => reached.has(name)).sort(byName)) {
    lines.push(`type ${alias.name} = ${typeText(alias.type)}`);
  }
  const text = `${lines.join('\n')}\n`;
  return { text, hash: createHash('sha256').update(text).digest('hex') };
}

function fieldLines({ fields, extra }: RecordDefinition): string[] {
  const lines = fields.map((field) => `  ${slot(field)}`);
  return extra === undefined ? lines : [...lines, `  [string]: ${typeText(extra.value)}`];
}

function interfaceLines({ name, methods, data }: Service): string[] {
  const lines = methods.map((method) => {
    const parameters = method.parameters.map(slot).join(', ');
    const throws = method.throws.length === 0 ? '' : ` throws ${method.throws.join(', ')}`;
    return `  ${key(method.name)}(${parameters}): ${typeText(method.result)}${throws}`;
  });
  return [`interface ${name}`, ...lines, ...data.map((member) => `  readonly ${slot(member)}`)];
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

function slot({ name, type, optional, rest }: Slot): string {
  return `${rest ? '...' : ''}${key(name)}${optional ? '?' : ''}: ${typeText(type)}`;
}

function key(name: string): string {
  return isIdentifier(name) ? name : JSON.stringify(name);
}

/** A type as schemas write it: also how errors call it. */
export function typeText(type: ResultType): string {
  switch (type.kind) {
    case 'array':
      return isCompound(type.item) ? `(${typeText(type.item)})[]` : `${typeText(type.item)}[]`;
    case 'stream':
      return `stream<${[type.item, ...(type.takes === undefined ? [] : [type.takes])].map(typeText).join(', ')}>`;
    case 'set':
      return `Set<${typeText(type.item)}>`;
    case 'map':
      return `Map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'dict':
      return `Record<${type.key}, ${typeText(type.value)}>`;
    case 'tuple':
      return tupleText(type);
    case 'ndarray':
      return `NDArray<${type.dtype}${shapeText(type)}>`;
    case 'record':
    case 'object':
    case 'alias':
    case 'typedArray':
      return type.name;
    case 'enum':
      if (type.open) return `open<${type.name}>`;
      return (
        (type.members ?? []).map((member) => `${type.name}.${key(member)}`).join(' | ') || type.name
      );
    case 'function':
      return functionText(type);
    case 'literal': {
      const members = type.members.map(literal).join(' | ');
      return type.open ? `open<${members}>` : members;
    }
    case 'template':
      return type.text;
    case 'union': {
      const branches = type.branches.map(memberText).join(' | ');
      return type.open ? `open<${branches}>` : branches;
    }
    case 'nullable':
      return `${memberOfNullable(type.inner)} | null`;
    case 'undefinable':
      return `${memberOfNullable(type.inner)} | undefined`;
    default:
      return SCALARS[type.kind] ?? type.kind;
  }
}

const SCALARS: Readonly<Record<string, string>> = {
  integer: 'Int',
  bytes: 'Uint8Array',
  arrayBuffer: 'ArrayBuffer',
  dataView: 'DataView',
  date: 'Date',
  url: 'URL',
  regexp: 'RegExp',
};

function tupleText({ items, rest }: TupleType): string {
  const parts = items.map(({ type, optional, label }, index) => {
    const text = typeText(type);
    if (label === undefined) return optional ? `_${index + 1}?: ${text}` : text;
    return `${key(label)}${optional ? '?' : ''}: ${text}`;
  });
  if (rest !== undefined)
    parts.push(`...${isCompound(rest) ? `(${typeText(rest)})` : typeText(rest)}[]`);
  return `[${parts.join(', ')}]`;
}

function shapeText({ shape }: NdArrayType): string {
  return shape === undefined ? '' : `, [${shape.map((count) => count ?? 'n').join(', ')}]`;
}

/** A branch of a union: what would read as several stands in parentheses. */
function memberText(type: Type): string {
  return isCompound(type) ? `(${typeText(type)})` : typeText(type);
}

/** The same before `| null`, where literals may stand side by side. */
function memberOfNullable(type: Type): string {
  return type.kind === 'function' ? `(${typeText(type)})` : typeText(type);
}

function isCompound(type: Type): boolean {
  return (
    type.kind === 'nullable' ||
    type.kind === 'undefinable' ||
    (type.kind === 'union' && !type.open) ||
    type.kind === 'function' ||
    (type.kind === 'literal' && !type.open && type.members.length > 1) ||
    (type.kind === 'enum' && (type.members?.length ?? 0) > 1)
  );
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}

/** Names of the records, aliases and interfaces that what crosses for a service can hold or reach, and of the errors that are thrown. */
function reach(service: Service, module: Module): Set<string> {
  const reached = new Set<string>();
  // A list, not the stack: types may lead to each other for ever so long.
  const found: string[] = [];
  const records = new Map(module.records.map((record) => [record.name, record]));
  const errors = new Map(module.errors.map((error) => [error.name, error]));
  const services = new Map(module.services.map((service) => [service.name, service]));
  const aliases = new Map(module.aliases.map((alias) => [alias.name, alias]));
  const visit = (type: ResultType): void => {
    if ('name' in type && type.kind !== 'typedArray') found.push(type.name);
    else if (type.kind === 'function') partsOfMethod(type).forEach(visit);
    else partsOf(type).forEach(visit);
  };
  const visitNamed = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { fields, extra } of [records.get(name), errors.get(name)].filter(
      (r) => r !== undefined,
    )) {
      for (const { type } of fields) visit(type);
      if (extra !== undefined) visit(extra.value);
    }
    const alias = aliases.get(name);
    if (alias !== undefined) visit(alias.type);
    const service = services.get(name);
    if (service !== undefined) visitService(service);
  };
  const visitMethod = (method: Method): void => {
    partsOfMethod(method).forEach(visit);
    found.push(...method.throws);
  };
  const visitService = ({ methods, data }: Service): void => {
    methods.forEach(visitMethod);
    for (const { type } of data) visit(type);
  };
  visitService(service);
  for (let name = found.pop(); name !== undefined; name = found.pop()) visitNamed(name);
  return reached;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
