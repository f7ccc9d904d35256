/** Values as bytes of their own. Twin: python/ringsnake/_wire/value.py. */
import { SharedObjects } from './extensions/identity.js';
import { ValueReader } from './value-reader.js';
import { ValueWriter } from './value-writer.js';
import type { TypeRegistry } from './values/type-registry.js';

export interface EncodeOptions {
  /**
   * Keeps which objects are the same, and cycles; default false: an object that is reached twice arrives as two, and a cycle is
   * an error. The value is gone through twice.
   */
  readonly identity?: boolean;
  /** The user's types; default: none. */
  readonly types?: TypeRegistry;
}

export interface DecodeOptions {
  /** The user's types; default: none. Of one that is not there, the value alone is given. */
  readonly types?: TypeRegistry;
}

let idleWriter: ValueWriter | undefined;

/** One value as bytes of its own. EncodeError, naming the path, for what has no wire form. */
export function encode(value: unknown, options: EncodeOptions = {}): Uint8Array {
  // An accessor of the value may call encode again: that call finds no idle writer and makes its own.
  const writer = idleWriter ?? new ValueWriter();
  idleWriter = undefined;
  try {
    writer.resetPrivate();
    if (options.identity === true) writeWithIdentity(writer, value, options);
    else writer.writeValue(value, options.types && { types: options.types });
    return writer.copy();
  } finally {
    idleWriter = writer;
  }
}

function writeWithIdentity(writer: ValueWriter, value: unknown, { types }: EncodeOptions): void {
  const shared = new SharedObjects();
  writer.writeValue(value, { types, shared });
  if (!shared.discovered()) return;
  writer.resetPrivate();
  writer.writeValue(value, { types, shared });
}

let idleReader: ValueReader | undefined;

/** The value that `bytes` are, all of them. DecodeError, naming the byte, if they are not one value. */
export function decode(bytes: Uint8Array, { types }: DecodeOptions = {}): unknown {
  // A registered type's function may call decode again: that call finds no idle reader and makes its own.
  const reader = (types === undefined ? idleReader : undefined) ?? new ValueReader({ types });
  if (types === undefined) idleReader = undefined;
  try {
    reader.reset(bytes, undefined, 0, bytes.byteLength);
    const value = reader.readValue();
    reader.finish();
    return value;
  } finally {
    // Keeps nobody's bytes alive.
    reader.reset(NOTHING, undefined, 0, 0);
    if (types === undefined) idleReader = reader;
  }
}

const NOTHING = new Uint8Array(0);
