/** Types and literals as Python text. */
import type { FunctionType, LiteralValue, ResultType, Slot } from '../../model.js';
import { pythonTypeName } from '../../names.js';
import type { PythonModuleNames } from './names.js';

const BUILTIN_TYPES = {
  string: 'str',
  number: 'float',
  integer: 'int',
  boolean: 'bool',
  bigint: 'int',
  bytes: 'bytes',
} as const;

/** `hidden` holds the members of the class in whose body the annotation stands. */
export function typeText(
  type: ResultType,
  names: PythonModuleNames,
  hidden?: ReadonlySet<string>,
): string {
  switch (type.kind) {
    case 'void':
    case 'null':
      return 'None';
    case 'nullable':
      return `${typeText(type.inner, names, hidden)} | None`;
    case 'array': {
      const list = type.readonly
        ? names.use('collections.abc', 'Sequence')
        : names.builtin('list', hidden);
      return `${list}[${typeText(type.item, names, hidden)}]`;
    }
    case 'stream': {
      const stream = names.runtime(type.received ? 'RemoteStream' : 'StreamSource');
      return `${stream}[${typeText(type.item, names, hidden)}]`;
    }
    case 'record':
    case 'object':
      return pythonTypeName(type.name);
    case 'function':
      return functionText(type, names, hidden);
    case 'literal':
      if (type.alias !== undefined) return pythonTypeName(type.alias);
      return literalTypeText(type.members, names, hidden);
    case 'float64Array':
      return names.runtime('Float64Array');
    default:
      return names.builtin(BUILTIN_TYPES[type.kind], hidden);
  }
}

function functionText(
  { parameters, result, promised }: FunctionType,
  names: PythonModuleNames,
  hidden?: ReadonlySet<string>,
): string {
  const callable = names.use('collections.abc', 'Callable');
  const awaitable = promised
    ? names.use('collections.abc', 'Awaitable')
    : names.runtime('MaybeAwaitable');
  const types = parameters.map(({ type }) => typeText(type, names, hidden)).join(', ');
  // A callable's type has no word for a parameter that may be left out.
  const taken = parameters.some(({ optional }) => optional) ? '...' : `[${types}]`;
  return `${callable}[${taken}, ${awaitable}[${typeText(result, names, hidden)}]]`;
}

/** `Literal["a", 1]`; Python has no literal type for a number with a fraction. */
export function literalTypeText(
  members: readonly LiteralValue[],
  names: PythonModuleNames,
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
  { type, optional }: Slot,
  names: PythonModuleNames,
  hidden?: ReadonlySet<string>,
): string {
  const text = typeText(type, names, hidden);
  if (!optional) return text;
  if (!admitsNull(type)) return `${text} | None = None`;
  return `${text} | ${names.runtime('UnsetType')} = ${names.runtime('UNSET')}`;
}

/** Where `None` is a value of its own, only `UNSET` can stand for an absent one. */
export function admitsNull(type: ResultType): boolean {
  return type.kind === 'null' || type.kind === 'nullable';
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
  const json = JSON.stringify(text);
  const inner = json.slice(1, -1);
  const double = inner.split('\\"').length - 1;
  const single = inner.split("'").length - 1;
  if (double <= single) return json;
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
