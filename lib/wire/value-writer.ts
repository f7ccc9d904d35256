import { EncodeError } from '../errors.js';
import { BlockWriter, blockSize, putBlock } from './character-block.js';
import { isOfKinds, writeOther } from './declared/open.js';
import * as declared from './declared/write.js';
import { type BulkPort, writeBulkReference } from './extensions/bulk.js';
import { encodeBigInteger } from './extensions/integer.js';
import { writeTypedArray } from './extensions/ndarray.js';
import {
  type ReferencePort,
  type ReferredType,
  writeObjectReference,
} from './extensions/references.js';
import {
  type ReadItem,
  type StreamPort,
  type StreamSource,
  writeStream,
} from './extensions/streams.js';
import * as mp from './msgpack.js';
import {
  isAscii,
  isLatin1,
  isWellFormed,
  LOOP_WRITE_LIMIT,
  looksAscii,
  type TextBuffer,
  textBuffer,
} from './text.js';
import { isBytes, isFloat64Array, mismatch, within } from './validation.js';
import type { NdArray } from './values/nd-array.js';
import { type AnyOptions, AnyWriter } from './write-any.js';

/** Where references lead. */
export interface ReferencePorts {
  readonly references: ReferencePort | undefined;
  readonly streams: StreamPort | undefined;
}

/** Bytes of the private buffer at first, and the most it keeps between two messages. */
const INITIAL_ROOM = 1024;
const RETAINED_ROOM = 4 * 1024 * 1024;

/**
 * Writes values (spec/wire/value.md) one after the other, where the message will lie.
 *
 * It starts in room lent by the caller: a claimed part of a mapped ring. When that room ends, what was written moves to a
 * private growing buffer and writing goes on there; see `inPlace`. Every `write…` of a declared type checks the value and
 * throws a ValidationError with an empty path, to which the callers add theirs (`within`).
 */
export class ValueWriter {
  // `bytes` and `view` are the current target and share their indices; [start, position) is written, limit ends the room.
  #bytes: Uint8Array;
  #view: DataView;
  #start = 0;
  #position = 0;
  #limit = 0;
  #inPlace = false;
  #depth = 0;
  /** Was the last long string that looked like ASCII none? Such strings come together. */
  #doubtful = false;
  /** Do the characters of short strings go to a block? */
  #inBlock = false;
  /** Where the extension begins, from the start of what is written. */
  #blockMark = 0;
  readonly #block = new BlockWriter();
  readonly #any = new AnyWriter(this);
  #own: Uint8Array;
  #ownView: DataView;
  // Buffers over the same memory, made when a native string write first needs them.
  #ownText: TextBuffer | null = null;
  #lentBytes: Uint8Array | null = null;
  #lentText: TextBuffer | null = null;
  readonly #port: BulkPort | undefined;
  #streams: StreamPort | undefined;
  /** From so many bytes on data goes there. */
  readonly #bulkFrom: number;
  #references: ReferencePort | undefined;

  constructor({
    port,
    references,
    streams,
  }: {
    port?: BulkPort | undefined;
    references?: ReferencePort | undefined;
    streams?: StreamPort | undefined;
  } = {}) {
    this.#references = references;
    this.#port = port;
    this.#streams = streams;
    this.#bulkFrom = port?.threshold ?? Number.POSITIVE_INFINITY;
    this.#own = new Uint8Array(INITIAL_ROOM);
    this.#ownView = new DataView(this.#own.buffer);
    this.#bytes = this.#own;
    this.#view = this.#ownView;
    this.resetPrivate();
  }

  /** Writes with other ports for references than its own, of which `other` makes them. */
  writeThrough(other: (ports: ReferencePorts) => ReferencePorts, write: () => void): void {
    const own = { references: this.#references, streams: this.#streams };
    const { references, streams } = other(own);
    this.#references = references;
    this.#streams = streams;
    try {
      write();
    } finally {
      this.#references = own.references;
      this.#streams = own.streams;
    }
  }

  /**
   * Starts a message at `offset` of `bytes`; the room ends at `limit`. `view` must cover the same bytes. Passing the same
   * `bytes` again and again is cheap; a new array costs a Buffer.
   */
  reset(bytes: Uint8Array, view: DataView, offset: number, limit: number): void {
    if (bytes !== this.#lentBytes) {
      this.#lentBytes = bytes;
      this.#lentText = null;
    }
    if (this.#own.length > RETAINED_ROOM) this.#replaceOwn(INITIAL_ROOM);
    this.#bytes = bytes;
    this.#view = view;
    this.#start = offset;
    this.#position = offset;
    this.#limit = limit;
    this.#inPlace = true;
    this.#depth = 0;
    if (this.#inBlock) this.#leaveBlock();
  }

  /** Starts a message in private memory. */
  resetPrivate(): void {
    if (this.#own.length > RETAINED_ROOM) this.#replaceOwn(INITIAL_ROOM);
    this.#bytes = this.#own;
    this.#view = this.#ownView;
    this.#start = 0;
    this.#position = 0;
    this.#limit = this.#own.length;
    this.#inPlace = false;
    this.#depth = 0;
    if (this.#inBlock) this.#leaveBlock();
  }

  /** True while everything written lies in the array given to `reset`. */
  get inPlace(): boolean {
    return this.#inPlace;
  }

  /** Bytes written since the last reset. */
  get length(): number {
    return this.#position - this.#start;
  }

  /** The current target. Changes when the message moves. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The current target, with the indices of `bytes`. */
  get view(): DataView {
    return this.#view;
  }

  /** The written bytes, as a view: valid until the next reset. */
  written(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#position);
  }

  /** The written bytes, as a copy. */
  copy(): Uint8Array {
    return this.#bytes.slice(this.#start, this.#position);
  }

  /**
   * Makes room for `count` bytes, which the caller fills, and returns their index in `bytes`. The index is good until the
   * next write: that one may move the message.
   */
  reserve(count: number): number {
    const at = this.#position;
    if (count > this.#limit - at) return this.#reserveElsewhere(count);
    this.#position = at + count;
    return at;
  }

  writeNil(): void {
    const at = this.reserve(1);
    this.#bytes[at] = mp.NIL;
  }

  /** Nil, whatever the value: the result of a method that returns nothing. */
  writeVoid(): void {
    this.writeNil();
  }

  writeUndefined(): void {
    const at = this.reserve(3);
    const bytes = this.#bytes;
    bytes[at] = mp.FIXEXT1;
    bytes[at + 1] = mp.EXT_UNDEFINED;
    bytes[at + 2] = 0;
  }

  writeBoolean(value: boolean): void {
    if (typeof value !== 'boolean') throw mismatch('boolean', value);
    const at = this.reserve(1);
    this.#bytes[at] = value ? mp.TRUE : mp.FALSE;
  }

  writeFloat64(value: number): void {
    if (typeof value !== 'number') throw mismatch('number', value);
    const at = this.reserve(9);
    this.#bytes[at] = mp.FLOAT64;
    this.#view.setFloat64(at + 1, value);
  }

  /** A safe integer; -0 is written as 0. */
  writeInteger(value: number): void {
    if (!Number.isSafeInteger(value)) throw mismatch('integer', value);
    if (value < 0) {
      if (value >= -32) {
        const at = this.reserve(1);
        this.#bytes[at] = value;
      } else this.#writeNegative(value);
    } else if (value <= mp.MAX_POSITIVE_FIXINT) {
      const at = this.reserve(1);
      this.#bytes[at] = value;
    } else this.#writePositive(value);
  }

  #writePositive(value: number): void {
    if (value <= 0xff) {
      const at = this.reserve(2);
      this.#bytes[at] = mp.UINT8;
      this.#bytes[at + 1] = value;
    } else if (value <= 0xffff) {
      const at = this.reserve(3);
      this.#bytes[at] = mp.UINT16;
      this.#view.setUint16(at + 1, value);
    } else if (value <= 0xffffffff) {
      const at = this.reserve(5);
      this.#bytes[at] = mp.UINT32;
      this.#view.setUint32(at + 1, value);
    } else {
      this.#write64(mp.UINT64, value);
    }
  }

  #writeNegative(value: number): void {
    if (value >= -0x80) {
      const at = this.reserve(2);
      this.#bytes[at] = mp.INT8;
      this.#bytes[at + 1] = value;
    } else if (value >= -0x8000) {
      const at = this.reserve(3);
      this.#bytes[at] = mp.INT16;
      this.#view.setInt16(at + 1, value);
    } else if (value >= -0x80000000) {
      const at = this.reserve(5);
      this.#bytes[at] = mp.INT32;
      this.#view.setInt32(at + 1, value);
    } else {
      this.#write64(mp.INT64, value);
    }
  }

  #write64(tag: number, value: number): void {
    const at = this.reserve(9);
    this.#bytes[at] = tag;
    // Two halves: setBigInt64 would need a BigInt. Both setters wrap modulo 2^32.
    this.#view.setInt32(at + 1, Math.floor(value / 0x100000000));
    this.#view.setUint32(at + 5, value);
  }

  writeBigInt(value: bigint): void {
    if (typeof value !== 'bigint') throw mismatch('bigint', value);
    if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
      this.writeInteger(Number(value));
    } else if (value > 0n && BigInt.asUintN(64, value) === value) {
      const at = this.reserve(9);
      this.#bytes[at] = mp.UINT64;
      this.#view.setBigUint64(at + 1, value);
    } else if (BigInt.asIntN(64, value) === value) {
      const at = this.reserve(9);
      this.#bytes[at] = mp.INT64;
      this.#view.setBigInt64(at + 1, value);
    } else {
      this.#writeBigInteger(value);
    }
  }

  #writeBigInteger(value: bigint): void {
    this.writeExtension(mp.EXT_BIG_INTEGER, encodeBigInteger(value));
  }

  writeString(value: string): void {
    if (typeof value !== 'string') throw mismatch('string', value);
    const length = value.length;
    if (this.#inBlock) {
      this.#writeToBlock(value);
      return;
    }
    if (length <= LOOP_WRITE_LIMIT) {
      const at = this.reserve(length + 1);
      const bytes = this.#bytes;
      let or = 0;
      for (let i = 0; i < length; i++) {
        const code = value.charCodeAt(i);
        bytes[at + 1 + i] = code;
        or |= code;
      }
      if (or <= 0x7f) {
        bytes[at] = mp.FIXSTR | length;
        return;
      }
      this.#position = at;
    }
    this.#writeLongString(value);
  }

  #writeToBlock(value: string): void {
    const length = value.length;
    if (length > mp.BLOCK_STRING_MAX) {
      this.#writeWideString(value);
      return;
    }
    const head = stringHead(length);
    this.#putStringHead(this.reserve(head), length);
    this.#block.add(value);
  }

  /**
   * Begins a message whose characters lie in blocks at its end (extension 18): the whole message, of declared types. `endBlock` must
   * follow.
   */
  beginBlock(): void {
    this.#blockMark = this.length;
    const at = this.reserve(BLOCK_MESSAGE_HEAD);
    this.#bytes[at] = mp.EXT32;
    this.#bytes[at + 5] = mp.EXT_BLOCK;
    this.#inBlock = true;
    this.#depth = 1;
  }

  endBlock(): void {
    this.#inBlock = false;
    const mark = this.#blockMark;
    const value = this.length - mark - BLOCK_MESSAGE_HEAD;
    for (const block of this.#block.take()) {
      const size = blockSize(block);
      const at = this.reserve(size);
      putBlock(block, { text: this.#textBuffer(), view: this.#view, at, size });
    }
    const body = this.length - mark - BLOCK_MESSAGE_HEAD + 4;
    if (body > 0xffffffff) throw tooLong();
    const at = this.#start + mark;
    this.#view.setUint32(at + 1, body);
    this.#view.setUint32(at + 6, value, true);
  }

  #leaveBlock(): void {
    this.#inBlock = false;
    this.#block.clear();
  }

  /** A string of extension 1 or 2. */
  #writeWideString(value: string): void {
    if (!isLatin1(value)) {
      this.#writeUtf16(value);
      return;
    }
    const length = value.length;
    const at = this.reserveExtension(mp.EXT_LATIN1, length);
    this.#textBuffer().latin1Write(value, at, length);
  }

  /** Any string that is not short and ASCII. */
  #writeLongString(value: string): void {
    const length = value.length;
    if (length < mp.UTF8_BELOW) {
      if (isWellFormed(value)) this.#writeUtf8(value);
      else this.#writeUtf16(value);
    } else if (looksAscii(value) && this.#triedAscii(value)) {
      // Written.
    } else {
      this.#writeWideString(value);
    }
  }

  /** Writes a long string if it is ASCII, and says whether it is. */
  #triedAscii(value: string): boolean {
    const length = value.length;
    const head = stringHead(length);
    const most = 3 * length;
    // To write it and to see how long it became is the fastest test where it passes, the slowest where it fails.
    if (this.#doubtful || head + most > this.#limit - this.#position) {
      this.#doubtful = !isAscii(value);
      if (this.#doubtful) return false;
      this.reserve(head + length);
      this.#position -= head + length;
    }
    const at = this.#position;
    const room = Math.min(most, this.#limit - at - head);
    if (this.#textBuffer().utf8Write(value, at + head, room) !== length) {
      this.#doubtful = true;
      return false;
    }
    this.#putStringHead(at, length);
    this.#position = at + head + length;
    return true;
  }

  #writeUtf8(value: string): void {
    const size = Buffer.byteLength(value, 'utf8');
    const head = stringHead(size);
    const at = this.reserve(head + size);
    this.#putStringHead(at, size);
    this.#textBuffer().utf8Write(value, at + head, size);
  }

  #writeUtf16(value: string): void {
    const size = 2 * value.length;
    const at = this.reserveExtension(mp.EXT_UTF16, size);
    this.#textBuffer().ucs2Write(value, at, size);
  }

  #putStringHead(at: number, size: number): void {
    const bytes = this.#bytes;
    if (size <= 31) {
      bytes[at] = mp.FIXSTR | size;
    } else if (size <= 0xff) {
      bytes[at] = mp.STR8;
      bytes[at + 1] = size;
    } else if (size <= 0xffff) {
      bytes[at] = mp.STR16;
      this.#view.setUint16(at + 1, size);
    } else {
      bytes[at] = mp.STR32;
      this.#view.setUint32(at + 1, size);
    }
  }

  writeBytes(value: Uint8Array): void {
    if (!isBytes(value)) throw mismatch('bytes', value);
    const size = value.length;
    if (size >= this.#bulkFrom) {
      const port = this.portFor(value);
      if (port !== undefined) {
        writeBulkReference(this, port, 0);
        return;
      }
    }
    if (size <= 0xff) {
      const at = this.reserve(2);
      this.#bytes[at] = mp.BIN8;
      this.#bytes[at + 1] = size;
    } else {
      this.#writeHead16or32(mp.BIN16, size);
    }
    const at = this.reserve(size);
    this.#bytes.set(value, at);
  }

  writeArrayBuffer(value: ArrayBuffer): void {
    declared.writeArrayBuffer(this, value);
  }

  writeDataView(value: DataView): void {
    declared.writeDataView(this, value);
  }

  /** Where the data was placed that a reference is to be written to; undefined: it goes in band. */
  portFor(data: ArrayBufferView): BulkPort | undefined {
    if (data.byteLength < this.#bulkFrom) return undefined;
    return this.#port?.place(data) ? this.#port : undefined;
  }

  writeFloat64Array(value: Float64Array): void {
    if (!isFloat64Array(value)) throw mismatch('Float64Array', value);
    writeTypedArray(this, value);
  }

  /** An array of numbers, as a Float64Array. */
  writePacked(value: readonly number[]): void {
    declared.writePacked(this, value);
  }

  /** A reference to an object or a function, which has the type that `definition` states. */
  writeObject(value: unknown, definition: ReferredType): void {
    writeObjectReference(this, this.#references, { value, type: definition });
  }

  writeArrayHead(count: number): void {
    if (count <= 15) {
      const at = this.reserve(1);
      this.#bytes[at] = mp.FIXARRAY | count;
    } else {
      this.#writeHead16or32(mp.ARRAY16, count);
    }
  }

  writeMapHead(count: number): void {
    if (count <= 15) {
      const at = this.reserve(1);
      this.#bytes[at] = mp.FIXMAP | count;
    } else {
      this.#writeHead16or32(mp.MAP16, count);
    }
  }

  /** An array whose items `writeItem` writes. An error about an item gets `[i]` in front of its path. */
  writeArray<T>(value: readonly T[], writeItem: (writer: ValueWriter, item: T) => void): void {
    if (!Array.isArray(value)) throw mismatch('array', value);
    this.#enter();
    const count = value.length;
    this.writeArrayHead(count);
    let index = 0;
    try {
      for (; index < count; index++) writeItem(this, value[index] as T);
    } catch (error) {
      throw within(error, `[${index}]`);
    }
    this.#depth--;
  }

  /** A stream whose items `writeItem` will write, one by one, when they are there; `readSent` reads what is sent for each. */
  writeStream<T>(
    source: StreamSource<T>,
    writeItem: (writer: ValueWriter, item: T) => void,
    readSent?: ReadItem,
  ): void {
    writeStream(this, this.#streams, { source, writeItem, readSent });
  }

  /** The head of a record of `count` fields, which the caller writes; `name` is for the error if `value` is no object. */
  writeRecordHead(name: string, count: number, value: object): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw mismatch(name, value);
    }
    this.writeArrayHead(count);
  }

  /** One of `members`, as the value itself; `expected` lists them for the error. */
  writeLiteral(value: unknown, members: ReadonlySet<unknown>, expected: string): void {
    if (!members.has(value)) throw mismatch(expected, value);
    this.#writeLiteral(value);
  }

  /** One of literals that are not all known; `kinds` says what they are, in the words of the error. */
  writeOpen(value: unknown, kinds: string): void {
    if (!isOfKinds(value, kinds)) throw mismatch(kinds, value);
    this.#writeLiteral(value);
  }

  #writeLiteral(value: unknown): void {
    if (typeof value === 'string') this.writeString(value);
    else if (Number.isSafeInteger(value)) this.writeInteger(value as number);
    else this.writeValue(value);
  }

  // Declared types of several values: declared/write.ts. At most three arguments there, as generated code has them here.

  writeDate(value: Date): void {
    declared.writeDate(this, value);
  }

  writeUrl(value: URL): void {
    declared.writeUrl(this, value);
  }

  writeRegExp(value: RegExp): void {
    declared.writeRegExp(this, value);
  }

  /** A string that matches; `expected` is for the error. */
  writeMatching(value: string, pattern: RegExp, expected: string): void {
    declared.writeMatching(this, value, { pattern, expected });
  }

  writeTypedArray(value: ArrayBufferView, name: string): void {
    declared.writeTypedArray(this, value, name);
  }

  writeNdArray(value: NdArray, dtype: string, shape?: readonly (number | null)[]): void {
    declared.writeNdArray(this, value, { dtype, shape });
  }

  writeSet<T>(value: ReadonlySet<T>, writeItem: declared.Write<T>): void {
    this.#enter();
    declared.writeSet(this, value, writeItem);
    this.#depth--;
  }

  writeMap<K, V>(value: ReadonlyMap<K, V>, key: declared.Write<K>, item: declared.Write<V>): void {
    this.#enter();
    declared.writeMap(this, value, { key, item });
    this.#depth--;
  }

  writeDict<T>(value: Readonly<Record<string, T>>, writeItem: declared.Write<T>): void {
    this.#enter();
    declared.writeDict(this, value, writeItem);
    this.#depth--;
  }

  writeExtra<T>(value: object, keys: ReadonlySet<string>, writeItem: declared.Write<T>): void {
    declared.writeExtra(this, value, { keys, writeItem });
  }

  /** The head of a tuple, whose items the caller writes. */
  writeTupleHead(value: readonly unknown[], expected: string, least: number, most: number): void {
    declared.writeTupleHead(this, value, { expected, least, most });
  }

  /** The number of the branch that a value of a union is; the value follows. */
  writeBranch(index: number): void {
    this.writeArrayHead(2);
    this.writeInteger(index);
  }

  /** An object of an open union that is of none of its branches. */
  writeOther(value: unknown, tag: string, kinds: string): void {
    writeOther(this, value, { name: tag, kinds });
  }

  /** Any value that describes itself. EncodeError, naming the path, for what has no wire form. */
  writeValue(value: unknown, options?: AnyOptions): void {
    this.#any.reset(this.#depth, options);
    this.#any.write(value);
  }

  /** An extension of these bytes. */
  writeExtension(type: number, body: Uint8Array): void {
    const at = this.reserveExtension(type, body.length);
    this.#bytes.set(body, at);
  }

  /** The head of an extension of `size` bytes, which the caller fills; returns their index, as `reserve` does. */
  reserveExtension(type: number, size: number): number {
    if (size > 0xffffffff) throw tooLong();
    const head = extensionHead(size);
    const at = this.reserve(head + size);
    this.#putExtensionHead(at, type, size);
    return at + head;
  }

  /** Begins an extension whose size is known at its end. Returns what `endExtension` must be given. */
  beginExtension(): number {
    const mark = this.length;
    this.reserve(USUAL_EXTENSION_HEAD);
    return mark;
  }

  /** Ends an extension with all that was written since its begin. Its head is the shortest: the body moves if that is another. */
  endExtension(mark: number, type: number): void {
    const size = this.length - mark - USUAL_EXTENSION_HEAD;
    if (size > 0xffffffff) throw tooLong();
    const head = extensionHead(size);
    if (head > USUAL_EXTENSION_HEAD) this.reserve(head - USUAL_EXTENSION_HEAD);
    const at = this.#start + mark;
    if (head !== USUAL_EXTENSION_HEAD) {
      const from = at + USUAL_EXTENSION_HEAD;
      this.#bytes.copyWithin(at + head, from, from + size);
      this.#position = at + head + size;
    }
    this.#putExtensionHead(at, type, size);
  }

  // Depth is counted where the codec itself recurses. After an error it is wrong until the next reset, like the bytes.
  #enter(): void {
    if (++this.#depth > mp.MAX_DEPTH) {
      throw new EncodeError(`nested deeper than ${mp.MAX_DEPTH}`);
    }
  }

  #writeHead16or32(tag16: number, count: number): void {
    if (count > 0xffffffff) throw tooLong();
    if (count <= 0xffff) {
      const at = this.reserve(3);
      this.#bytes[at] = tag16;
      this.#view.setUint16(at + 1, count);
    } else {
      const at = this.reserve(5);
      this.#bytes[at] = tag16 + 1;
      this.#view.setUint32(at + 1, count);
    }
  }

  #putExtensionHead(at: number, type: number, size: number): void {
    const bytes = this.#bytes;
    const head = extensionHead(size);
    if (head === FIXED_EXTENSION_HEAD) {
      bytes[at] = mp.FIXEXT1 + Math.clz32(1) - Math.clz32(size);
    } else if (size <= 0xff) {
      bytes[at] = mp.EXT8;
      bytes[at + 1] = size;
    } else if (size <= 0xffff) {
      bytes[at] = mp.EXT16;
      this.#view.setUint16(at + 1, size);
    } else {
      bytes[at] = mp.EXT32;
      this.#view.setUint32(at + 1, size);
    }
    bytes[at + head - 1] = type;
  }

  #textBuffer(): TextBuffer {
    if (this.#bytes === this.#own) {
      this.#ownText ??= textBuffer(this.#own);
      return this.#ownText;
    }
    this.#lentText ??= textBuffer(this.#bytes);
    return this.#lentText;
  }

  #reserveElsewhere(count: number): number {
    const length = this.#position - this.#start;
    const written = this.written();
    const needed = length + count;
    if (needed > this.#own.length) this.#replaceOwn(Math.max(needed, 2 * this.#own.length));
    // The message is alone in the private buffer and starts at 0 there, so growing leaves its bytes where they are.
    if (written.buffer !== this.#own.buffer) this.#own.set(written);
    this.#bytes = this.#own;
    this.#view = this.#ownView;
    this.#start = 0;
    this.#position = needed;
    this.#limit = this.#own.length;
    this.#inPlace = false;
    return length;
  }

  #replaceOwn(room: number): void {
    this.#own = new Uint8Array(room);
    this.#ownView = new DataView(this.#own.buffer);
    this.#ownText = null;
  }
}

/** Of extension 18: the longest head, and the size of the value. */
const BLOCK_MESSAGE_HEAD = 10;
const FIXED_EXTENSION_HEAD = 2;
/** Of 0 to 255 bytes, other than 1, 2, 4, 8 and 16. */
const USUAL_EXTENSION_HEAD = 3;

/** Bytes of the shortest head of an extension. */
function extensionHead(size: number): number {
  if (size <= 16 && size > 0 && (size & (size - 1)) === 0) return FIXED_EXTENSION_HEAD;
  return size <= 0xff ? USUAL_EXTENSION_HEAD : size <= 0xffff ? 4 : 6;
}

function tooLong(): EncodeError {
  return new EncodeError('more than 4 GiB in one piece cannot cross');
}

function stringHead(size: number): number {
  return size <= 31 ? 1 : size <= 0xff ? 2 : size <= 0xffff ? 3 : 5;
}
