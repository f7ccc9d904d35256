import { Slice } from './slice.js';

type Key = string;

/** `subject[key]`: of a Map its value, of an array also from its end, or a part of it. */
export function getItem(subject: unknown, key: unknown): unknown {
  if (subject instanceof Map) return subject.get(key);
  if (key instanceof Slice) return sliced(subject, key);
  return (subject as Record<string, unknown>)[placeIn(subject, key)];
}

/** `subject[key] = value`. */
export function setItem(subject: unknown, key: unknown, value: unknown): null {
  if (subject instanceof Map) subject.set(key, value);
  else (subject as Record<string, unknown>)[placeIn(subject, key)] = value;
  return null;
}

/** `delete subject[key]`, which leaves a hole in an array. */
export function deleteItem(subject: unknown, key: unknown): null {
  if (subject instanceof Map) subject.delete(key);
  else delete (subject as Record<string, unknown>)[placeIn(subject, key)];
  return null;
}

/** Whether there is such an item. */
export function hasItem(subject: unknown, key: unknown): boolean {
  if (subject instanceof Map) return subject.has(key);
  return placeIn(subject, key) in Object(subject);
}

function placeIn(subject: unknown, key: unknown): Key {
  const isFromEnd = typeof key === 'number' && key < 0 && isList(subject);
  return (isFromEnd ? subject.length + key : key) as Key;
}

function sliced(subject: unknown, { start, stop, step }: Slice): unknown {
  const isText = typeof subject === 'string';
  if (!isText && !isList(subject)) throw new TypeError('only arrays have slices');
  if (step !== null && step !== 1)
    throw new RangeError('a slice of an array has no step: use filter()');
  const end = stop === null ? undefined : (stop as number);
  return (subject as readonly unknown[]).slice((start as number | null) ?? 0, end);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
