/** Shared objects and cycles: extensions 16 and 17. */
import { EncodeError } from '../../errors.js';
import * as mp from '../constants.gen.js';
import { plainObject } from '../plain-object.js';
import type { AnyWriter } from '../write-any.js';
import { readPairs } from './collections.js';
import type { BodyReader } from './reading.js';

/** What a definition may hold, besides arrays and maps. */
const CONTAINERS: ReadonlySet<number> = new Set([
  mp.EXT_SET,
  mp.EXT_MAP,
  mp.EXT_ERROR,
  mp.EXT_NAMED,
  mp.EXT_TUPLE,
]);

const INCOMPLETE = Symbol('not read yet');

/** The numbered values of one message. */
export class Definitions {
  #values: unknown[] = [];

  /** Takes the next number. */
  begin(): number {
    return this.#values.push(INCOMPLETE) - 1;
  }

  /** From now on the number may be referred to. */
  set(number: number, value: unknown): void {
    this.#values[number] = value;
  }

  has(number: number): boolean {
    return number < this.#values.length;
  }

  /** Whether what has the number can be had by now. */
  isComplete(number: number): boolean {
    return this.#values[number] !== INCOMPLETE;
  }

  get(number: number): unknown {
    return this.#values[number];
  }

  clear(): void {
    if (this.#values.length > 0) this.#values = [];
  }
}

export function readDefinition(reader: BodyReader, at: number): unknown {
  const { definitions } = reader;
  const type = reader.nextExtension();
  if (type !== undefined) {
    if (!CONTAINERS.has(type)) throw reader.malformed(mp.EXT_DEFINITION, at);
    const number = definitions.begin();
    const value = type === mp.EXT_MAP ? readDefinedMap(reader, number) : reader.readValue();
    definitions.set(number, value);
    return value;
  }
  const number = definitions.begin();
  // What is read inside may refer to the array or the map itself: it is known before it is filled.
  const count = reader.openArray();
  if (count >= 0) {
    const items: unknown[] = [];
    definitions.set(number, items);
    reader.readItems(items, count);
    reader.close();
    return items;
  }
  const pairs = reader.openMap();
  if (pairs < 0) throw reader.malformed(mp.EXT_DEFINITION, at);
  const object = plainObject(pairs);
  definitions.set(number, object);
  reader.readMembers(object, pairs);
  reader.close();
  return object;
}

function readDefinedMap(reader: BodyReader, number: number): unknown {
  const map = new Map<unknown, unknown>();
  reader.definitions.set(number, map);
  return reader.readExtension((inner, innerAt) => readPairs(inner, innerAt, map));
}

const REFERENCE_SIZE = 4;

export function readReference(reader: BodyReader, at: number): unknown {
  const { bytes, position, end, definitions } = reader;
  if (end - position !== REFERENCE_SIZE) throw reader.malformed(mp.EXT_REFERENCE, at);
  let number = 0;
  for (let i = REFERENCE_SIZE - 1; i >= 0; i--) {
    number = number * 0x100 + (bytes[position + i] as number);
  }
  if (!definitions.has(number)) throw reader.malformed(mp.EXT_REFERENCE, at);
  if (!definitions.isComplete(number))
    throw reader.problem('a reference to a value that is not complete', at);
  for (let i = 0; i < REFERENCE_SIZE; i++) reader.byte();
  return definitions.get(number);
}

/**
 * Which objects a value reaches more than once. A value is written twice: the first time only to find that out, since
 * accessors and registered types decide what is reached.
 */
export class SharedObjects {
  readonly #met = new Set<object>();
  readonly #shared = new Set<object>();
  readonly #numbers = new Map<object, number>();
  readonly #substitutes = new Map<object, unknown>();
  #discovering = true;

  /** Ends the first writing. Returns whether a second is needed. */
  discovered(): boolean {
    this.#discovering = false;
    return this.#shared.size > 0;
  }

  /** Writes `value` with `put`, once; from the second time on a reference. `open` says whether it is being written now. */
  write(out: AnyWriter, value: object, { open, put }: { open: boolean; put: () => void }): void {
    if (this.#discovering) this.#discover(value, put);
    else if (this.#shared.has(value)) this.#writeShared(out, value, { open, put });
    else put();
  }

  /** What crosses in place of an instance: the same both times. */
  substitute(instance: object, make: () => unknown): unknown {
    if (!this.#substitutes.has(instance)) this.#substitutes.set(instance, make());
    return this.#substitutes.get(instance);
  }

  #discover(value: object, put: () => void): void {
    if (this.#met.has(value)) {
      this.#shared.add(value);
    } else {
      this.#met.add(value);
      put();
    }
  }

  #writeShared(
    out: AnyWriter,
    value: object,
    { open, put }: { open: boolean; put: () => void },
  ): void {
    const number = this.#numbers.get(value);
    if (number === undefined) {
      this.#numbers.set(value, this.#numbers.size);
      out.hold(mp.EXT_DEFINITION, put);
      return;
    }
    if (open && !out.isOpenEnded(value))
      throw new EncodeError('a value that contains itself can cross only as an array or a map');
    const at = out.writer.reserveExtension(mp.EXT_REFERENCE, REFERENCE_SIZE);
    out.writer.view.setUint32(at, number, true);
  }
}
