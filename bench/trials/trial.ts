import type { Calls, Connection } from '../drivers/driver.js';

/** What is measured: one call, made again and again. */
export interface Trial {
  readonly name: string;
  readonly description: string;
  /** Payload bytes that one call carries each way, where throughput in bytes means something. */
  readonly payloadBytes?: number;
  /** Makes the call number `i`. */
  call(calls: Calls, i: number): Promise<unknown>;
  callBlocking(blocking: NonNullable<Connection['blocking']>, i: number): unknown;
  /** Throws if `answer` is not the answer to call number `i`. */
  check(answer: unknown, i: number): void;
}
