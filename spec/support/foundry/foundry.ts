import type { Int } from 'ringsnake';

/** By reference: a sum that stays where it was begun. */
export interface Total {
  add(value: Int): Promise<Int>;
}

/** One piece of every kind of work. Both sides serve it, and each puts its load on the other's. */
export interface Foundry {
  /** The next number of a lane; returns it. What comes twice, or not in order, is counted. */
  next(lane: Int, number: Int): Promise<Int>;
  /** The same, after a wait. */
  nextLater(lane: Int, number: Int): Promise<Int>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  /** f(0) + … + f(count - 1), one after the other. */
  each(count: Int, f: (i: Int) => Promise<Int>): Promise<Int>;
  count(count: Int): AsyncIterable<Int>;
  endless(): AsyncIterable<Int>;
  sum(values: AsyncIterable<Int>): Promise<Int>;
  begin(): Promise<Total>;
  /** Adds 1 and then 2; returns what came of it. */
  visit(total: Total): Promise<Int>;
  /** Never answers, and notices when its caller has gone. */
  never(): Promise<void>;
  /** Numbers of lanes that came twice, or not in order. */
  misplaced(): Promise<Int>;
}

/** Python's load on the foundry that TypeScript serves. */
export interface Foreman {
  /** Does so many pieces of work in each of so many lanes at a time; returns the `LoadReport` as JSON. */
  load(lanes: Int, pieces: Int): Promise<string>;
  /** The same with blocking calls, one after the other. */
  loadBlocking(pieces: Int): Promise<string>;
  /** What the process holds, as JSON: descriptors, KiB of memory of its own, objects of both sides. */
  holds(): Promise<string>;
}
