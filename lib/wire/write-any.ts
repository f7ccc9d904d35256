import { types as kinds } from 'node:util';
import { EncodeError } from '../errors.js';
import { writeTuple } from './extensions/collections.js';
import type { SharedObjects } from './extensions/identity.js';
import { encodeBigInteger, isSafe } from './extensions/integer.js';
import { writeRegistered } from './extensions/named.js';
import { writeTypedArray } from './extensions/ndarray.js';
import { writingOf } from './extensions/table.js';
import { EXT_BIG_INTEGER, MAX_DEPTH } from './msgpack.js';
import type { SentShapes } from './shapes/sent-shapes.js';
import { writeShapeHead } from './shapes/write-shape.js';
import { describe, isBytes, memberSegment, within } from './validation.js';
import type { ValueWriter } from './value-writer.js';
import { Tuple } from './values/tuple.js';
import type { TypeRegistry } from './values/type-registry.js';

export interface AnyOptions {
  /** The user's types. */
  readonly types?: TypeRegistry | undefined;
  /** Set to keep identity. */
  readonly shared?: SharedObjects | undefined;
  /** Of the messages so far, in a sequence of messages. Not with `shared`. */
  readonly shapes?: SentShapes | undefined;
}

/** Writes values of no declared type. An error leaves it and its writer unusable until both are reset. */
export class AnyWriter {
  readonly writer: ValueWriter;
  #types: TypeRegistry | undefined;
  #shared: SharedObjects | undefined;
  #shapes: SentShapes | undefined;
  /** The objects around the value being written: a cycle must not run up to the limit. */
  readonly #ancestors: object[] = [];
  #depth = 0;

  constructor(writer: ValueWriter) {
    this.writer = writer;
  }

  /** Starts a value with `depth` containers open around it. */
  reset(depth: number, options: AnyOptions | undefined): void {
    if (this.#ancestors.length > 0) this.#ancestors.length = 0;
    this.#depth = depth;
    this.#types = options?.types;
    this.#shared = options?.shared;
    this.#shapes = options?.shapes;
  }

  /** EncodeError, naming the path, for what has no wire form. */
  // Not a switch, for which V8 would make the text that `typeof` gives.
  write(value: unknown): void {
    const { writer } = this;
    if (typeof value === 'string') {
      writer.writeString(value);
    } else if (typeof value === 'number') {
      // An unsafe integer may stand for its neighbours too: only as a float is it exactly what JavaScript has.
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) writer.writeInteger(value);
      else writer.writeFloat64(value);
    } else if (typeof value === 'object') {
      if (value === null) writer.writeNil();
      else this.#objectOfAnyKind(value);
    } else if (typeof value === 'boolean') {
      writer.writeBoolean(value);
    } else if (typeof value === 'undefined') {
      writer.writeUndefined();
    } else if (typeof value === 'bigint') {
      if (isSafe(value)) writer.writeExtension(EXT_BIG_INTEGER, encodeBigInteger(value));
      else writer.writeBigInt(value);
    } else {
      throw new EncodeError(`a ${typeof value} cannot cross`);
    }
  }

  /** The same; errors get `segment` in front of their path. */
  at(segment: string, value: unknown): void {
    try {
      this.write(value);
    } catch (error) {
      throw within(error, segment);
    }
  }

  /** An extension of `type` whose body `put` writes. */
  hold(type: number, put: () => void): void {
    this.#enter();
    const mark = this.writer.beginExtension();
    put();
    this.writer.endExtension(mark, type);
    this.#depth--;
  }

  /** An array of `count` values, which `put` writes. */
  array(count: number, put: () => void): void {
    this.#enter();
    this.writer.writeArrayHead(count);
    put();
    this.#depth--;
  }

  /** A map of `count` pairs, which `put` writes. */
  map(count: number, put: () => void): void {
    this.#enter();
    this.writer.writeMapHead(count);
    put();
    this.#depth--;
  }

  /** An array of `items`; `segment` names the place of each in errors. */
  items(items: readonly unknown[], segment: (index: number) => string): void {
    this.#enter();
    const count = items.length;
    this.writer.writeArrayHead(count);
    let index = 0;
    try {
      for (; index < count; index++) this.write(items[index]);
    } catch (error) {
      throw within(error, segment(index));
    }
    this.#depth--;
  }

  byte(value: number): void {
    const at = this.writer.reserve(1);
    this.writer.bytes[at] = value;
  }

  /** What crosses in place of an instance of a registered type. */
  substitute(instance: object, make: () => unknown): unknown {
    return this.#shared === undefined ? make() : this.#shared.substitute(instance, make);
  }

  /** May what is inside of `value` refer to it? */
  isOpenEnded(value: object): boolean {
    if (Array.isArray(value)) return !isTuple(value);
    return this.#isPlain(value) || kinds.isMap(value);
  }

  #objectOfAnyKind(value: object): void {
    if (Array.isArray(value)) this.#array(value);
    else if (isOwnPlain(value)) this.#object(value);
    else this.#instance(value);
  }

  #array(value: unknown[]): void {
    if (isTuple(value)) this.#container(value, () => writeTuple(this, value));
    else if (this.#shared === undefined) this.#items(value);
    else this.#container(value, () => this.items(value, indexSegment));
  }

  #items(value: unknown[]): void {
    this.#push(value);
    this.items(value, indexSegment);
    this.#ancestors.pop();
  }

  #object(value: object): void {
    const members = value as Record<string, unknown>;
    if (this.#shared !== undefined) {
      this.#container(value, () => this.#members(members));
      return;
    }
    this.#push(value);
    this.#members(members);
    this.#ancestors.pop();
  }

  #members(members: Record<string, unknown>): void {
    this.#enter();
    const { writer } = this;
    const keys = Object.keys(members);
    const shape = this.#shapes?.find(keys);
    if (shape !== undefined) {
      writeShapeHead(writer, shape, this.#shapes as SentShapes);
      shape.write(this, members);
      this.#depth--;
      return;
    }
    writer.writeMapHead(keys.length);
    let at = '';
    try {
      for (const key of keys) {
        at = key;
        writer.writeString(key);
        this.write(members[key]);
      }
    } catch (error) {
      throw within(error, memberSegment(at));
    }
    this.#depth--;
  }

  /** Any object that is neither an array nor an object literal of this realm. */
  #instance(value: object): void {
    if (this.#types !== undefined && this.#registered(value, this.#types)) return;
    if (ArrayBuffer.isView(value)) {
      this.#view(value);
      return;
    }
    const writing = writingOf(value);
    if (writing?.put !== undefined) writing.put(this.writer, value as never);
    else if (writing !== undefined)
      this.#container(value, () => writing.hold(this, value as never));
    else if (kinds.isArrayBuffer(value)) this.writer.writeBytes(new Uint8Array(value));
    else if (this.#isPlain(value)) this.#object(value);
    else throw new EncodeError(refusal(value));
  }

  #registered(value: object, types: TypeRegistry): boolean {
    const registration = types.registrationOf(value);
    if (registration === undefined) return false;
    this.#container(value, () => writeRegistered(this, value, registration));
    return true;
  }

  #view(value: ArrayBufferView): void {
    if (isBytes(value)) this.writer.writeBytes(value);
    else if (!writeTypedArray(this.writer, value)) {
      const { buffer, byteOffset, byteLength } = value;
      this.writer.writeBytes(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }

  #container(value: object, put: () => void): void {
    if (this.#shared === undefined) {
      this.#push(value);
      put();
      this.#ancestors.pop();
      return;
    }
    const open = this.#ancestors.includes(value);
    this.#shared.write(this, value, {
      open,
      put: () => {
        this.#ancestors.push(value);
        put();
        this.#ancestors.pop();
      },
    });
  }

  #push(value: object): void {
    if (this.#ancestors.includes(value))
      throw new EncodeError('a value that contains itself cannot cross without `identity`');
    this.#ancestors.push(value);
  }

  #enter(): void {
    if (this.#depth >= MAX_DEPTH) throw new EncodeError(`nested deeper than ${MAX_DEPTH}`);
    this.#depth++;
  }

  /** An object literal, also one of another realm or without a prototype. */
  #isPlain(value: object): boolean {
    if (isOwnPlain(value)) return true;
    const prototype: unknown = Object.getPrototypeOf(value);
    return (
      Object.getPrototypeOf(prototype) === null &&
      Object.hasOwn(prototype as object, 'hasOwnProperty')
    );
  }
}

function indexSegment(index: number): string {
  return `[${index}]`;
}

/** Of this realm, or without a prototype. */
function isOwnPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isTuple(value: unknown[]): value is Tuple<unknown> {
  return Object.getPrototypeOf(value) !== Array.prototype && value instanceof Tuple;
}

function refusal(value: object): string {
  if (kinds.isRegExp(value)) return 'a RegExp cannot cross: send its source';
  if (kinds.isPromise(value)) return 'a Promise cannot cross: await it';
  if (kinds.isSharedArrayBuffer(value))
    return 'a SharedArrayBuffer cannot cross: send a Uint8Array of it';
  return `an instance of ${describe(value)} cannot cross: register its class, or send a plain object`;
}
