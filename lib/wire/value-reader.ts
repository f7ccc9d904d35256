import { DecodeError, ValidationError } from '../errors.js';
import { BlockReader } from './character-block.js';
import { EXT_STREAM, STREAM_REFERENCE_BYTES } from './constants.gen.js';
import { copyBytes } from './copy.js';
import { isOfKinds, readOther } from './declared/open.js';
import * as declared from './declared/read.js';
import type { BulkPort } from './extensions/bulk.js';
import { Definitions } from './extensions/identity.js';
import { momentTime } from './extensions/moments.js';
import { makeExtension } from './extensions/named.js';
import { decodeBulk } from './extensions/read-bulk.js';
import type { BodyReader, ContainerReader } from './extensions/reading.js';
import {
  type DataDefinition,
  decodeObjectReference,
  type ObjectReference,
  Owner,
  type ReferencePort,
  type ReferredType,
} from './extensions/references.js';
import {
  type ReadItem,
  type ReceivedStream,
  refuseStream,
  type StreamPort,
  type WriteItem,
} from './extensions/streams.js';
import { EXTENSIONS } from './extensions/table.js';
import { TreeObject, type TreeReference, TreeStream } from './extensions/tree-references.js';
import { KEYS } from './key-cache.js';
import * as mp from './msgpack.js';
import { plainObject } from './plain-object.js';
import { defineMember } from './shapes/object-maker.js';
import { readDefinition, readReferred } from './shapes/read-shape.js';
import type { ReceivedShape, ReceivedShapes } from './shapes/received-shapes.js';
import {
  isAsciiAt,
  LOOP_READ_LIMIT,
  readLatin1,
  readShortText,
  readText,
  readUtf16,
} from './text.js';
import { TextWindow, WINDOW_TEXT_MAX } from './text-window.js';
import { describe, isBytes, mismatch, within } from './validation.js';
import type { ValidationLevel } from './validation-level.js';
import type { TypedArrays } from './values/dtype.js';
import type { NdArray } from './values/nd-array.js';
import type { TypeRegistry } from './values/type-registry.js';

/** The class for such objects of the peer's. */
export interface ReferredClass<T> {
  readonly definition: ReferredType;
  new (caller: never): T;
}

/** What a reader keeps from one message to the next. */
export interface ReaderOptions {
  readonly types?: TypeRegistry | undefined;
  readonly port?: BulkPort | undefined;
  readonly streams?: StreamPort | undefined;
  readonly shapes?: ReceivedShapes | undefined;
  readonly references?: ReferencePort | undefined;
  /** How closely declared types are looked at. Default: 'full'. */
  readonly validation?: ValidationLevel | undefined;
}

/**
 * Reads values (spec/wire/value.md) one after the other. Whoever writes to the message meanwhile gets other values read, or an
 * error, and nothing else.
 *
 * A `read…` of a declared type throws a ValidationError with an empty path where a well-formed value of another kind lies, to
 * which the callers add theirs (`within`), and a DecodeError that names the byte where the bytes are no value. After an error
 * the reader must be reset. The frequent forms are read at the beginning of a method and the others in one of its own: V8 puts only short methods
 * into the generated code that calls them. Nothing is allocated for a length that the rest of the message does not have.
 */
export class ValueReader implements BodyReader {
  // [position, end) is unread; `start` is where the message begins, `origin` where the value being read does.
  #bytes: Uint8Array = NOTHING;
  #view: DataView | undefined;
  #start = 0;
  #position = 0;
  #end = 0;
  #origin = 0;
  /** Elements that containers may still announce: a message has no more of them than bytes. */
  #budget = 0;
  #depth = 0;
  /** Of the extension whose head was read last. */
  #type = 0;
  /** Of the message, also while a part of it is read. */
  #messageEnd = 0;
  readonly #block = new BlockReader();
  readonly #window = new TextWindow();
  /** The numbered values of the message. */
  readonly definitions = new Definitions();
  /** How closely declared types are looked at. */
  readonly validation: ValidationLevel;
  /** The user's types. */
  readonly types: TypeRegistry | undefined;
  readonly #port: BulkPort | undefined;
  /** Where references lead. */
  readonly streams: StreamPort | undefined;
  readonly references: ReferencePort | undefined;
  /** References of the tree that is being read; undefined: none is. */
  #tree: TreeReference[] | undefined;
  /** References to the sender's objects that were read and found. */
  #found = 0;
  /** Of those that come, so many were found before; -1: none is being discarded. */
  #discarding = -1;
  #finished = false;
  /** Of the messages so far, in a sequence of messages. */
  readonly shapes: ReceivedShapes | undefined;

  constructor(options: ReaderOptions = {}) {
    const { types, port, streams, shapes, references, validation = 'full' } = options;
    this.validation = validation;
    this.references = references;
    this.types = types;
    this.#port = port;
    this.streams = streams;
    this.shapes = shapes;
  }

  /** Starts at `offset` of `bytes`; the message ends at `end`. `view` must cover the same bytes; without it, one is made if need be. */
  reset(bytes: Uint8Array, view: DataView | undefined, offset: number, end: number): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#start = offset;
    this.#position = offset;
    this.#end = end;
    this.#messageEnd = end;
    this.#origin = offset;
    this.#budget = end - offset;
    this.#depth = 0;
    this.#finished = false;
    this.#found = 0;
    this.definitions.clear();
    this.#window.clear();
    if (this.#block.active) this.#block.clear();
    const tag = bytes[offset] as number;
    if (tag >= mp.EXT8 && tag <= mp.EXT32) this.#openBlock(tag);
  }

  /** Goes into an extension 18 that the message is. One that is malformed is left for the reader to come upon. */
  #openBlock(tag: number): void {
    const messageEnd = this.#end;
    const at = this.#start + 2 + (1 << (tag - mp.EXT8));
    if (at + BLOCK_VALUE > messageEnd || this.#bytes[at - 1] !== mp.EXT_BLOCK) return;
    this.#position = this.#start + 1;
    const end = at + this.#length(tag - mp.EXT8);
    const from = at + BLOCK_VALUE;
    const to = from + this.#dataView().getUint32(at, true);
    this.#position = this.#start;
    if (end > messageEnd || to > end) return;
    this.#position = from;
    this.#end = to;
    this.#depth = 1;
    this.#block.open(this.#bytes, this.#dataView(), to, end);
  }

  /** Whether all of the message was read, and found to be right. */
  get finished(): boolean {
    return this.#finished;
  }

  // Making one costs more than reading three small integers. No getter: V8 looks private ones up each time.
  #dataView(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  /** The message. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Index in `bytes` of the next value. */
  get position(): number {
    return this.#position;
  }

  readBoolean<T extends boolean = boolean>(): T {
    const tag = this.#tag();
    if (tag === mp.TRUE) return true as T;
    if (tag === mp.FALSE) return false as T;
    return this.#unlike('boolean');
  }

  /** A float, or an integer that is exactly one. */
  readFloat64<T extends number = number>(): T {
    const at = this.#position;
    const view = this.#view;
    if (at + 9 <= this.#end && this.#bytes[at] === mp.FLOAT64 && view !== undefined) {
      this.#position = at + 9;
      return view.getFloat64(at + 1) as T;
    }
    return this.#readNumber() as T;
  }

  #readNumber(): number {
    const tag = this.#tag();
    if (tag === mp.FLOAT64) return this.#dataView().getFloat64(this.#take(8));
    if (tag === mp.FLOAT32) return this.#dataView().getFloat32(this.#take(4));
    const integer = this.#integer(tag);
    if (typeof integer === 'number') return integer;
    if (integer === LARGEST_EXACT || integer === -LARGEST_EXACT) return Number(integer);
    return this.#unlike('number');
  }

  /** An integer within ±(2^53 - 1). */
  readInteger<T extends number = number>(): T {
    const at = this.#position;
    const tag = this.#bytes[at] as number;
    if (tag <= mp.MAX_POSITIVE_FIXINT && at < this.#end) {
      this.#position = at + 1;
      return tag as T;
    }
    return this.#readInteger() as T;
  }

  #readInteger(): number {
    const integer = this.#integer(this.#tag());
    if (typeof integer === 'number') return integer;
    return this.#unlike('integer', isNumber);
  }

  readBigInt<T extends bigint = bigint>(): T {
    const tag = this.#tag();
    const integer = this.#integer(tag);
    if (integer !== undefined) return BigInt(integer) as T;
    if (mp.isExtension(tag) && this.#typeAhead(tag) === mp.EXT_BIG_INTEGER)
      return this.#extension(tag) as T;
    return this.#unlike('bigint');
  }

  /** `T`: a string with a mark that only the compiler sees. */
  readString<T extends string = string>(): T {
    const at = this.#position;
    const size = (this.#bytes[at] as number) ^ mp.FIXSTR;
    if (size <= MAX_FIXSTR && at < this.#end) {
      const taken = this.#block.takeHere(size);
      if (taken !== undefined) {
        this.#position = at + 1;
        return taken as T;
      }
    }
    return this.#readString() as T;
  }

  #readString(): string {
    const tag = this.#tag();
    const size = this.#stringSize(tag);
    if (size >= 0) return this.#string(size);
    const wide = this.#wideString(tag);
    if (wide === undefined) return this.#unlike('string');
    return wide;
  }

  /** A copy; or a view of the peer's memory, if it came by reference. */
  readBytes(): Uint8Array {
    return this.#readBytes('bytes');
  }

  /** As `readBytes`, whose memory they fill. */
  readArrayBuffer(): ArrayBuffer {
    const { buffer } = this.#readBytes('ArrayBuffer');
    return buffer as ArrayBuffer;
  }

  readDataView(): DataView {
    const { buffer, byteOffset, byteLength } = this.#readBytes('DataView');
    return new DataView(buffer, byteOffset, byteLength);
  }

  #readBytes(expected: string): Uint8Array {
    const tag = this.#tag();
    const size = this.#bytesSize(tag);
    if (size >= 0) return this.#copy(size);
    if (mp.isExtension(tag) && this.#typeAhead(tag) === mp.EXT_BULK) {
      const value = this.#extension(tag);
      if (isBytes(value)) return value;
    }
    return this.#unlike(expected);
  }

  /** A copy; or a view of the peer's memory, if it came by reference. */
  readFloat64Array(): Float64Array {
    const tag = this.#tag();
    const type = mp.isExtension(tag) ? this.#typeAhead(tag) : undefined;
    if (type === mp.EXT_NDARRAY || type === mp.EXT_BULK) {
      const value = this.#extension(tag);
      if (value instanceof Float64Array) return value;
    }
    return this.#unlike('Float64Array');
  }

  /** The same as an array of its own. */
  readPacked(): number[] {
    return Array.from(this.readFloat64Array());
  }

  /** An object by reference: one of ours, or the peer's as an instance of `type`. */
  readObject<T>(type: ReferredClass<T>): T {
    const { data } = type.definition;
    if (data === undefined) return this.#readReference(type.definition, type) as T;
    return this.#readTelling(type, data) as T;
  }

  /** One that says something of itself. */
  #readTelling(type: ReferredClass<unknown>, data: DataDefinition): unknown {
    const { definition } = type;
    const { name } = definition;
    const isTelling = !mp.isExtension(this.#bytes[this.#position] ?? 0);
    if (isTelling) this.readRecordHead(name, 2);
    const { id, owner } = this.#readObject(name);
    if (owner === Owner.receiver && isTelling)
      throw new ValidationError(`${name} without data`, 'array');
    const value = this.#resolve({ id, owner }, type);
    if (owner === Owner.sender)
      this.references?.tell(id, isTelling ? () => data.read(this) : undefined);
    return value;
  }

  /** A function by reference. */
  readFunction<T>(definition: ReferredType): T {
    return this.#readReference(definition, definition) as T;
  }

  #readReference({ name }: ReferredType, type: object): unknown {
    return this.#resolve(this.#readObject(name), type);
  }

  #readObject(name: string): ObjectReference {
    const tag = this.#tag();
    if (!mp.isExtension(tag) || this.#typeAhead(tag) !== mp.EXT_OBJECT) throw this.#mismatch(name);
    return this.#reference(this.#extensionHead(tag));
  }

  #resolve(reference: ObjectReference, type: object): unknown {
    if (this.references === undefined)
      throw this.#malformed(`extension ${mp.EXT_OBJECT} (object) outside of a session`);
    const value = this.references.find(reference, type);
    if (reference.owner === Owner.sender) this.#found++;
    return value;
  }

  #reference(size: number): ObjectReference {
    const at = this.#take(size);
    const reference = decodeObjectReference(this.#bytes.subarray(at, at + size));
    if (reference === undefined) throw this.#malformed(malformedText(mp.EXT_OBJECT));
    return reference;
  }

  /**
   * Any value, with its references as they stand: they are added to `references`, and from then on whoever called this finds them, or
   * gives them back.
   */
  readTree(references: TreeReference[]): unknown {
    this.#tree = references;
    try {
      const tree = this.readValue();
      for (const each of references)
        if (each instanceof TreeObject && each.owner === Owner.sender) this.#found++;
      return tree;
    } finally {
      this.#tree = undefined;
    }
  }

  /**
   * The message again, from its beginning, as an untyped tree, for who says what is wrong with it. Nothing of it may be kept. Throws for one that is
   * malformed.
   */
  readAgain(): unknown {
    const found = this.#found;
    this.reset(this.#bytes, this.#view, this.#start, this.#messageEnd);
    this.#tree = [];
    try {
      return this.readValue();
    } finally {
      this.#tree = undefined;
      this.#found = found;
    }
  }

  #undeclaredStream(size: number): TreeStream | undefined {
    return this.#tree === undefined ? this.#refusedStream(size) : this.#treeStream(size);
  }

  #undeclaredObject(size: number): TreeObject | undefined {
    return this.#tree === undefined ? this.#discardReference(size) : this.#treeObject(size);
  }

  #treeObject(size: number): TreeObject {
    const { id, owner } = this.#reference(size);
    const object = new TreeObject(id, owner);
    this.#tree?.push(object);
    return object;
  }

  #treeStream(size: number): TreeStream {
    if (size !== STREAM_REFERENCE_BYTES) throw this.#malformed(malformedText(EXT_STREAM));
    const stream = new TreeStream(this.#dataView().getUint32(this.#take(size), true));
    this.#tree?.push(stream);
    return stream;
  }

  /** Reads a message again of which nobody keeps anything, from its beginning, to give back the objects it refers to. */
  discard(bytes: Uint8Array, view: DataView, at: { offset: number; end: number }): void {
    const found = this.#found;
    this.reset(bytes, view, at.offset, at.end);
    this.#discarding = found;
    try {
      this.readValue();
    } finally {
      this.#discarding = -1;
    }
  }

  /** Those that were found are given back by who found them. */
  #discardReference(size: number): undefined {
    const { id, owner } = this.#reference(size);
    if (owner === Owner.receiver) return;
    if (this.#discarding > 0) this.#discarding--;
    else this.references?.giveBack(id);
  }

  readNil(): null {
    if (this.#tag() !== mp.NIL) return this.#unlike('null');
    return null;
  }

  /** The result of a method that returns nothing: nil. */
  readVoid(): undefined {
    if (this.#tag() !== mp.NIL) return this.#unlike('void');
    return undefined;
  }

  /** Reads nil if that comes next. */
  skipNil(): boolean {
    if (this.#position >= this.#end || this.#bytes[this.#position] !== mp.NIL) return false;
    this.#position++;
    return true;
  }

  /** Reads `undefined` if that comes next. */
  skipUndefined(): boolean {
    const at = this.#position;
    const bytes = this.#bytes;
    if (at + 3 > this.#end || bytes[at] !== mp.FIXEXT1) return false;
    if (bytes[at + 1] !== mp.EXT_UNDEFINED || bytes[at + 2] !== 0) return false;
    this.#position = at + 3;
    return true;
  }

  /** The number of items that follow. */
  readArrayHead(expected = 'array'): number {
    const count = this.#arrayCount(this.#tag());
    if (count < 0) throw this.#mismatch(expected);
    return count;
  }

  /** An array whose items `readItem` reads. An error about an item gets `[i]` in front of its path. */
  readArray<T>(readItem: (reader: ValueReader) => T): T[] {
    const count = this.readArrayHead();
    this.#enter();
    const items: T[] = [];
    try {
      while (items.length < count) items.push(readItem(this));
    } catch (error) {
      throw within(error, `[${items.length}]`);
    }
    this.#depth--;
    return items;
  }

  /** The head of a record (or of the 'arguments') of exactly `count` fields. */
  readRecordHead(name: string, count: number): void {
    const at = this.#position;
    const isShort = this.#bytes[at] === mp.FIXARRAY + count && count <= MAX_FIXARRAY;
    if (isShort && at < this.#end && count <= this.#budget) {
      this.#position = at + 1;
      this.#budget -= count;
    } else this.#readRecordHead(name, count);
  }

  #readRecordHead(name: string, count: number): void {
    const found = this.#arrayCount(this.#tag());
    if (found < 0) throw this.#mismatch(name);
    if (found === count) return;
    throw name === 'arguments'
      ? new ValidationError(`${count} arguments`, `${found}`)
      : new ValidationError(`${name} of ${count} fields`, `array of ${found}`);
  }

  /** A stream of the peer's, whose items `readItem` will read; `writeSent` writes what it is sent for each. */
  readStream(readItem: ReadItem, writeSent?: WriteItem): ReceivedStream {
    const tag = this.#tag();
    const isStream = tag === mp.FIXEXT4 && this.#typeAhead(tag) === EXT_STREAM;
    if (!isStream || this.streams === undefined) throw this.#mismatch('stream');
    const at = this.#take(1 + STREAM_REFERENCE_BYTES) + 1;
    return this.streams.receive(this.#dataView().getUint32(at, true), readItem, writeSent);
  }

  /** The same as a generator, of whose steps the last holds what it returns, if it `returns` anything. */
  readGenerator(readItem: ReadItem, writeSent?: WriteItem, returns = true): unknown {
    return this.readStream(readItem, writeSent).toGenerator({ returns });
  }

  /** The same as a `ReadableStream`. */
  readWebStream(readItem: ReadItem): unknown {
    return this.readStream(readItem).toWeb();
  }

  /** One of `members`; `expected` lists them for the error. */
  readLiteral<T>(members: ReadonlySet<unknown>, expected: string): T {
    const text = members.size <= FEW_MEMBERS ? this.#skipAnyOf(members) : undefined;
    if (text !== undefined) return text as T;
    const tag = this.#tag();
    if (mp.isContainer(tag)) return this.#unlike(expected);
    const value = this.#value(tag);
    return members.has(value) ? (value as T) : this.unfit(expected, value, { isOfKind: true });
  }

  /** Reads the short text that comes next if it is one of these: no string is made of it, which would have to be hashed, too. */
  #skipAnyOf(members: ReadonlySet<unknown>): string | undefined {
    const at = this.#position;
    const bytes = this.#bytes;
    const size = (bytes[at] as number) ^ mp.FIXSTR;
    if (size > MAX_FIXSTR || at >= this.#end) return undefined;
    const { active } = this.#block;
    for (const member of members) {
      if (typeof member !== 'string' || member.length !== size) continue;
      if (active) {
        if (!this.#block.takeIf(member)) continue;
        this.#position = at + 1;
        return member;
      }
      if (at + size >= this.#end || !isAsciiAt(member, bytes, at + 1)) continue;
      this.#position = at + 1 + size;
      return member;
    }
    return undefined;
  }

  /** One of literals that are not all known; `kinds` says what they are, in the words of the error. */
  readOpen<T>(kinds: string): T {
    const tag = this.#tag();
    if (mp.isContainer(tag)) return this.#unlike(kinds);
    const value = this.#value(tag);
    return isOfKinds(value, kinds) ? (value as T) : this.unfit(kinds, value);
  }

  // Declared types of several values: declared/read.ts.

  readDate(): Date {
    const at = this.#position;
    const bytes = this.#bytes;
    const tag = bytes[at];
    // In its three lengths; of the longest the length comes before the type.
    const size = tag === mp.FIXEXT4 ? 4 : tag === mp.FIXEXT8 ? 8 : 12;
    const from = size === 12 ? at + 3 : at + 2;
    const isMoment = bytes[from - 1] === TIMESTAMP_BYTE && from + size <= this.#end;
    if (isMoment && (size !== 12 || (tag === mp.EXT8 && bytes[at + 1] === size))) {
      const time = momentTime(this.#dataView(), from, size);
      if (time !== undefined) {
        this.#position = from + size;
        return new Date(time);
      }
    }
    return declared.readDate(this);
  }

  readUrl(): URL {
    return declared.readUrl(this);
  }

  readRegExp(): RegExp {
    return declared.readRegExp(this);
  }

  readUndefined(): undefined {
    return declared.readUndefined(this);
  }

  readMatching<T extends string>(pattern: RegExp, expected: string): T {
    return declared.readMatching(this, pattern, expected) as T;
  }

  readTypedArray<N extends keyof TypedArrays>(name: N): TypedArrays[N] {
    return declared.readTypedArray(this, name) as TypedArrays[N];
  }

  readNdArray(dtype: string, shape?: readonly (number | null)[]): NdArray {
    return declared.readNdArray(this, dtype, shape);
  }

  readSet<T>(readItem: declared.Read<T>): Set<T> {
    return declared.readSet(this, readItem);
  }

  readMap<K, V>(readKey: declared.Read<K>, readItem: declared.Read<V>): Map<K, V> {
    return declared.readMap(this, readKey, readItem);
  }

  readDict<T>(readItem: declared.Read<T>): Record<string, T> {
    return declared.readDict(this, readItem);
  }

  readExtra<T>(keys: ReadonlySet<string>, readItem: declared.Read<T>): Record<string, T> {
    return declared.readExtra(this, keys, readItem);
  }

  /** The number of items of a tuple, which the caller reads. */
  readTupleHead(expected: string, least: number, most: number): number {
    return declared.readTupleHead(this, expected, { least, most });
  }

  /** The number of the branch that a value of a union is; the value follows. */
  readBranch(expected: string, count: number): number {
    return declared.readBranch(this, expected, count);
  }

  /** The same of an open union; -1 for an object of none of them. */
  readOpenBranch(expected: string, count: number): number {
    return declared.readOpenBranch(this, expected, count);
  }

  /** An object of a union that is of none of its branches. */
  readOther<T>(tag: string, kinds: string, ...known: readonly unknown[]): T {
    return readOther(this, { name: tag, kinds, known }) as T;
  }

  /** Any value: integers that are not safe as bigint, maps as objects, extension 0 as undefined. */
  readValue<T = unknown>(): T {
    return this.#value(this.#tag()) as T;
  }

  /** Throws a DecodeError if the message does not end here. */
  finish(): void {
    if (this.#position !== this.#end) throw this.#moreBytes(this.#position);
    if (this.#block.active) this.#finishBlock();
    this.#finished = true;
  }

  #finishBlock(): void {
    if (!this.#block.finished) throw this.malformed(mp.EXT_BLOCK, this.#start);
    if (this.#block.end !== this.#messageEnd) throw this.#moreBytes(this.#block.end);
  }

  #moreBytes(at: number): DecodeError {
    return this.problem('more bytes follow the value', at);
  }

  // The frequent first; what is left after them is in a table of jumps.
  #value(tag: number): unknown {
    if (tag <= mp.MAX_POSITIVE_FIXINT) return tag;
    if (tag < mp.NIL) {
      if (tag < mp.FIXSTR) return this.#container(tag);
      return this.#string(this.#stringSize(tag));
    }
    if (tag >= mp.NEGATIVE_FIXINT) return tag - 0x100;
    switch (tag) {
      case mp.FLOAT64:
        return this.#dataView().getFloat64(this.#take(8));
      case mp.NIL:
        return null;
      case mp.FALSE:
        return false;
      case mp.TRUE:
        return true;
      case mp.STR8:
      case mp.STR16:
      case mp.STR32:
        return this.#string(this.#stringSize(tag));
      case mp.UINT8:
      case mp.UINT16:
      case mp.UINT32:
      case mp.UINT64:
      case mp.INT8:
      case mp.INT16:
      case mp.INT32:
      case mp.INT64:
        return this.#integer(tag);
      case mp.FLOAT32:
        return this.#dataView().getFloat32(this.#take(4));
      case mp.BIN8:
      case mp.BIN16:
      case mp.BIN32:
        return this.#copy(this.#bytesSize(tag));
      case mp.NEVER_USED:
        throw this.#malformed('0xc1 is not a value');
      case mp.ARRAY16:
      case mp.ARRAY32:
      case mp.MAP16:
      case mp.MAP32:
        return this.#container(tag);
      default:
        return this.#extension(tag);
    }
  }

  /** Where the message or the body being read ends. */
  get end(): number {
    return this.#end;
  }

  byte(): number | undefined {
    return this.#position < this.#end ? this.#bytes[this.#position++] : undefined;
  }

  openArray(): number {
    const tag = this.#tag();
    const count = this.#arrayCount(tag);
    if (count < 0) this.#position = this.#origin;
    else this.#enter();
    return count;
  }

  openMap(): number {
    const tag = this.#tag();
    if (!mp.isMap(tag)) {
      this.#position = this.#origin;
      return -1;
    }
    const count = this.#mapCount(tag);
    this.#enter();
    return count;
  }

  close(): void {
    this.#depth--;
  }

  nextExtension(): number | undefined {
    const tag = this.#tag();
    if (!mp.isExtension(tag)) {
      this.#position = this.#origin;
      return undefined;
    }
    this.#extensionHead(tag);
    this.#position = this.#origin;
    return this.#type;
  }

  readExtension(read: ContainerReader): unknown {
    const size = this.#extensionHead(this.#tag());
    return this.#body(read, this.#type, size);
  }

  malformed(code: number, at: number): DecodeError {
    return this.problem(malformedText(code), at);
  }

  problem(problem: string, at: number): DecodeError {
    this.#origin = at;
    return this.#malformed(problem);
  }

  #container(tag: number): unknown {
    const count = this.#arrayCount(tag);
    const pairs = count < 0 ? this.#mapCount(tag) : 0;
    this.#enter();
    const value =
      count < 0
        ? this.#object(pairs)
        : count > 0 && this.#beginsShape()
          ? this.#shaped(count)
          : this.#items(count);
    this.#depth--;
    return value;
  }

  /** May the first item be extension 8 or 9? */
  #beginsShape(): boolean {
    return mp.isExtension(this.#bytes[this.#position] as number);
  }

  /** The items of an array that begins with an extension: an object, if that is a shape. */
  #shaped(count: number): unknown {
    const at = this.#position;
    const bytes = this.#bytes;
    if (
      at + 3 <= this.#end &&
      bytes[at] === mp.FIXEXT1 &&
      bytes[at + 1] === mp.EXT_SHAPE_REFERENCE
    ) {
      const shape = this.shapes?.get(bytes[at + 2] as number);
      if (shape?.count === count - 1) {
        this.#position = at + 3;
        return shape.read(this);
      }
    }
    const type = this.nextExtension();
    if (type !== mp.EXT_SHAPE && type !== mp.EXT_SHAPE_REFERENCE) return this.#items(count);
    return this.#shape(type, count - 1).read(this);
  }

  /** The shape that extension 8 or 9, which comes next, defines or refers to. */
  #shape(type: number, count: number): ReceivedShape {
    const { shapes } = this;
    const at = this.#position;
    if (shapes === undefined) throw this.problem(outsideText(type), at);
    const size = this.#extensionHead(this.#tag());
    const outerEnd = this.#end;
    this.#end = this.#position + size;
    let shape: ReceivedShape | undefined;
    if (type === mp.EXT_SHAPE) {
      shape = readDefinition(this, shapes, count);
    } else {
      const id = readReferred(this);
      if (id === undefined) throw this.malformed(type, at);
      shape = shapes.get(id);
      if (shape === undefined) throw this.problem(`shape ${id} is not defined`, at);
    }
    if (shape?.count !== count) throw this.malformed(type, at);
    this.#end = outerEnd;
    return shape;
  }

  #items(count: number): unknown[] {
    if (count > FULL_LENGTH_MAX) {
      const items: unknown[] = [];
      this.readItems(items, count);
      return items;
    }
    const items = new Array<unknown>(count);
    let i = count > FEW_FLOATS ? this.#floats(items) : 0;
    for (; i < count; i++) items[i] = this.#value(this.#tag());
    return items;
  }

  /** Reads the floats with which an array begins: they come in long rows. Returns how many there are. */
  #floats(items: unknown[]): number {
    const bytes = this.#bytes;
    const count = items.length;
    let at = this.#position;
    if (bytes[at] !== mp.FLOAT64) return 0;
    const view = this.#dataView();
    let i = 0;
    for (; i < count && bytes[at] === mp.FLOAT64 && at + 9 <= this.#end; i++, at += 9)
      items[i] = view.getFloat64(at + 1);
    this.#position = at;
    return i;
  }

  readItems(items: unknown[], count: number): void {
    for (let i = 0; i < count; i++) items.push(this.#value(this.#tag()));
  }

  #object(count: number): Record<string, unknown> {
    const object = plainObject(count);
    this.readMembers(object, count);
    return object;
  }

  readMembers(object: Record<string, unknown>, count: number): void {
    let place = KEYS.first(count);
    for (let i = 0; i < count; i++) {
      const key = this.readKeyAt(place);
      place = KEYS.next(count);
      const value = this.#value(this.#tag());
      if (key === '__proto__') defineMember(object, key, value);
      else object[key] = value;
    }
  }

  /** The key of a member, of which `place` says what came before it: see KeyCache. */
  readKeyAt(place: number): string {
    if (this.#block.active) return this.#blockKeyAt(place);
    const size = KEYS.guess(place, this.#bytes, this.#position, this.#end);
    if (size > 0) {
      this.#position += size;
      return KEYS.guessed;
    }
    const key = this.readKey();
    KEYS.learn(place);
    return key;
  }

  #blockKeyAt(place: number): string {
    const at = this.#position;
    const size = (this.#bytes[at] as number) ^ mp.FIXSTR;
    if (size <= MAX_FIXSTR && at < this.#end && KEYS.guessText(place, this.#block, size)) {
      this.#position = at + 1;
      return KEYS.guessed;
    }
    const key = KEYS.kept(this.readKey());
    KEYS.learn(place);
    return key;
  }

  readKey(): string {
    const tag = this.#tag();
    const size = this.#stringSize(tag);
    const key = size >= 0 ? this.#key(size) : this.#wideString(tag);
    if (key === undefined) throw this.#malformed('a map key is not a string');
    return key;
  }

  #key(size: number): string {
    if (this.#block.active) return this.#blockString(size);
    const found = KEYS.find(this.#bytes, this.#position, size);
    if (found !== undefined) {
      this.#position += size;
      return found;
    }
    const key = this.#string(size);
    KEYS.keep(key, size);
    return key;
  }

  /** The integer that `tag` starts: a number if it is safe, else a bigint; undefined for any other tag. */
  #integer(tag: number): number | bigint | undefined {
    if (tag <= mp.MAX_POSITIVE_FIXINT) return tag;
    if (tag >= mp.NEGATIVE_FIXINT) return tag - 0x100;
    if (tag < mp.UINT8 || tag > mp.INT64) return undefined;
    switch (tag) {
      case mp.UINT8:
        return this.#bytes[this.#take(1)] as number;
      case mp.UINT16:
        return this.#uint16();
      case mp.UINT32:
        return this.#int32() >>> 0;
      case mp.INT8:
        return ((this.#bytes[this.#take(1)] as number) << 24) >> 24;
      case mp.INT16:
        return (this.#uint16() << 16) >> 16;
      case mp.INT32:
        return this.#int32();
      default: {
        const high = this.#int32();
        const value = (tag === mp.INT64 ? high : high >>> 0) * 0x100000000 + (this.#int32() >>> 0);
        if (Number.isSafeInteger(value)) return value;
        const at = this.#position - 8;
        return tag === mp.INT64
          ? this.#dataView().getBigInt64(at)
          : this.#dataView().getBigUint64(at);
      }
    }
  }

  // Byte by byte: a message that has no view need not get one for these.
  #uint16(): number {
    const at = this.#take(2);
    const bytes = this.#bytes;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  #int32(): number {
    const at = this.#take(4);
    const b = this.#bytes;
    const high = ((b[at] as number) << 24) | ((b[at + 1] as number) << 16);
    return high | ((b[at + 2] as number) << 8) | (b[at + 3] as number);
  }

  /** Bytes of the string that `tag` starts, all of them present; -1 for any other tag. */
  #stringSize(tag: number): number {
    let size: number;
    if ((tag & 0xe0) === mp.FIXSTR) size = tag & 0x1f;
    else if (tag >= mp.STR8 && tag <= mp.STR32) size = this.#length(tag - mp.STR8);
    else return -1;
    if (size > this.#end - this.#position && !this.#block.active) throw this.#truncated();
    return size;
  }

  #string(size: number): string {
    if (this.#block.active) return this.#blockString(size);
    const at = this.#position;
    this.#position = at + size;
    if (size <= WINDOW_TEXT_MAX && size > 0 && this.#window.isWorthIt()) {
      const place = { at, end: at + size, limit: this.#end };
      const part = this.#window.read(this.#bytes, this.#dataView(), place);
      if (part !== undefined) return part;
    } else if (size <= LOOP_READ_LIMIT) {
      const short = readShortText(this.#bytes, at, size);
      if (short !== undefined) return short;
    }
    const text = readText(this.#bytes, at, at + size);
    if (text === undefined) throw this.#malformed('invalid UTF-8 in a string');
    return text;
  }

  #blockString(size: number): string {
    const text = this.#block.take(size);
    if (text === undefined) throw this.#malformed(malformedText(mp.EXT_BLOCK));
    return text;
  }

  /** Bytes of the binary that `tag` starts, all of them present; -1 for any other tag. */
  #bytesSize(tag: number): number {
    if (tag < mp.BIN8 || tag > mp.BIN32) return -1;
    const size = this.#length(tag - mp.BIN8);
    if (size > this.#end - this.#position) throw this.#truncated();
    return size;
  }

  #copy(size: number): Uint8Array {
    const at = this.#take(size);
    return copyBytes(this.#bytes, at, at + size);
  }

  /** Items of the array that `tag` starts, taken from the budget; -1 for any other tag. */
  #arrayCount(tag: number): number {
    let count: number;
    if ((tag & 0xf0) === mp.FIXARRAY) count = tag & 0x0f;
    else if (tag === mp.ARRAY16 || tag === mp.ARRAY32) count = this.#length(tag - mp.ARRAY16 + 1);
    else return -1;
    this.#spend(count);
    return count;
  }

  /** Pairs of the map that `tag`, known to be a map's, starts; taken from the budget. */
  #mapCount(tag: number): number {
    const count = (tag & 0xf0) === mp.FIXMAP ? tag & 0x0f : this.#length(tag - mp.MAP16 + 1);
    this.#spend(2 * count);
    return count;
  }

  #extension(tag: number): unknown {
    const size = this.#extensionHead(tag);
    const type = this.#type;
    if (type === mp.EXT_UNDEFINED) {
      // One form only, so that three bytes can be compared wherever a field may be absent.
      if (this.#bytes[this.#take(size)] === 0 && tag === mp.FIXEXT1) return undefined;
      throw this.#malformed('extension 0 (undefined) is not d4 00 00');
    }
    if (type === mp.EXT_LATIN1 || type === mp.EXT_UTF16) return this.#wideBody(type, size);
    if (type === mp.EXT_BULK) return this.#bulk(size);
    if (type === EXT_STREAM) return this.#undeclaredStream(size);
    if (type === mp.EXT_OBJECT && (this.#tree !== undefined || this.#discarding >= 0))
      return this.#undeclaredObject(size);
    if (this.shapes === undefined && (type === mp.EXT_SHAPE || type === mp.EXT_SHAPE_REFERENCE))
      throw this.#malformed(outsideText(type));
    const extension = EXTENSIONS.get(type);
    if (extension === undefined) return this.#userExtension(type, size);
    if (extension.read !== undefined) return this.#body(extension.read, type, size);
    const at = this.#take(size);
    const value = extension.decode?.(this.#bytes.subarray(at, at + size));
    if (value === undefined) throw this.#malformed(malformedText(type));
    if (typeof value === 'string')
      throw this.#malformed(`extension ${type} (${extension.name}) ${value}`);
    return value;
  }

  #bulk(size: number): unknown {
    const at = this.#take(size);
    const value = decodeBulk(this.#bytes.subarray(at, at + size), this.#port);
    if (typeof value === 'string')
      throw this.#malformed(`extension ${mp.EXT_BULK} (bulk reference) ${value}`);
    return value;
  }

  /** A stream where no type declares one. */
  #refusedStream(size: number): undefined {
    const at = this.#take(size);
    const problem = refuseStream(this.#bytes.subarray(at, at + size), this.streams);
    if (problem !== undefined) throw this.#malformed(`extension ${EXT_STREAM} (stream) ${problem}`);
    return undefined;
  }

  /** Reads the body of an extension that holds values, whose head starts at the origin. */
  #body(read: ContainerReader, type: number, size: number): unknown {
    const at = this.#origin;
    const outerEnd = this.#end;
    this.#enter();
    this.#end = this.#position + size;
    const value = read(this, at);
    if (this.#position !== this.#end) throw this.malformed(type, at);
    this.#end = outerEnd;
    this.#depth--;
    return value;
  }

  #userExtension(type: number, size: number): unknown {
    const known = this.types?.extension(type);
    if (known === undefined) throw this.#malformed(`unknown extension type ${type}`);
    const made = makeExtension(known, this.#copy(size));
    if ('why' in made) throw this.#malformed(`invalid value of extension ${type}: ${made.why}`);
    return made.value;
  }

  /** The string of extension 1 or 2 that `tag` starts; undefined for anything else. */
  #wideString(tag: number): string | undefined {
    if (!mp.isExtension(tag)) return undefined;
    const size = this.#extensionHead(tag);
    const type = this.#type;
    return type === mp.EXT_LATIN1 || type === mp.EXT_UTF16 ? this.#wideBody(type, size) : undefined;
  }

  #wideBody(type: number, size: number): string {
    if (type === mp.EXT_UTF16 && size % 2 !== 0) throw this.#malformed(malformedText(type));
    const at = this.#take(size);
    return type === mp.EXT_LATIN1
      ? readLatin1(this.#bytes, at, at + size)
      : readUtf16(this.#bytes, at, at + size);
  }

  /** Reads the head of the extension that `tag` starts: its type, and the size of its body, which is all there. */
  #extensionHead(tag: number): number {
    const size = tag >= mp.FIXEXT1 ? 1 << (tag - mp.FIXEXT1) : this.#length(tag - mp.EXT8);
    this.#type = ((this.#bytes[this.#take(1)] as number) << 24) >> 24;
    if (size > this.#end - this.#position) throw this.#truncated();
    return size;
  }

  /** The type of the extension whose tag was just read; undefined if the message ends before it. */
  #typeAhead(tag: number): number | undefined {
    const at = this.#position + (tag >= mp.FIXEXT1 ? 0 : 1 << (tag - mp.EXT8));
    return at < this.#end ? ((this.#bytes[at] as number) << 24) >> 24 : undefined;
  }

  #tag(): number {
    const at = this.#position;
    this.#origin = at;
    if (at >= this.#end) throw this.#truncated();
    this.#position = at + 1;
    return this.#bytes[at] as number;
  }

  #take(size: number): number {
    const at = this.#position;
    if (size > this.#end - at) throw this.#truncated();
    this.#position = at + size;
    return at;
  }

  /** A length field of 2^`exponent` bytes. */
  #length(exponent: number): number {
    if (exponent === 0) return this.#bytes[this.#take(1)] as number;
    return exponent === 1 ? this.#uint16() : this.#int32() >>> 0;
  }

  #spend(count: number): void {
    if (count > this.#budget) throw this.#malformed('more elements than the message has bytes');
    this.#budget -= count;
  }

  #enter(): void {
    if (++this.#depth > mp.MAX_DEPTH) throw this.#malformed(`nested deeper than ${mp.MAX_DEPTH}`);
  }

  /** A value that was read and does not fit: refused, unless nobody looks so closely. */
  unfit<T>(expected: string, value: unknown, { isOfKind = false } = {}): T {
    if (this.validation === 'off' || (isOfKind && this.validation === 'shape')) return value as T;
    throw mismatch(expected, value);
  }

  /** The same of the value at `origin`. */
  #unlike<T>(expected: string, isOfKind?: (value: unknown) => boolean): T {
    const at = this.#origin;
    const error = this.#mismatch(expected);
    if (this.validation === 'full') throw error;
    this.#position = at;
    const value = this.readValue();
    if (this.validation === 'off' || isOfKind?.(value)) return value as T;
    throw error;
  }

  /** The error for the value at `origin`, which is read again to be described: it may be malformed instead. */
  #mismatch(expected: string): Error {
    this.#position = this.#origin;
    const tag = this.#tag();
    if (mp.isContainer(tag))
      return new ValidationError(expected, this.#arrayCount(tag) < 0 ? 'object' : 'array');
    if (mp.isExtension(tag)) {
      const type = this.#typeAhead(tag);
      if (type === mp.EXT_OBJECT) return new ValidationError(expected, 'ObjectReference');
      if (type === mp.EXT_STREAM) return new ValidationError(expected, 'StreamReference');
    }
    const value = this.#value(tag);
    // A float is no integer even when it looks like one.
    const whole = (tag === mp.FLOAT64 || tag === mp.FLOAT32) && Number.isInteger(value);
    return new ValidationError(expected, whole ? `${describe(value)}.0` : describe(value));
  }

  #truncated(): DecodeError {
    return this.#malformed('the message ends inside a value');
  }

  #malformed(problem: string): DecodeError {
    return new DecodeError(`byte ${this.#origin - this.#start}: ${problem}`);
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** The same words for a string that is no Latin-1 or UTF-16 as for any body that breaks its rules. */
function malformedText(type: number): string {
  return `extension ${type} (${EXTENSIONS.get(type)?.name ?? 'string'}) is malformed`;
}

function outsideText(type: number): string {
  return `extension ${type} (${EXTENSIONS.get(type)?.name}) outside of a sequence of messages`;
}

/** The type of the extension that a moment is. */
const TIMESTAMP_BYTE = mp.EXT_TIMESTAMP & 0xff;
/** Items up to which an array is not looked at for its floats. */
const FEW_FLOATS = 4;
/** Items of the longest array that is made in its full length at once: V8 makes longer ones as tables. */
const FULL_LENGTH_MAX = 1 << 20;
const NOTHING = new Uint8Array(0);
const MAX_FIXSTR = 0x1f;
/** More are looked up by their hash sooner than one after the other. */
const FEW_MEMBERS = 8;
const MAX_FIXARRAY = 0x0f;
/** Bytes of an extension 18 before its value: the size of that. */
const BLOCK_VALUE = 4;
/** 2^53 is a float too, though it may stand for its neighbours: it arrives as sent. */
const LARGEST_EXACT = 2n ** 53n;
