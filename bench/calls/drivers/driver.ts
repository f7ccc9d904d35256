import type { Person } from '../../peers/people.js';

/** What a party can do; what is missing it cannot, and has no figure. */
export interface Calls {
  /** These block. */
  nothingSync?(): unknown;
  addSync?(a: number, b: number): number;
  recordSync?(person: Person): Person;
  recordsSync?(people: readonly Person[]): Person[];
  /** Bytes to Python, of memory that `memory` gives where a party has its own. */
  weighSync?(data: Uint8Array): number;
  memory?(length: number): Uint8Array;
  /** Doubles of `allocate` to Python. */
  spanSync?(data: Float64Array): number;
  add?(a: number, b: number): Promise<number>;
  addInCoroutine?(a: number, b: number): Promise<number>;
  record?(person: Person): Promise<Person>;
  records?(people: readonly Person[]): Promise<Person[]>;
  bytes?(data: Uint8Array): Promise<Uint8Array>;
  /** By reference: what comes back is a view of memory that both sides see; whoever asked gives it back. */
  samples?(data: Float64Array): Promise<Float64Array>;
  /** An array in memory that both sides see, to hand to `renewed`. */
  allocate?(length: number): Float64Array;
  /** As many items in memory that Python allocated for them; only the last is written, as it came. */
  renewed?(data: Float64Array): Promise<Float64Array>;
  release?(array: Float64Array): void;
  /** Seconds; many calls sleep at once. */
  sleep?(seconds: number): Promise<void>;
  /** Python counts by calling back so many times, one after the other. */
  callBack?(times: number): Promise<number>;
  /** Python sends 0, 1, 2… so many. */
  count?(items: number): AsyncIterable<number>;
}

/** A started driver. */
export interface Connection {
  readonly calls: Calls;
  /** The Python process; undefined where Python runs in this one. */
  readonly peerPid?: number | undefined;
  close(): Promise<void>;
}

/** How a driver is started. */
export interface Start {
  /** Where the party's packages are: see ../equipment.ts. */
  readonly folder: string;
  readonly python: string;
  /** The calls to come are answered by coroutines: servers that have two ways choose asyncio's. */
  readonly coroutines: boolean;
}

/** One way to call Python. */
export type Driver = (start: Start) => Promise<Connection>;
