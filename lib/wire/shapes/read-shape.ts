/** The bodies of extensions 8 and 9, which stand before an object's values. */

import { SHAPE_KEYS_MAX, SHAPES_MAX } from '../constants.gen.js';
import type { BodyReader } from '../extensions/reading.js';
import type { ReceivedShape, ReceivedShapes } from './received-shapes.js';

/** Undefined: the body breaks a rule. Nothing is defined then. */
export function readDefinition(
  reader: BodyReader,
  shapes: ReceivedShapes,
  count: number,
): ReceivedShape | undefined {
  const id = readNumber(reader, 2);
  if (id !== shapes.size || id >= SHAPES_MAX) return undefined;
  if (count === 0 || count > SHAPE_KEYS_MAX) return undefined;
  const keys: string[] = [];
  while (keys.length < count) keys.push(reader.readKey());
  if (reader.position !== reader.end || new Set(keys).size < count) return undefined;
  return shapes.define(keys);
}

/** The number that a reference is about; undefined if it is not written as it must be. */
export function readReferred(reader: BodyReader): number | undefined {
  const size = reader.end - reader.position;
  if (size === 1) return reader.byte();
  const id = size === 2 ? readNumber(reader, 2) : undefined;
  return id !== undefined && id > 0xff ? id : undefined;
}

function readNumber(reader: BodyReader, size: number): number | undefined {
  if (reader.end - reader.position < size) return undefined;
  let number = 0;
  for (let i = 0; i < size; i++) number += (reader.byte() as number) * 0x100 ** i;
  return number;
}
