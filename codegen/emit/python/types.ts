/** Types and literals as Python text. */
import type {
  EnumType,
  FunctionType,
  LiteralType,
  LiteralValue,
  ParameterType,
  ResultType,
  ScalarType,
  Slot,
  StreamType,
  TupleType,
  Type,
} from '../../model.js';
import { type OpenKind, openKinds } from '../../open.js';
import { isPlain } from '../text.js';
import type { PythonFileNames } from './names.js';

const BUILTIN_TYPES: Readonly<Record<string, string>> = {
  string: 'str',
  number: 'float',
  integer: 'int',
  boolean: 'bool',
  bigint: 'int',
  bytes: 'bytes',
  arrayBuffer: 'bytes',
  dataView: 'bytes',
  unknown: 'object',
  url: 'str',
};

/** `hidden` holds the members of the class in whose body the annotation stands. */
export function typeText(
  type: ResultType,
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const inner = (part: Type) => typeText(part, names, hidden);
  const builtin = (name: string) => names.builtin(name, hidden);
  switch (type.kind) {
    case 'void':
    case 'null':
      return 'None';
    case 'undefined':
      return names.runtime('UnsetType');
    case 'nullable':
      return `${inner(type.inner)} | None`;
    case 'undefinable':
      return orUnset(inner(type.inner), names);
    case 'union':
      return unionText(type.branches.map(inner), type.open ? openObject(builtin) : []);
    case 'array': {
      const list = type.readonly ? names.use('collections.abc', 'Sequence') : builtin('list');
      return `${list}[${inner(type.item)}]`;
    }
    case 'set':
      return `${builtin(type.readonly ? 'frozenset' : 'set')}[${inner(type.item)}]`;
    case 'map':
      return `${dictName(type, names, hidden)}[${inner(type.key)}, ${inner(type.value)}]`;
    case 'dict': {
      const key = builtin(type.key === 'string' ? 'str' : 'int');
      return `${dictName(type, names, hidden)}[${key}, ${inner(type.value)}]`;
    }
    case 'tuple':
      return tupleText(type, inner, builtin('tuple'));
    case 'stream':
      return streamText(type, { names, inner, hidden });
    case 'object':
    case 'record':
    case 'alias':
      return 'self' in type && type.self ? names.typing('Self') : names.type(type.name);
    case 'enum':
      return enumText(type, names, hidden);
    case 'function':
      return functionText(type, names, hidden);
    case 'literal':
      return literalsText(type, names, hidden);
    case 'date':
      return names.use('datetime', 'datetime');
    case 'regexp':
      return `${names.use('re', 'Pattern')}[${builtin('str')}]`;
    case 'typedArray':
    case 'ndarray':
      return names.runtime(type.kind === 'ndarray' ? 'NDArray' : type.name);
    case 'template':
      return builtin('str');
    default:
      return scalarText(type, names, hidden);
  }
}

function scalarText(
  { kind, variable, view }: ScalarType,
  names: PythonFileNames,
  hidden: ReadonlySet<string> | undefined,
): string {
  if (variable !== undefined) return names.typeVariable(variable);
  return names.builtin(view ? 'memoryview' : (BUILTIN_TYPES[kind] ?? 'object'), hidden);
}

function streamText(
  { item, received, generator }: StreamType,
  {
    names,
    inner,
    hidden,
  }: {
    readonly names: PythonFileNames;
    readonly inner: (part: Type) => string;
    readonly hidden: ReadonlySet<string> | undefined;
  },
): string {
  if (generator === undefined)
    return `${names.runtime(received ? 'RemoteStream' : 'StreamSource')}[${inner(item)}]`;
  const { takes, returns } = generator;
  const yielded = inner(generator.item);
  const sent = takes === undefined ? 'None' : inner(takes);
  if (received) {
    const returned = returns === undefined ? 'None' : inner(returns);
    return `${names.runtime('RemoteGenerator')}[${yielded}, ${sent}, ${returned}]`;
  }
  if (takes === undefined) return `${names.runtime('StreamSource')}[${yielded}]`;
  const returned = returns === undefined ? names.builtin('object', hidden) : inner(returns);
  return `${names.runtime('GeneratorSource')}[${yielded}, ${sent}, ${returned}]`;
}

/** `None` stands last. */
export function orUnset(text: string, names: PythonFileNames): string {
  const unset = names.runtime('UnsetType');
  return text === 'None' || text.endsWith(' | None')
    ? `${text.slice(0, -'None'.length)}${unset} | None`
    : `${text} | ${unset}`;
}

/** What an open union has besides. */
function openObject(builtin: (name: string) => string): readonly string[] {
  return [`${builtin('dict')}[${builtin('str')}, ${builtin('object')}]`];
}

/** Each once; where a `float` is taken an `int` is. */
function unionText(types: readonly string[], others: readonly string[]): string {
  const branches = [...types, ...others];
  const isFloat = branches.some((branch) => /^(builtins\.)?float$/.test(branch));
  const isImplied = (branch: string) => isFloat && /^(builtins\.)?int$/.test(branch);
  return [...new Set(branches)].filter((branch) => !isImplied(branch)).join(' | ');
}

/** What may not be changed is a `Mapping`. */
function dictName(
  { readonly }: { readonly readonly: boolean },
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  return readonly ? names.use('collections.abc', 'Mapping') : names.builtin('dict', hidden);
}

/** Items that may be left out make it one of several lengths. */
function tupleText(
  { items, rest }: TupleType,
  text: (type: Type) => string,
  tuple: string,
): string {
  const parts = items.map(({ type }) => text(type));
  const least = items.filter(({ optional }) => !optional).length;
  if (rest !== undefined && items.length === 0) return `${tuple}[${text(rest)}, ...]`;
  const lengths = Array.from({ length: items.length - least + 1 }, (_, more) => least + more);
  const texts = lengths.map((length) => {
    const held = parts.slice(0, length);
    if (rest !== undefined && length === items.length) held.push(`*${tuple}[${text(rest)}, ...]`);
    return `${tuple}[${held.join(', ') || '()'}]`;
  });
  return texts.join(' | ');
}

/** What an open one has besides. */
function orOthers(
  text: string,
  kinds: readonly OpenKind[],
  builtin: (name: string) => string,
): string {
  const others = kinds.map((kind) => builtin(OPEN_TYPES[kind]));
  const isThere = (other: string) => text.endsWith(` | ${other}`);
  return [text, ...others.filter((other) => !isThere(other))].join(' | ');
}

function literalsText(
  { members, open }: LiteralType,
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const text = literalTypeText(members, names, hidden);
  return orOthers(text, open ? openKinds(members) : [], (name) => names.builtin(name, hidden));
}

const OPEN_TYPES: Readonly<Record<OpenKind, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
};

function enumText(
  { name, members, open }: EnumType,
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const reference = names.type(name);
  const builtin = (type: string) => names.builtin(type, hidden);
  if (open) return orOthers(reference, openKinds(names.enumValues(name)), builtin);
  if (members === undefined) return reference;
  const texts = members.map((member) => `${reference}.${names.enumMember(name, member)}`);
  return `${names.typing('Literal')}[${texts.join(', ')}]`;
}

function functionText(
  { parameters, result, promised }: FunctionType,
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const callable = names.use('collections.abc', 'Callable');
  const awaitable = promised
    ? names.use('collections.abc', 'Awaitable')
    : names.runtime('MaybeAwaitable');
  const types = parameters
    .map(({ type, rest }) =>
      rest && type.kind === 'array'
        ? `*${names.builtin('tuple', hidden)}[${typeText(type.item, names, hidden)}, ...]`
        : typeText(type, names, hidden),
    )
    .join(', ');
  // A callable's type has no word for a parameter that may be left out.
  const taken = parameters.some(({ optional }) => optional) ? '...' : `[${types}]`;
  return `${callable}[${taken}, ${awaitable}[${typeText(result, names, hidden)}]]`;
}

/** `Literal["a", 1]`; Python has no literal type for a number with a fraction. */
export function literalTypeText(
  members: readonly LiteralValue[],
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const exact = members.filter((member) => !isFraction(member));
  const parts: string[] = [];
  if (exact.length > 0) {
    parts.push(`${names.typing('Literal')}[${exact.map(literalText).join(', ')}]`);
  }
  if (exact.length < members.length) parts.push(names.builtin('float', hidden));
  return parts.join(' | ');
}

/** How a field or parameter is declared, without its name: the type, and the default of an optional one. */
export function slotText(
  { type, optional, default: absent }: Slot,
  names: PythonFileNames,
  hidden?: ReadonlySet<string>,
): string {
  const text = typeText(type, names, hidden);
  if (!optional) return text;
  if (absent !== undefined) return `${text} = ${defaultText(type, absent, names)}`;
  if (!admitsNull(type)) return `${text} | None = None`;
  return `${orUnset(text, names)} = ${names.runtime('UNSET')}`;
}

/** A default, as a value of its type. */
export function defaultText(
  type: ParameterType,
  value: LiteralValue,
  names: PythonFileNames,
): string {
  if (type.kind === 'nullable' || type.kind === 'undefinable')
    return defaultText(type.inner, value, names);
  if (type.kind === 'enum')
    return `${names.type(type.name)}.${names.enumMemberOf(type.name, value)}`;
  return type.kind === 'number' && Number.isInteger(value) ? `${value}.0` : literalText(value);
}

/** Where `None` is a value of its own, only `UNSET` can stand for an absent one. */
export function admitsNull(type: ResultType): boolean {
  return type.kind === 'null' || type.kind === 'nullable' || type.kind === 'unknown';
}

export function isFraction(member: LiteralValue): boolean {
  return typeof member === 'number' && !Number.isSafeInteger(member);
}

export function literalText(value: LiteralValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** With the quotes that need fewer escapes, double ones if equal. JSON's escapes are Python's as well. */
export function quote(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  const json = JSON.stringify(text);
  const inner = json.slice(1, -1);
  const double = inner.split('\\"').length - 1;
  const single = inner.split("'").length - 1;
  if (double <= single) return json;
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
