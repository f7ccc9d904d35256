import type { DecodeOptions } from '../value.js';
import { ValueReader } from '../value-reader.js';
import type { TypeRegistry } from '../values/type-registry.js';
import { ReceivedShapes } from './received-shapes.js';

/**
 * Reads the messages of one ValueEncoder, in their order. After a DecodeError later messages may refer to what is lost: they are then
 * refused too, never read as something else.
 */
export class ValueDecoder {
  readonly #types: TypeRegistry | undefined;
  readonly #shapes = new ReceivedShapes();
  #idle: ValueReader | undefined;

  constructor({ types }: DecodeOptions = {}) {
    this.#types = types;
  }

  /** The value that `bytes`, the next message, are. DecodeError, naming the byte, if they are not one value. */
  decode(bytes: Uint8Array): unknown {
    // A registered type's function may call this again: that call makes its own reader.
    const reader = this.#idle ?? new ValueReader({ types: this.#types, shapes: this.#shapes });
    this.#idle = undefined;
    try {
      reader.reset(bytes, undefined, 0, bytes.byteLength);
      const value = reader.readValue();
      reader.finish();
      return value;
    } finally {
      // Keeps nobody's bytes alive.
      reader.reset(NOTHING, undefined, 0, 0);
      this.#idle = reader;
    }
  }
}

const NOTHING = new Uint8Array(0);
