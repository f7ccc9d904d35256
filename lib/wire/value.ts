/** Values as bytes of their own. Twin: python/ringsnake/_wire/value.py. */
import { ValueReader } from './value-reader.js';
import { ValueWriter } from './value-writer.js';

let idleWriter: ValueWriter | undefined;

/** One value as bytes of its own. EncodeError, naming the path, for what has no wire form. */
export function encode(value: unknown): Uint8Array {
  // An accessor of the value may call encode again: that call finds no idle writer and makes its own.
  const writer = idleWriter ?? new ValueWriter();
  idleWriter = undefined;
  try {
    writer.resetPrivate();
    writer.writeValue(value);
    return writer.written().slice();
  } finally {
    idleWriter = writer;
  }
}

/** The value that `bytes` are, all of them. DecodeError, naming the byte, if they are not one value. */
export function decode(bytes: Uint8Array): unknown {
  const reader = new ValueReader();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  reader.reset(bytes, view, 0, bytes.byteLength);
  const value = reader.readValue();
  reader.finish();
  return value;
}
