import { type EncodeOptions, encode } from '../value.js';
import { ValueWriter } from '../value-writer.js';
import type { AnyOptions } from '../write-any.js';
import { SentShapes } from './sent-shapes.js';

/**
 * Values as messages of one sequence: objects whose keys were met before are written without them. A ValueDecoder reads all of them, in
 * the order in which they were made, and none may be missing: see `rollback`.
 *
 *     const encoder = new ValueEncoder();
 *     socket.send(encoder.encode({ id: 7, name: 'snake' }));
 */
export class ValueEncoder {
  readonly #options: EncodeOptions;
  readonly #shapes = new SentShapes();
  readonly #writing: AnyOptions;
  readonly #writer = new ValueWriter();
  #isBusy = false;

  /** With `identity`, keys are written each time. */
  constructor(options: EncodeOptions = {}) {
    this.#options = options;
    this.#writing = { types: options.types, shapes: this.#shapes };
  }

  /** The next message. EncodeError, naming the path, for what has no wire form: that message does not count. */
  encode(value: unknown): Uint8Array {
    // Called by an accessor of a value that is being encoded, it makes a message that comes before or after that one.
    if (this.#isBusy) return encode(value, this.#options);
    this.#shapes.begin();
    if (this.#options.identity === true) return encode(value, this.#options);
    this.#isBusy = true;
    const writer = this.#writer;
    try {
      writer.resetPrivate();
      writer.writeValue(value, this.#writing);
      return writer.copy();
    } catch (error) {
      this.#shapes.rollback();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** The last message will not be sent: takes back what later ones would have referred to in it. */
  rollback(): void {
    if (!this.#isBusy) this.#shapes.rollback();
  }
}
