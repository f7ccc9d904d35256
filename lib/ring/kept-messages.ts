import { BackpressureError } from '../errors.js';
import { Bulk } from './bulk.js';

/** Bytes of messages that a side keeps. */
const KEPT_MAX = 64 * 1024 * 1024;
/** What an object costs besides its bytes: else small messages could take many times the limit. */
const OBJECT_BYTES = 64;

/** Messages that were taken out of the ring before anyone asked for them, oldest first. */
export class KeptMessages {
  #messages: (Uint8Array | Bulk)[] = [];
  /** How many of them are gone already: shifting a long array each time would move it each time. */
  #gone = 0;
  #bytes = 0;

  get empty(): boolean {
    return this.#messages.length === 0;
  }

  /** Throws BackpressureError when it is too much, and keeps it all the same: nothing is lost. */
  push(message: Uint8Array | Bulk): void {
    this.#messages.push(message);
    this.#bytes += costOf(message);
    if (this.#bytes > KEPT_MAX)
      throw new BackpressureError(
        `${this.#bytes} bytes arrived while this side waited for room to send: receive more often`,
      );
  }

  /** The oldest. REQUIRES: not empty. */
  shift(): Uint8Array | Bulk {
    const message = this.#messages[this.#gone++] as Uint8Array | Bulk;
    this.#bytes -= costOf(message);
    if (2 * this.#gone > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#gone);
      this.#gone = 0;
    }
    return message;
  }

  clear(): void {
    this.#messages = [];
    this.#gone = 0;
    this.#bytes = 0;
  }
}

/** A bulk message counts against the peer's limit. */
function costOf(message: Uint8Array | Bulk): number {
  return OBJECT_BYTES + (message instanceof Bulk ? 0 : message.length);
}
