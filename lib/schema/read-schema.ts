/** A schema text, read. It may come from the peer: its size, its depth and the time it takes are bounded. Twin: python/ringsnake/_schema/read_schema.py. */
import {
  type Definition,
  type DefinitionOf,
  isWithNothing,
  type Literal,
  type Method,
  type Schema,
  type Slot,
  type Type,
} from './model.js';
import { SchemaProblem } from './problem.js';
import { readParameters, readRest, readType } from './read-type.js';
import { tagOfUnion } from './tag.js';
import { Tokens } from './tokens.js';
import { typesOf } from './walk.js';

/** Characters of a text. The largest known, of 1,662 declarations, has 250,000. */
const TEXT_MAX = 4 * 1024 * 1024;
/** Aliases of aliases. */
const ALIASES_MAX = 32;

/** Throws SchemaProblem. */
export function readSchema(text: string): Schema {
  if (text.length > TEXT_MAX)
    throw new SchemaProblem(1, `a schema of more than ${TEXT_MAX} characters`);
  const definitions = new Map<string, Definition>();
  const lines = text.split('\n');
  let first: string | undefined;
  for (let at = 0; at < lines.length; ) {
    if (lines[at] === '') {
      at++;
      continue;
    }
    const head = at++;
    while (lines[at]?.startsWith('  ')) at++;
    const definition = readDefinition(lines, head, at);
    if (definitions.has(definition.name))
      throw new SchemaProblem(head + 1, `${definition.name} is defined twice`);
    definitions.set(definition.name, definition);
    first ??= definition.kind === 'interface' ? definition.name : undefined;
    if (first === undefined) throw new SchemaProblem(head + 1, 'a schema begins with an interface');
  }
  if (first === undefined) throw new SchemaProblem(1, 'a schema begins with an interface');
  const schema = { name: first, definitions };
  for (const definition of definitions.values()) check(definition, schema);
  // Now that no alias leads back to itself.
  for (const definition of definitions.values()) checkTags(definition, schema);
  return schema;
}

/** `lines[head]` and its members, up to `end`. */
function readDefinition(lines: readonly string[], head: number, end: number): Definition {
  const tokens = new Tokens(head + 1, lines[head] as string);
  const kind = tokens.take().text;
  const name = tokens.key();
  if (kind === 'type') {
    tokens.expect('=');
    const type = readType(tokens);
    tokens.end();
    if (end > head + 1) throw new SchemaProblem(head + 2, 'a type has no members');
    return { kind, name, type };
  }
  tokens.end();
  const members = lines.slice(head + 1, end).map((line, i) => new Tokens(head + 2 + i, line));
  switch (kind) {
    case 'interface':
      return { kind, name, ...readMembers(members) };
    case 'record':
    case 'error':
      return { kind, name, ...readFields(members) };
    case 'enum':
      return { kind, name, members: unique(members, readEnumMember) };
    default:
      throw new SchemaProblem(head + 1, `there is no definition \`${kind.slice(0, 40)}\``);
  }
}

function unique<T extends { readonly name: string }>(
  lines: readonly Tokens[],
  read: (tokens: Tokens) => T,
): T[] {
  const names = new Set<string>();
  return lines.map((tokens) => {
    const member = read(tokens);
    tokens.end();
    if (names.has(member.name))
      throw new SchemaProblem(tokens.line, `${member.name} stands here twice`);
    names.add(member.name);
    return member;
  });
}

/** Methods, then data. */
function readMembers(lines: readonly Tokens[]): { methods: Method[]; data: Slot[] } {
  const methods: Method[] = [];
  const data: Slot[] = [];
  unique(lines, (tokens) => {
    const first = tokens.key();
    if (first !== 'readonly' || tokens.isMark('(')) {
      const method = readMethod(first, tokens);
      if (data.length > 0) throw new SchemaProblem(tokens.line, 'a method behind data');
      methods.push(method);
      return method;
    }
    const slot = { name: tokens.key(), ...readRest(tokens) };
    data.push(slot);
    return slot;
  });
  return { methods, data };
}

function readMethod(name: string, tokens: Tokens): Method {
  tokens.expect('(');
  const parameters = readParameters(tokens);
  tokens.expect(':');
  const result = readType(tokens);
  const throws: string[] = [];
  if (tokens.peek().text === 'throws') {
    tokens.take();
    do throws.push(tokens.key());
    while (tokens.skip(','));
  }
  return { name, parameters, result, throws };
}

function readFields(lines: readonly Tokens[]): { fields: Slot[]; extra: Type | undefined } {
  const last = lines.at(-1);
  const hasExtra = last?.isMark('[') ?? false;
  const fields = unique(hasExtra ? lines.slice(0, -1) : lines, (tokens) => {
    const name = tokens.key();
    return { name, ...readRest(tokens) };
  });
  return { fields, extra: hasExtra ? readExtra(last as Tokens) : undefined };
}

function readExtra(tokens: Tokens): Type {
  tokens.expect('[');
  if (tokens.key() !== 'string') throw tokens.problem('an index signature of strings');
  tokens.expect(']');
  tokens.expect(':');
  const type = readType(tokens);
  tokens.end();
  return type;
}

function readEnumMember(tokens: Tokens): { name: string; value: Literal } {
  const name = tokens.key();
  tokens.expect('=');
  const token = tokens.take();
  if (token.kind !== 'literal') throw tokens.problem('a value');
  return { name, value: token.value };
}

/** Every name is defined, as what may stand there. */
function check(definition: Definition, { definitions }: Schema): void {
  for (const type of typesOf(definition)) {
    const problem = typeProblem(type, definitions);
    if (problem !== undefined) throw refusal(definition, problem);
  }
  if (definition.kind === 'interface') {
    for (const name of definition.methods.flatMap(({ throws }) => throws))
      if (definitions.get(name)?.kind !== 'error') throw refusal(definition, `${name} is no error`);
  }
  if (definition.kind === 'type') checkAlias(definition, definitions);
}

/** Whether an object is of a branch of an open union is known by its tag. */
function checkTags(definition: Definition, schema: Schema): void {
  for (const type of typesOf(definition)) {
    if (type.kind !== 'open' || type.inner.kind !== 'union') continue;
    if (tagOfUnion(type.inner.branches, schema) === undefined)
      throw refusal(definition, 'an open union whose branches no tag tells apart');
  }
}

function typeProblem(type: Type, definitions: Schema['definitions']): string | undefined {
  if (type.kind === 'open' && type.inner.kind === 'named') {
    const { name } = type.inner;
    return definitions.get(name)?.kind === 'enum' ? undefined : `${name} is no enum`;
  }
  if (type.kind !== 'named' && type.kind !== 'members') return undefined;
  const found = definitions.get(type.name);
  return type.kind === 'named' ? nameProblem(type, found) : membersProblem(type, found);
}

function nameProblem(
  { name }: { name: string },
  found: Definition | undefined,
): string | undefined {
  if (found === undefined) return `${name} is not defined`;
  return found.kind === 'error' ? `${name} is an error, and no type of values` : undefined;
}

function membersProblem(
  { name, members }: Extract<Type, { readonly kind: 'members' }>,
  found: Definition | undefined,
): string | undefined {
  const known = found?.kind === 'enum' ? found.members.map((member) => member.name) : [];
  return members.every((member) => known.includes(member))
    ? undefined
    : `${name} has no ${members.join(', ')}`;
}

function checkAlias(alias: DefinitionOf<'type'>, definitions: Schema['definitions']): void {
  let at: Type = alias.type;
  for (let steps = 0; steps <= ALIASES_MAX; steps++) {
    if (isWithNothing(at)) at = at.inner;
    else {
      const found = at.kind === 'named' ? definitions.get(at.name) : undefined;
      if (found?.kind !== 'type') return;
      at = found.type;
    }
  }
  throw refusal(alias, 'it leads back to itself, or too far');
}

function refusal({ name }: Definition, problem: string): SchemaProblem {
  return new SchemaProblem(1, `${name}: ${problem}`);
}
