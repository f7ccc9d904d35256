import type { FrameChannel } from '../channel/frame-channel.js';
import { CallTimeoutError, type RingsnakeError } from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';

/** Milliseconds there and back, or why there was no answer. */
type PingOutcome = number | RingsnakeError;

interface Ping {
  readonly sent: number;
  readonly timer: NodeJS.Timeout | undefined;
  readonly onSettled: (outcome: PingOutcome) => void;
}

/** Asks the peer's event loop for a sign of life. */
export class Pings {
  readonly #channel: FrameChannel;
  readonly #open = new Map<number, Ping>();
  #next = 1;

  constructor(channel: FrameChannel) {
    this.#channel = channel;
  }

  /** `timeout` in milliseconds. */
  send(timeout: number | undefined, onSettled: (outcome: PingOutcome) => void): void {
    const callId = this.#next;
    this.#next = (this.#next % 0xffff_ffff) + 1;
    this.#channel.send(FrameKind.ping, { callId });
    this.#channel.flushSoon();
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => {
            const problem = new CallTimeoutError(
              `the peer's event loop has not answered within ${timeout} ms`,
            );
            this.#settle(callId, problem);
          }, timeout);
    this.#open.set(callId, { sent: performance.now(), timer, onSettled });
  }

  /** The peer asks. */
  answer(callId: number): void {
    this.#channel.send(FrameKind.pong, { callId });
    this.#channel.flushSoon();
  }

  /** The peer has answered. */
  receive(callId: number): void {
    const ping = this.#open.get(callId);
    if (ping !== undefined) this.#settle(callId, performance.now() - ping.sent);
  }

  end(reason: RingsnakeError): void {
    for (const callId of [...this.#open.keys()]) this.#settle(callId, reason);
  }

  #settle(callId: number, outcome: PingOutcome): void {
    const ping = this.#open.get(callId);
    this.#open.delete(callId);
    clearTimeout(ping?.timer);
    ping?.onSettled(outcome);
  }
}
