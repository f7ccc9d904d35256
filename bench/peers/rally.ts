import type { Int } from 'ringsnake';
import type { Person } from './people.js';

/** What `npm run bench -- calls` asks of everybody. */
export interface Rally {
  nothing(): Promise<void>;
  add(a: number, b: number): Promise<number>;
  /** The same by an `async def` that does not suspend. */
  addInCoroutine(a: number, b: number): Promise<number>;
  record(person: Person): Promise<Person>;
  records(people: Person[]): Promise<Person[]>;
  bytes(data: Uint8Array): Promise<Uint8Array>;
  /** How many bytes these are. By reference, where they are many: Python sees a view. */
  weigh(/** @view */ data: Uint8Array): Promise<number>;
  /** How many doubles these are. By reference, where it is large: Python sees a view. */
  span(data: Float64Array): Promise<number>;
  /** By reference, where it is large: Python sees and gives back a view. */
  samples(data: Float64Array): Promise<Float64Array>;
  /** As many items in memory of the answer's own, allocated where they go; of them only the last is written: it is what came last. */
  renewed(data: Float64Array): Promise<Float64Array>;
  sleep(seconds: number): Promise<void>;
  /** The numbers from 0 on. */
  count(items: Int): AsyncIterable<number>;
  /** Counts by calling back so many times, one after the other. */
  callBack(increment: (count: number) => Promise<number>, times: Int): Promise<number>;
}
