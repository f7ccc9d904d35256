import type { FrameChannel } from '../channel/frame-channel.js';
import type { RingsnakeError } from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';

/** Milliseconds there and back, or why there was no answer. */
type PingOutcome = number | RingsnakeError;

/** Asks the peer's event loop for a sign of life. */
export class Pings {
  readonly #channel: FrameChannel;
  readonly #open = new Map<number, { sent: number; onSettled: (outcome: PingOutcome) => void }>();
  #next = 1;

  constructor(channel: FrameChannel) {
    this.#channel = channel;
  }

  send(onSettled: (outcome: PingOutcome) => void): void {
    const callId = this.#next;
    this.#next = (this.#next % 0xffff_ffff) + 1;
    this.#channel.send(FrameKind.ping, { callId });
    this.#open.set(callId, { sent: performance.now(), onSettled });
    this.#channel.flushSoon();
  }

  /** The peer asks. */
  answer(callId: number): void {
    this.#channel.send(FrameKind.pong, { callId });
    this.#channel.flushSoon();
  }

  /** The peer has answered. */
  receive(callId: number): void {
    const ping = this.#open.get(callId);
    this.#open.delete(callId);
    ping?.onSettled(performance.now() - ping.sent);
  }

  end(reason: RingsnakeError): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { onSettled } of open) onSettled(reason);
  }
}
