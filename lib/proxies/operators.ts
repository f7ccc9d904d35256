import { imported } from './code.js';
import { hasItem, isList } from './item.js';
import { malformed } from './refusal.js';

/** Where the operands of an operator stand. */
interface OperatorPlace {
  /** Of its first item in the program. */
  readonly number: number;
  operands(index: number): unknown[];
}

// biome-ignore lint/suspicious/noExplicitAny: JavaScript's operators take anything.
type Operator = (subject: any, other: any) => unknown;

/** By the names that they have in Python's module `operator`; the last ones are JavaScript's alone. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['add', (a, b) => a + b],
  ['sub', (a, b) => a - b],
  ['mul', (a, b) => a * b],
  ['truediv', (a, b) => a / b],
  ['mod', (a, b) => a % b],
  ['pow', (a, b) => a ** b],
  ['and_', (a, b) => a & b],
  ['or_', (a, b) => a | b],
  ['xor', (a, b) => a ^ b],
  ['lshift', (a, b) => a << b],
  ['rshift', (a, b) => a >> b],
  ['neg', (a) => -a],
  ['pos', (a) => +a],
  ['invert', (a) => ~a],
  ['not_', (a) => !a],
  ['truth', (a) => Boolean(a)],
  ['lt', (a, b) => a < b],
  ['le', (a, b) => a <= b],
  ['gt', (a, b) => a > b],
  ['ge', (a, b) => a >= b],
  ['eq', (a, b) => a === b],
  ['ne', (a, b) => a !== b],
  ['is_', (a, b) => Object.is(a, b)],
  ['contains', contains],
  ['len', lengthOf],
  ['has', (a, key) => key in Object(a)],
  ['has_item', hasItem],
  ['typeof', (a) => typeof a],
  ['bigint', (a) => BigInt(a)],
  ['import', (a) => imported(String(a))],
]);

export function operated(subject: unknown, name: string, place: OperatorPlace): unknown {
  const operator = OPERATORS.get(name);
  if (operator === undefined) throw malformed('the name of an operator', name, place.number);
  const [other] = place.operands(1);
  return operator(subject, other);
}

/** As Python's `in`: among the items of a collection or a text, else the name of a property. */
function contains(subject: unknown, item: unknown): boolean {
  if (subject instanceof Map || subject instanceof Set) return subject.has(item);
  if (isList(subject)) return subject.includes(item);
  return typeof subject === 'string'
    ? subject.includes(String(item))
    : (item as string) in Object(subject);
}

/** Undefined: it has none. */
function lengthOf(subject: unknown): number | undefined {
  if (subject instanceof Map || subject instanceof Set) return subject.size;
  const { length } = Object(subject) as { length?: unknown };
  const isLength =
    typeof subject !== 'function' && Number.isSafeInteger(length) && Number(length) >= 0;
  return isLength ? Number(length) : undefined;
}
