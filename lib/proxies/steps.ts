/** What each step of a program does with its subject. Normative: spec/wire/proxies.md §3. Twin: python/ringsnake/_proxies/steps.py. */
import { inspect } from 'node:util';
import { ProxyStep } from '../wire/constants.gen.js';
import { byValue } from './answer.js';
import { Given, LentFunction } from './given.js';
import { malformed } from './refusal.js';

/** A step as it stands in its program. */
export interface Place {
  readonly items: readonly unknown[];
  /** Of its first item in the program. */
  readonly number: number;
  /** Behind which it stands directly: of a method its object. */
  readonly receiver: unknown;
  operand(index: number): unknown;
  operands(index: number): unknown[];
  /** Of a call whose arguments arrive so. */
  argumentsFor(called: LentFunction): unknown[];
  /** Of a call, as an object; undefined: there are none. */
  keywords(index: number): Readonly<Record<string, unknown>> | undefined;
}

export interface Step {
  /** That follow its number. */
  readonly items: number;
  run(subject: unknown, place: Place): unknown;
}

function get(subject: unknown, { items, number }: Place): unknown {
  const [name] = items;
  if (typeof name !== 'string') throw malformed('string', name, number);
  return (subject as Record<string, unknown>)[name];
}

function call(subject: unknown, place: Place): unknown {
  if (subject instanceof LentFunction) {
    const result = subject.function(...place.argumentsFor(subject));
    return isThenable(result) ? result.then((value) => new Given(value)) : new Given(result);
  }
  const keywords = place.keywords(1);
  const args = keywords === undefined ? place.operands(0) : [...place.operands(0), keywords];
  return Reflect.apply(subject as () => unknown, place.receiver, args);
}

export const STEPS: ReadonlyMap<unknown, Step> = new Map<unknown, Step>([
  [ProxyStep.get, { items: 1, run: get }],
  [ProxyStep.call, { items: 2, run: call }],
  [ProxyStep.text, { items: 0, run: (subject) => String(shownAs(subject)) }],
  [ProxyStep.display, { items: 0, run: (subject) => inspect(shownAs(subject)) }],
  [ProxyStep.value, { items: 0, run: byValue }],
]);

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

function shownAs(value: unknown): unknown {
  return value instanceof LentFunction ? value.function : value;
}
