/** What each step of a program does with its subject. Normative: spec/wire/proxies.md §3. Twin: python/ringsnake/_proxies/steps.py. */
import { inspect } from 'node:util';
import { ProxyStep } from '../wire/constants.gen.js';
import { byValue } from './answer.js';
import { evaluated, loaded } from './code.js';
import { Given, LentFunction } from './given.js';
import { deleteItem, getItem, setItem } from './item.js';
import { closed, iterator, nextItems } from './iterators.js';
import { isMade } from './made-here.js';
import { namesOf } from './names.js';
import { operated } from './operators.js';
import { malformed } from './refusal.js';

/** A step as it stands in its program. */
export interface Place {
  readonly items: readonly unknown[];
  /** Of its first item in the program. */
  readonly number: number;
  /** Behind which it stands directly: of a method its object. */
  readonly receiver: unknown;
  /** What is called, for who reads the error. */
  readonly name: string;
  operand(index: number): unknown;
  operands(index: number): unknown[];
  /** Of a call whose arguments arrive so. */
  argumentsFor(called: LentFunction): unknown[];
  /** Of a call, as an object; undefined: there are none. */
  keywords(index: number): Readonly<Record<string, unknown>> | undefined;
  /** How the guest is told of a value. */
  toOperand(value: unknown): unknown;
  /** How it is told of what was thrown. */
  raised(thrown: unknown): unknown[];
}

export interface Step {
  /** That follow its number. */
  readonly items: number;
  run(subject: unknown, place: Place): unknown;
}

type Members = Record<string, unknown>;

function text({ items, number }: Place): string {
  const [name] = items;
  if (typeof name === 'string') return name;
  throw malformed('string', name, number);
}

function get(subject: unknown, place: Place): unknown {
  return (subject as Members)[text(place)];
}

function set(subject: unknown, place: Place): null {
  (subject as Members)[text(place)] = place.operand(1);
  return null;
}

function remove(subject: unknown, place: Place): null {
  delete (subject as Members)[text(place)];
  return null;
}

function call(subject: unknown, place: Place): unknown {
  if (isMade(subject, LentFunction)) {
    const { function: given } = subject;
    const result = given(...place.argumentsFor(subject));
    return isThenable(result)
      ? Promise.resolve(result).then((value) => new Given(value))
      : new Given(result);
  }
  return Reflect.apply(callable(subject, place), place.receiver, args(place, 0));
}

function apply(subject: unknown, place: Place): unknown {
  return Reflect.apply(callable(subject, place), place.operand(0), args(place, 1));
}

function construct(subject: unknown, place: Place): unknown {
  return Reflect.construct(callable(subject, place), place.operands(0));
}

function args(place: Place, index: number): unknown[] {
  const keywords = place.keywords(index + 1);
  return keywords === undefined ? place.operands(index) : [...place.operands(index), keywords];
}

function callable(subject: unknown, { name }: Place): () => unknown {
  if (typeof subject === 'function') return subject as () => unknown;
  const actual = subject === null ? 'null' : typeof subject;
  throw new TypeError(`${name} is ${actual}, not a function`);
}

/** By number. *await* is the host's own. */
export const STEPS: ReadonlyMap<unknown, Step> = new Map<unknown, Step>([
  [ProxyStep.get, { items: 1, run: get }],
  [ProxyStep.set, { items: 2, run: set }],
  [ProxyStep.delete, { items: 1, run: remove }],
  [ProxyStep.call, { items: 2, run: call }],
  [ProxyStep.getItem, { items: 1, run: (subject, place) => getItem(subject, place.operand(0)) }],
  [
    ProxyStep.setItem,
    { items: 2, run: (subject, place) => setItem(subject, place.operand(0), place.operand(1)) },
  ],
  [
    ProxyStep.deleteItem,
    { items: 1, run: (subject, place) => deleteItem(subject, place.operand(0)) },
  ],
  [ProxyStep.operate, { items: 2, run: (subject, place) => operated(subject, text(place), place) }],
  [ProxyStep.construct, { items: 1, run: construct }],
  [ProxyStep.load, { items: 1, run: (_, place) => loaded(text(place)) }],
  [ProxyStep.evaluate, { items: 2, run: (_, place) => evaluated(text(place), place.operand(1)) }],
  [ProxyStep.iterate, { items: 0, run: iterator }],
  [ProxyStep.next, { items: 1, run: nextItems }],
  [ProxyStep.close, { items: 0, run: closed }],
  [ProxyStep.instance, { items: 1, run: isInstance }],
  [ProxyStep.names, { items: 0, run: (subject) => byValue(namesOf(subject)) }],
  [ProxyStep.text, { items: 0, run: (subject) => String(subject) }],
  [ProxyStep.display, { items: 0, run: (subject) => inspect(subject) }],
  [ProxyStep.value, { items: 0, run: byValue }],
  [ProxyStep.apply, { items: 3, run: apply }],
]);

function isInstance(subject: unknown, place: Place): boolean {
  return subject instanceof (place.operand(0) as () => unknown);
}

/** Of functions, too: proxies for chains are such. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
