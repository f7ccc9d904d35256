/** Sets, maps of any keys, and tuples: extensions 4, 5 and 22. */
import * as mp from '../constants.gen.js';
import { describe } from '../validation.js';
import { FrozenSet } from '../values/frozen-set.js';
import { Tuple } from '../values/tuple.js';
import type { AnyWriter } from '../write-any.js';
import type { BodyReader } from './reading.js';

export function readSet(reader: BodyReader, at: number): Set<unknown> {
  const flag = reader.byte();
  if (flag === undefined || flag > 1) throw reader.malformed(mp.EXT_SET, at);
  const count = reader.openArray();
  if (count < 0) throw reader.malformed(mp.EXT_SET, at);
  const items = new Set<unknown>();
  for (let i = 0; i < count; i++) {
    const item = reader.readValue();
    if (Object.is(item, -0)) throw reader.problem('an item of a set cannot be -0', at);
    if (items.has(item)) throw reader.problem('two equal items of a set', at);
    items.add(item);
  }
  reader.close();
  return flag === 1 ? new FrozenSet(items) : items;
}

/** Of its own class, or of another realm. */
export function writeSet(out: AnyWriter, set: Set<unknown>): void {
  const items: unknown[] = [];
  Set.prototype.forEach.call(set, (item) => items.push(item));
  out.hold(mp.EXT_SET, () => {
    out.byte(set instanceof FrozenSet ? 1 : 0);
    out.items(items, (i) => `.values()[${i}]`);
  });
}

export function readMap(reader: BodyReader, at: number): Map<unknown, unknown> {
  return readPairs(reader, at, new Map());
}

/** Reads extension 5 into `map`, which what is read may refer to. */
export function readPairs(
  reader: BodyReader,
  at: number,
  map: Map<unknown, unknown>,
): Map<unknown, unknown> {
  const count = reader.openMap();
  if (count < 0) throw reader.malformed(mp.EXT_MAP, at);
  for (let i = 0; i < count; i++) {
    const key = reader.readValue();
    const value = reader.readValue();
    if (Object.is(key, -0)) throw reader.problem('a key of a map cannot be -0', at);
    if (map.has(key)) throw reader.problem('two equal keys of a map', at);
    map.set(key, value);
  }
  reader.close();
  return map;
}

export function writeMap(out: AnyWriter, map: Map<unknown, unknown>): void {
  const pairs: [unknown, unknown][] = [];
  Map.prototype.forEach.call(map, (value, key) => pairs.push([key, value]));
  out.hold(mp.EXT_MAP, () => out.map(pairs.length, () => writePairs(out, pairs)));
}

function writePairs(out: AnyWriter, pairs: readonly [unknown, unknown][]): void {
  for (const [i, [key, value]] of pairs.entries()) {
    out.at(`.keys()[${i}]`, key);
    const isShort = key === null || typeof key !== 'object';
    out.at(isShort ? `.get(${preview(key)})` : `.values()[${i}]`, value);
  }
}

function preview(key: unknown): string {
  return describe(key).replace(/^[a-z]+ /, '');
}

export function readTuple(reader: BodyReader, at: number): Tuple<unknown> {
  const count = reader.openArray();
  if (count < 0) throw reader.malformed(mp.EXT_TUPLE, at);
  const items: unknown[] = [];
  reader.readItems(items, count);
  reader.close();
  return new Tuple(items);
}

export function writeTuple(out: AnyWriter, tuple: Tuple<unknown>): void {
  out.hold(mp.EXT_TUPLE, () => out.items(tuple, (i) => `[${i}]`));
}
