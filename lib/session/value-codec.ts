/** The codec of one declared type, for bytes that are kept or sent by other ways than a channel. Twin: python/ringsnake/_session/value_codec.py. */
import { ValueReader } from '../wire/value-reader.js';
import { ValueWriter } from '../wire/value-writer.js';
import type { DeclaredTypes } from './explain.js';
import { located } from './located.js';

export interface ValueCodec<T> {
  /** ValidationError, naming the path, for what is not of the type. */
  encode(value: T): Uint8Array;
  /** The same; DecodeError for what is no value. */
  decode(bytes: Uint8Array): T;
}

/** Generated code gives the name of the type, what is declared beside it, and the two halves. */
export function makeCodec<T>(
  name: string,
  definition: DeclaredTypes,
  halves: {
    write(writer: ValueWriter, value: T): void;
    read(reader: ValueReader): T;
  },
): ValueCodec<T> {
  const refused = { definition, method: { name }, part: 'result' } as const;
  const place = (path: string) => name + path;
  return {
    encode(value) {
      const writer = new ValueWriter();
      writer.resetPrivate();
      try {
        halves.write(writer, value);
      } catch (error) {
        throw located(error, place, { ...refused, value: { given: value } });
      }
      return writer.copy();
    },
    decode(bytes) {
      const reader = new ValueReader();
      reader.reset(bytes, undefined, 0, bytes.length);
      try {
        const value = halves.read(reader);
        reader.finish();
        return value;
      } catch (error) {
        throw located(error, place, { ...refused, value: { reader } });
      }
    },
  };
}
