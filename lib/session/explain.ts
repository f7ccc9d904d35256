/** What else is wrong with a value that was refused, and where that was declared. Only after a refusal, and never in its way. */
import type { ValidationError, ValidationProblem } from '../errors.js';
import { Examination, PROBLEMS_MAX } from '../schema/examination.js';
import {
  type FunctionType,
  type Method,
  type Schema,
  streamIn,
  type Type,
} from '../schema/model.js';
import { readSchema } from '../schema/read-schema.js';
import { readType } from '../schema/read-type.js';
import { Sources } from '../schema/sources.js';
import { Tokens } from '../schema/tokens.js';
import { keptTree } from '../wire/refused-tree.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { InterfaceDefinition, MethodDefinition } from './interface.js';

/** What knows the types of a generated module. */
export type DeclaredTypes = Pick<
  InterfaceDefinition,
  'name' | 'schema' | 'sources' | 'scope' | 'isFunction'
>;

/** What was refused: a value that was given here, or one that a reader has come upon. */
export interface Refused {
  readonly definition: DeclaredTypes;
  readonly method: Pick<MethodDefinition, 'name'>;
  readonly part: 'arguments' | 'result' | ItemPart | SentPart;
  readonly value: RefusedValue;
}

/** An item of a stream among the arguments or the results; `index` says of which. */
export interface ItemPart {
  readonly itemsOf: 'arguments' | 'result';
  readonly index: number;
}

/** What is sent to a generator among them. */
export interface SentPart {
  readonly sentTo: 'arguments' | 'result';
  readonly index: number;
}

/** What a reader has come upon is all of its message, or one item of that. */
type RefusedValue =
  | { readonly given: unknown }
  | { readonly reader: ValueReader; readonly item?: number };

interface Explanation {
  readonly source: string | undefined;
  readonly others: readonly ValidationProblem[];
}

const NOTHING: Explanation = { source: undefined, others: [] };

/** Its paths are relative, as that of the error is then. */
export function explain(error: ValidationError, refused: Refused): Explanation {
  try {
    const known = knownOf(refused.definition);
    return known === undefined ? NOTHING : examine(error, refused, known);
  } catch {
    // What is wrong first is known already; an accessor may throw, and the peer may change what is read.
    return NOTHING;
  }
}

function examine(
  error: ValidationError,
  refused: Refused,
  { schema, sources }: Known,
): Explanation {
  const found = callOf(refused, schema);
  if (found === undefined) return NOTHING;
  const { value, part } = refused;
  const form = 'given' in value ? 'given' : 'read';
  const tree = 'given' in value ? value.given : treeOf(error, value);
  const examination = new Examination({ schema, sources, form, known: error.path });
  const { call, owner } = found;
  if (part === 'arguments') examination.arguments(call, tree, owner);
  else {
    const source = sources?.of(owner.name, owner.member);
    const type = part === 'result' ? call.result : partType(call, part);
    if (type === undefined) return NOTHING;
    examination.check(type, tree, { path: '', source });
  }
  const { knownPlace } = examination;
  if (knownPlace === undefined) return NOTHING;
  const others = examination.found.filter(({ path }) => path !== error.path);
  return { source: knownPlace.source, others: others.slice(0, PROBLEMS_MAX - 1) };
}

function treeOf(
  error: ValidationError,
  { reader, item }: { readonly reader: ValueReader; readonly item?: number },
): unknown {
  const kept = keptTree(error);
  if (kept !== undefined) return kept.tree;
  const tree = reader.readAgain();
  return item === undefined ? tree : (tree as readonly unknown[])[item];
}

function partType(
  { parameters, result }: Found['call'],
  part: ItemPart | SentPart,
): Type | undefined {
  const isItem = 'itemsOf' in part;
  const among = isItem ? part.itemsOf : part.sentTo;
  const types = among === 'result' ? [result] : parameters.map(({ type }) => type);
  const stream = types.map(streamIn).filter((type) => type !== undefined)[part.index];
  return isItem ? stream?.item : stream?.takes;
}

/** The names of the parameters that are streams. */
export function streamParameters(of: Pick<Refused, 'definition' | 'method'>): readonly string[] {
  try {
    const schema = knownOf(of.definition)?.schema;
    const parameters = (schema && callOf(of, schema)?.call.parameters) ?? [];
    return parameters.filter(({ type }) => streamIn(type) !== undefined).map(({ name }) => name);
  } catch {
    return [];
  }
}

interface Found {
  readonly call: Pick<FunctionType, 'parameters' | 'result'>;
  readonly owner: { readonly name: string; readonly member: number };
}

function callOf(
  { definition, method }: Pick<Refused, 'definition' | 'method'>,
  schema: Schema,
): Found | undefined {
  if (definition.isFunction) {
    const type = readType(new Tokens(1, definition.schema));
    return type.kind === 'function' ? { call: type, owner: { name: '', member: 0 } } : undefined;
  }
  const found = schema.definitions.get(definition.name);
  if (found?.kind !== 'interface') return undefined;
  const member = found.methods.findIndex(({ name }: Method) => name === method.name);
  const call = found.methods[member];
  return call && { call, owner: { name: definition.name, member } };
}

interface Known {
  readonly schema: Schema;
  readonly sources: Sources | undefined;
}

const KNOWN = new WeakMap<DeclaredTypes, Known>();

/** Read when it is first asked for. Of a function: that of an interface that reaches it. */
function knownOf(definition: DeclaredTypes): Known | undefined {
  const scope = definition.scope ?? definition;
  if (scope.isFunction) return undefined;
  const known = KNOWN.get(scope);
  if (known !== undefined) return known;
  const { schema, sources } = scope;
  const made = {
    schema: readSchema(schema),
    sources: sources === undefined ? undefined : new Sources(sources),
  };
  KNOWN.set(scope, made);
  return made;
}
