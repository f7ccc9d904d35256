import { EncodeError } from '../errors.js';
import { MAX_DEPTH } from './msgpack.js';
import { describe, isBytes, isFloat64Array, memberSegment, within } from './validation.js';
import type { ValueWriter } from './value-writer.js';

/** Writes a value of no declared type. `depth` containers are open around it. */
export function writeAny(writer: ValueWriter, value: unknown, depth: number): void {
  writeOne(writer, value, { outer: depth, ancestors: [] });
}

/** The containers around the value being written: for the limit, and because a cycle must not run up to it. */
interface Surroundings {
  readonly outer: number;
  readonly ancestors: object[];
}

function writeOne(writer: ValueWriter, value: unknown, around: Surroundings): void {
  switch (typeof value) {
    case 'string':
      writer.writeString(value);
      break;
    case 'number':
      // An unsafe integer may stand for its neighbours too: only as a float is it exactly what JavaScript has.
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.writeInteger(value);
      else writer.writeFloat64(value);
      break;
    case 'boolean':
      writer.writeBoolean(value);
      break;
    case 'bigint':
      writer.writeBigInt(value);
      break;
    case 'undefined':
      writer.writeUndefined();
      break;
    case 'object':
      if (value === null) writer.writeNil();
      else if (isBytes(value)) writer.writeBytes(value);
      else if (isFloat64Array(value)) writer.writeFloat64Array(value);
      else writeContainer(writer, value, around);
      break;
    default:
      throw new EncodeError(`a ${typeof value} cannot cross`);
  }
}

function writeContainer(writer: ValueWriter, value: object, around: Surroundings): void {
  const isArray = Array.isArray(value);
  if (!isArray && !isPlain(value)) throw new EncodeError(refusal(value));
  const { ancestors } = around;
  if (ancestors.includes(value)) throw new EncodeError('a value that contains itself cannot cross');
  if (around.outer + ancestors.length >= MAX_DEPTH) {
    throw new EncodeError(`nested deeper than ${MAX_DEPTH}`);
  }
  ancestors.push(value);
  if (isArray) writeItems(writer, value, around);
  else writeMembers(writer, value as Record<string, unknown>, around);
  ancestors.pop();
}

function writeItems(writer: ValueWriter, items: unknown[], around: Surroundings): void {
  const count = items.length;
  writer.writeArrayHead(count);
  let index = 0;
  try {
    for (; index < count; index++) writeOne(writer, items[index], around);
  } catch (error) {
    throw within(error, `[${index}]`);
  }
}

function writeMembers(
  writer: ValueWriter,
  members: Record<string, unknown>,
  around: Surroundings,
): void {
  const keys = Object.keys(members);
  writer.writeMapHead(keys.length);
  let at = '';
  try {
    for (const key of keys) {
      at = key;
      writer.writeString(key);
      writeOne(writer, members[key], around);
    }
  } catch (error) {
    throw within(error, memberSegment(at));
  }
}

/** An object literal, also one of another realm or without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype as object, 'hasOwnProperty')
  );
}

function refusal(value: object): string {
  const name = describe(value);
  if (value instanceof Map)
    return 'a Map cannot cross: send Object.fromEntries(map) or an array of pairs';
  if (value instanceof Set) return 'a Set cannot cross: send an array';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    return `${name} cannot cross: send a Uint8Array or a Float64Array`;
  }
  return `an instance of ${name} cannot cross: send a plain object`;
}
