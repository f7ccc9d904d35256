import type { RingEnd } from '../ring/ring-end.js';
import { ValuePort } from '../ring/value-port.js';
import type { BulkPort } from '../wire/extensions/bulk.js';

/** Of a channel: only one message is written at a time. */
export interface MessageTurn {
  /** False while another one is being written. */
  begin(): boolean;
  end(): void;
}

/**
 * The data of values of messages that do not go through the ring, in the segments of its channel. One message at a time; while a frame is being written data goes in
 * band, and after `place` no frame is begun before `settle`. Normative: spec/wire/bulk.md §6. Threads: the channel's own.
 */
export class DirectPort implements BulkPort {
  readonly #port: ValuePort;
  readonly #turn: MessageTurn;
  #hasTurn = false;

  constructor(end: RingEnd, turn: MessageTurn) {
    this.#port = new ValuePort(end);
    this.#turn = turn;
  }

  get threshold(): number {
    return this.#port.threshold;
  }

  get reference(): Uint32Array {
    return this.#port.reference;
  }

  /** Whether `settle` has something to do. */
  get isPlacing(): boolean {
    return this.#hasTurn;
  }

  place(data: ArrayBufferView): boolean {
    if (!this.#hasTurn) this.#hasTurn = this.#turn.begin();
    return this.#hasTurn && this.#port.place(data);
  }

  /** The message that was written is on its way, or was given up. */
  settle(sent: boolean): void {
    if (!this.#hasTurn) return;
    this.#hasTurn = false;
    this.#turn.end();
    this.#port.settle(sent);
  }

  borrow(): ArrayBuffer | string {
    return this.#port.borrow();
  }

  /** The message was read: its values keep what they refer to. */
  keep(): void {
    this.#port.keep();
  }

  /** Nobody keeps anything of the message. */
  giveBack(): void {
    this.#port.giveBack();
  }
}
