/** What a party is told to measure. Twin: `Order` in bench/limit/driver.h. */
export interface Order {
  /**
   * `call`: round trips, one after the other, blocking; `await`: the same from an event loop; `answer` and `bulk`: the
   * answer has 8 bytes, and with `bulk` the call travels by reference; `pipelined`: round trips, 64 in flight; `send`,
   * `receive`: a stream one way.
   */
  readonly action: 'call' | 'await' | 'answer' | 'bulk' | 'pipelined' | 'send' | 'receive';
  readonly payloadBytes: number;
  /**
   * 1: message by message, as most programs would. More: so many of a stream at once, and in place where the language has
   * that.
   */
  readonly batch: number;
  /** Milliseconds of silence before each call, after which both sides sleep. Default: none. */
  readonly pause?: number;
}

/** For how long, and how finely a stream is cut. */
export interface Span {
  readonly milliseconds: number;
  readonly windowMicroseconds: number;
}

/** Whether the party answers with the time of each call, or with the windows of a stream. */
export function givesTimes({ action }: Order): boolean {
  return action === 'call' || action === 'await' || action === 'answer' || action === 'bulk';
}

/** One line of a party's standard input. */
export function orderLine({ action, payloadBytes, batch, pause = 0 }: Order, span: Span): string {
  return `${action} ${payloadBytes} ${span.milliseconds} ${span.windowMicroseconds} ${batch} ${pause}\n`;
}
