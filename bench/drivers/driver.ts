import type { Order } from '../peers/bench.js';

/** The calls that trials make, whoever carries them. */
export interface Calls {
  add(a: number, b: number): Promise<number>;
  record(order: Order): Promise<Order>;
  bytes(data: Uint8Array): Promise<Uint8Array>;
}

/** A started driver. */
export interface Connection {
  readonly calls: Calls;
  /** The same calls, blocking the thread; absent where the transport has no such thing. */
  readonly blocking?: {
    readonly [K in keyof Calls]: (...args: Parameters<Calls[K]>) => Awaited<ReturnType<Calls[K]>>;
  };
  /** The Python process. */
  readonly peerPid: number;
  close(): Promise<void>;
}

/** One way to call Python. */
export interface Driver {
  readonly name: string;
  start(): Promise<Connection>;
}
