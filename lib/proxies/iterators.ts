import { ITERATED_ITEMS_MAX, ProxyOperand } from '../wire/constants.gen.js';
import { Answer } from './answer.js';
import { malformed } from './refusal.js';

const MORE = 0;
const ALL = 1;
const FAILED = 2;

/** Of JavaScript's own containers: nobody notices how far they were taken ahead. */
const KNOWN: ReadonlySet<unknown> = new Set(
  [
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
  ].map((iterator) => Object.getPrototypeOf(iterator) as unknown),
);

/** Where the items go, and how many are wanted. */
interface NextPlace {
  readonly items: readonly unknown[];
  readonly number: number;
  toOperand(value: unknown): unknown;
  raised(thrown: unknown): unknown[];
}

interface AnyIterator {
  next(): unknown;
  return?: unknown;
}

interface Iterables {
  readonly [Symbol.iterator]?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
}

/** Of anything that `for…of` or `for await…of` takes. */
export function iterator(subject: unknown): object {
  const iterable = Object(subject) as Iterables;
  const make = iterable[Symbol.iterator] ?? iterable[Symbol.asyncIterator];
  if (subject === null || subject === undefined || typeof make !== 'function')
    throw new TypeError(`${subject === null ? 'null' : typeof subject} is not iterable`);
  return Reflect.apply(make as () => object, subject, []);
}

/** The next items, or the promise of one. */
export function nextItems(subject: unknown, place: NextPlace): unknown {
  const [count] = place.items;
  if (
    typeof count !== 'number' ||
    !Number.isInteger(count) ||
    count < 1 ||
    count > ITERATED_ITEMS_MAX
  )
    throw malformed(`a number from 1 to ${ITERATED_ITEMS_MAX}`, count, place.number);
  const taken = subject as AnyIterator;
  const isKnown = KNOWN.has(Object.getPrototypeOf(taken));
  const items: unknown[] = [];
  try {
    while (items.length < (isKnown ? count : 1)) {
      const result = taken.next();
      if (result instanceof Promise) return result.then((awaited) => oneOf(awaited, place));
      const { done, value } = checked(result);
      if (done) return answer(ALL, items);
      items.push(place.toOperand(value));
    }
  } catch (error) {
    return answer(FAILED, [...items, place.raised(error)]);
  }
  return answer(MORE, items);
}

/** Nobody takes more of it. */
export function closed(subject: unknown): unknown {
  const taken = subject as AnyIterator;
  if (typeof taken.return === 'function') {
    const result: unknown = Reflect.apply(taken.return as () => unknown, taken, []);
    if (result instanceof Promise) return result.then(() => null);
  }
  return null;
}

function oneOf(result: unknown, place: NextPlace): Answer {
  const { done, value } = checked(result);
  return done ? answer(ALL, []) : answer(MORE, [place.toOperand(value)]);
}

function checked(result: unknown): { readonly done?: unknown; readonly value?: unknown } {
  if (typeof result === 'object' && result !== null) return result;
  throw new TypeError('next() of the iterator gave no object');
}

function answer(state: number, items: readonly unknown[]): Answer {
  return new Answer([ProxyOperand.items, state, ...items]);
}
