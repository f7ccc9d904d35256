/** The codec of one declared type, for bytes that are kept or sent by other ways than a channel. */
import { ValueReader } from './value-reader.js';
import { ValueWriter } from './value-writer.js';

export interface ValueCodec<T> {
  /** ValidationError, naming the path, for what is not of the type. */
  encode(value: T): Uint8Array;
  /** The same; DecodeError for what is no value. */
  decode(bytes: Uint8Array): T;
}

/** Generated code gives the two halves. */
export function makeCodec<T>(halves: {
  write(writer: ValueWriter, value: T): void;
  read(reader: ValueReader): T;
}): ValueCodec<T> {
  return {
    encode(value) {
      const writer = new ValueWriter();
      writer.resetPrivate();
      halves.write(writer, value);
      return writer.copy();
    },
    decode(bytes) {
      const reader = new ValueReader();
      reader.reset(bytes, undefined, 0, bytes.length);
      const value = halves.read(reader);
      reader.finish();
      return value;
    },
  };
}
