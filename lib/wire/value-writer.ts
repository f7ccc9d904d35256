import { EncodeError } from '../errors.js';
import { encodeBigInteger, putNdarray } from './extensions.js';
import * as mp from './msgpack.js';
import { isWellFormed, LOOP_WRITE_LIMIT, type TextBuffer, textBuffer } from './text.js';
import { isBytes, isFloat64Array, mismatch, within } from './validation.js';
import { writeAny } from './write-any.js';

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
  #own: Uint8Array;
  #ownView: DataView;
  // Buffers over the same memory, made when a native string write first needs them.
  #ownText: TextBuffer | null = null;
  #lentBytes: Uint8Array | null = null;
  #lentText: TextBuffer | null = null;

  constructor() {
    this.#own = new Uint8Array(INITIAL_ROOM);
    this.#ownView = new DataView(this.#own.buffer);
    this.#bytes = this.#own;
    this.#view = this.#ownView;
    this.resetPrivate();
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
    const body = encodeBigInteger(value);
    this.#writeExtHead(mp.EXT_BIG_INTEGER, body.length);
    const at = this.reserve(body.length);
    this.#bytes.set(body, at);
  }

  writeString(value: string): void {
    if (typeof value !== 'string') throw mismatch('string', value);
    const length = value.length;
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

  #writeLongString(value: string): void {
    if (!isWellFormed(value)) {
      throw new EncodeError(
        'a string with a lone surrogate cannot cross: see String.prototype.toWellFormed',
      );
    }
    const length = value.length;
    const head = stringHead(length);
    const most = head + 3 * length;
    // Where the shortest and the longest encoding have the same head, the string need not be measured before it is written.
    if (head === stringHead(3 * length) && most <= this.#limit - this.#position) {
      const at = this.#position;
      const written = this.#textBuffer().utf8Write(value, at + head, 3 * length);
      this.#putStringHead(at, written);
      this.#position = at + head + written;
    } else {
      const size = Buffer.byteLength(value, 'utf8');
      const sizedHead = stringHead(size);
      const at = this.reserve(sizedHead + size);
      this.#putStringHead(at, size);
      this.#textBuffer().utf8Write(value, at + sizedHead, size);
    }
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

  writeFloat64Array(value: Float64Array): void {
    if (!isFloat64Array(value)) throw mismatch('Float64Array', value);
    const size = mp.NDARRAY_HEADER + value.byteLength;
    this.#writeExtHead(mp.EXT_NDARRAY, size);
    const at = this.reserve(size);
    putNdarray(this.#bytes, at, value);
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
    if (typeof value === 'string') this.writeString(value);
    else if (Number.isSafeInteger(value)) this.writeInteger(value as number);
    else this.writeValue(value);
  }

  /** Any value that describes itself. EncodeError, naming the path, for what has no wire form. */
  writeValue(value: unknown): void {
    writeAny(this, value, this.#depth);
  }

  // Depth is counted where the codec itself recurses. After an error it is wrong until the next reset, like the bytes.
  #enter(): void {
    if (++this.#depth > mp.MAX_DEPTH) {
      throw new EncodeError(`nested deeper than ${mp.MAX_DEPTH}`);
    }
  }

  #writeHead16or32(tag16: number, count: number): void {
    if (count > 0xffffffff) throw new EncodeError('more than 4 GiB in one piece cannot cross');
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

  #writeExtHead(type: number, size: number): void {
    const fixed = FIXEXT_TAGS.get(size);
    let at: number;
    if (fixed !== undefined) {
      at = this.reserve(2);
      this.#bytes[at] = fixed;
      at += 1;
    } else if (size <= 0xff) {
      at = this.reserve(3);
      this.#bytes[at] = mp.EXT8;
      this.#bytes[at + 1] = size;
      at += 2;
    } else {
      at = this.#position;
      this.#writeHead16or32(mp.EXT16, size);
      at = this.reserve(1);
    }
    this.#bytes[at] = type;
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

const FIXEXT_TAGS: ReadonlyMap<number, number> = new Map([
  [1, mp.FIXEXT1],
  [2, mp.FIXEXT2],
  [4, mp.FIXEXT4],
  [8, mp.FIXEXT8],
  [16, mp.FIXEXT16],
]);

function stringHead(size: number): number {
  return size <= 31 ? 1 : size <= 0xff ? 2 : size <= 0xffff ? 3 : 5;
}
