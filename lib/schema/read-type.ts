/** A type, as schema texts write it. Twin: python/ringsnake/_schema/read_type.py. Grammar: spec/wire/schema.md. */
import type { Literal, Slot, Type } from './model.js';
import { SchemaProblem } from './problem.js';
import type { Tokens } from './tokens.js';

/** Types inside each other; values are nested no deeper than twice that. */
const DEPTH_MAX = 64;

const PLAIN: ReadonlySet<string> = new Set([
  ...['string', 'number', 'Int', 'boolean', 'bigint', 'null', 'undefined', 'unknown', 'void'],
  ...['Date', 'URL', 'RegExp', 'Uint8Array', 'Int8Array', 'Uint8ClampedArray', 'Int16Array'],
  ...['Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array'],
  ...['BigInt64Array', 'BigUint64Array', 'ArrayBuffer', 'DataView', 'NDArray'],
]);

export function readType(tokens: Tokens, depth = 0): Type {
  if (depth > DEPTH_MAX)
    throw new SchemaProblem(tokens.line, `types nested deeper than ${DEPTH_MAX}`);
  const members: Member[] = [];
  do members.push(readMember(tokens, depth));
  while (tokens.skip('|'));
  return unionOf(members);
}

/** `a: T, b?: T)`: the parameters behind an open parenthesis, and what closes it. */
export function readParameters(tokens: Tokens, depth = 0): Slot[] {
  const parameters: Slot[] = [];
  if (tokens.skip(')')) return parameters;
  do {
    const rest = tokens.skip('...');
    const slot = { name: tokens.key(), ...readRest(tokens, depth) };
    parameters.push(rest ? { ...slot, rest } : slot);
  } while (tokens.skip(','));
  tokens.expect(')');
  return parameters;
}

/** What follows the name of a field or parameter. */
export function readRest(tokens: Tokens, depth = 0): Omit<Slot, 'name'> {
  const optional = tokens.skip('?');
  tokens.expect(':');
  return { optional, type: readType(tokens, depth + 1) };
}

interface Member {
  readonly type: Type;
  readonly isBracketed: boolean;
}

/** Null and undefined are no branches; literals that stand alone are one group. */
function unionOf(members: readonly Member[]): Type {
  const rest = members.filter(({ type }) => !isNothing(type));
  const nothings = members.filter(({ type }) => isNothing(type)).map(({ type }) => type);
  const inner = branchesOf(rest);
  if (inner === undefined && nothings.length === 1) return nothings[0] as Type;
  let type = inner;
  for (const nothing of nothings) {
    const isNull = nothing.kind === 'plain' && nothing.name === 'null';
    if (type === undefined) type = nothing;
    else type = { kind: isNull ? 'nullable' : 'undefinable', inner: type };
  }
  return type as Type;
}

function branchesOf(members: readonly Member[]): Type | undefined {
  const types = members.map(({ type }) => type);
  if (types.length < 2) return types[0];
  const groups = types.flatMap((type) => (type.kind === 'literals' ? [type.members] : []));
  const isGroup = !members.some(({ isBracketed }) => isBracketed);
  if (groups.length === types.length && isGroup)
    return { kind: 'literals', members: groups.flat() };
  const [{ name }, ...others] = types.map((type) =>
    type.kind === 'members' ? type : { name: undefined, members: [] },
  ) as [Partial<EnumMembers>, ...Partial<EnumMembers>[]];
  if (name !== undefined && isGroup && others.every((other) => other.name === name))
    return { kind: 'members', name, members: types.flatMap(membersOf) };
  return { kind: 'union', branches: types };
}

type EnumMembers = Extract<Type, { readonly kind: 'members' }>;

function membersOf(type: Type): readonly string[] {
  return type.kind === 'members' ? type.members : [];
}

function isNothing(type: Type): boolean {
  return type.kind === 'plain' && (type.name === 'null' || type.name === 'undefined');
}

function readMember(tokens: Tokens, depth: number): Member {
  let isBracketed = false;
  let type: Type;
  if (tokens.isMark('(') && !beginsFunction(tokens)) {
    tokens.take();
    type = readType(tokens, depth + 1);
    tokens.expect(')');
    isBracketed = true;
  } else type = readSingle(tokens, depth);
  for (let arrays = 0; tokens.isMark('[') && tokens.isMark(']', 1); arrays++) {
    if (arrays > DEPTH_MAX)
      throw new SchemaProblem(tokens.line, `types nested deeper than ${DEPTH_MAX}`);
    tokens.take();
    tokens.take();
    type = { kind: 'array', item: type };
  }
  return { type, isBracketed };
}

/** At an open parenthesis. */
function beginsFunction(tokens: Tokens): boolean {
  if (tokens.isMark(')', 1)) return true;
  const { kind } = tokens.peek(1);
  const isKey = kind === 'name' || kind === 'literal';
  return isKey && (tokens.isMark(':', 2) || tokens.isMark('?', 2));
}

function readSingle(tokens: Tokens, depth: number): Type {
  if (tokens.skip('(')) {
    const parameters = readParameters(tokens, depth);
    tokens.expect('=>');
    return { kind: 'function', parameters, result: readType(tokens, depth + 1) };
  }
  if (tokens.skip('[')) return readTuple(tokens, depth);
  const token = tokens.peek();
  if (token.kind === 'mark') throw tokens.problem('a type');
  tokens.take();
  if (token.kind === 'template') return { kind: 'template', text: token.text };
  if (token.kind === 'literal') return { kind: 'literals', members: [token.value as Literal] };
  if (tokens.skip('.')) return { kind: 'members', name: token.text, members: [tokens.key()] };
  return tokens.isMark('<')
    ? readGeneric(token.text, tokens, depth)
    : { kind: PLAIN.has(token.text) ? 'plain' : 'named', name: token.text };
}

function readGeneric(name: string, tokens: Tokens, depth: number): Type {
  if (name === 'NDArray') return { kind: 'plain', name: `NDArray${textUpTo('>', tokens)}` };
  tokens.expect('<');
  const first = readType(tokens, depth + 1);
  let type: Type;
  if (name === 'Set') type = { kind: 'set', item: first };
  else if (name === 'stream') type = streamOf(first, tokens, depth);
  else if (name === 'open') type = openOf(first, tokens);
  else if (name === 'Map' || name === 'Record') {
    tokens.expect(',');
    type = pairsOf(name, first, readType(tokens, depth + 1), tokens);
  } else throw new SchemaProblem(tokens.line, `\`${name}\` takes no types`);
  tokens.expect('>');
  return type;
}

/** What a stream takes is an array of no value or one. */
function streamOf(item: Type, tokens: Tokens, depth: number): Type {
  if (!tokens.skip(',')) return { kind: 'stream', item };
  const takes = readType(tokens, depth + 1);
  if (takes.kind === 'tuple' && takes.items.length === 1 && takes.items[0]?.optional)
    if (takes.rest === undefined) return { kind: 'stream', item, takes };
  throw tokens.problem('what a stream takes, `[value?: T]`');
}

/** What is named is an enum, and a union's branches have a tag, which is known when all is read. */
function openOf(inner: Type, tokens: Tokens): Type {
  if (inner.kind === 'literals' || inner.kind === 'named' || inner.kind === 'union')
    return { kind: 'open', inner };
  throw new SchemaProblem(tokens.line, 'only literals, enums and unions of records are open');
}

function pairsOf(name: string, key: Type, value: Type, tokens: Tokens): Type {
  if (name === 'Map') return { kind: 'map', key, value };
  const word = key.kind === 'plain' ? key.name : '';
  if (word === 'string' || word === 'number') return { kind: 'dict', key: word, value };
  throw new SchemaProblem(tokens.line, 'the keys of a Record are string or number');
}

/** The words as they stand, canonical but for blanks. */
function textUpTo(mark: string, tokens: Tokens): string {
  let text = '';
  while (!text.endsWith(mark)) {
    const token = tokens.take();
    if (token.text === '') throw tokens.problem(`\`${mark}\``);
    text += token.text === ',' ? ', ' : token.text;
  }
  return text;
}

function readTuple(tokens: Tokens, depth: number): Type {
  const items: Slot[] = [];
  let rest: Type | undefined;
  if (tokens.skip(']')) return { kind: 'tuple', items, rest };
  do {
    if (tokens.skip('...')) {
      if (isLabel(tokens)) {
        tokens.take();
        tokens.take();
      }
      const type = readType(tokens, depth + 1);
      if (type.kind !== 'array') throw tokens.problem('the rest of a tuple, which is an array');
      rest = type.item;
      break;
    }
    items.push(readItem(tokens, depth));
  } while (tokens.skip(','));
  tokens.expect(']');
  return { kind: 'tuple', items, rest };
}

function readItem(tokens: Tokens, depth: number): Slot {
  const { kind } = tokens.peek();
  const isOptionalLabel = kind === 'name' && tokens.isMark('?', 1) && tokens.isMark(':', 2);
  if (isLabel(tokens) || isOptionalLabel) {
    const name = tokens.key();
    return { name, ...readRest(tokens, depth) };
  }
  const type = readType(tokens, depth + 1);
  return { name: '', optional: tokens.skip('?'), type };
}

function isLabel(tokens: Tokens): boolean {
  return tokens.peek().kind === 'name' && tokens.isMark(':', 1);
}
