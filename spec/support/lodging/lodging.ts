import type { Int } from 'ringsnake';

/** One of several things that a lodger remembers. */
export interface Note {
  title: string;
  pages: Int;
  tags: string[];
}

export interface Kept {
  samples: Float64Array;
  /** Whether it is a view of memory that is not Python's own. */
  isShared: boolean;
}

/** What a worker on a thread of Node's is asked. */
export interface Lodger {
  /** The kernel's number of the thread that runs this, of a `def`. */
  thread(): Promise<Int>;
  /** The same of an `async def`. */
  threadLater(): Promise<Int>;
  /** The same of a `def` that gives an awaitable. */
  threadOfAwaitable(): Promise<Int>;
  /** The same of a handler that is marked as blocking. */
  threadOfPool(): Promise<Int>;
  /** Runs Python, and gives what it calls `result`, as text. */
  run(source: string): Promise<string>;
  /** Asks the landlord so many times, from where this runs. */
  ask(times: Int): Promise<string>;
  /** Calls the landlord, who calls back, so many levels deep. */
  climb(levels: Int): Promise<Int>;
  echo(notes: Note[]): Promise<Note[]>;
  /** How many bytes these are. */
  weigh(data: Uint8Array): Promise<Int>;
  /** Keeps a view of these for later, and says how many they are. */
  keep(samples: Float64Array): Promise<Int>;
  /** A copy of what was kept. */
  kept(): Promise<Kept>;
  /** Lets go of what was kept. */
  letGo(): Promise<void>;
  /** The same again, as it came. */
  mirror(samples: Float64Array): Promise<Float64Array>;
  /** So many doubles in memory that Python allocated for the way. */
  fresh(count: Int): Promise<Float64Array>;
  /** Of both together. */
  sums(samples: Float64Array, again: Float64Array): Promise<number>;
  /** How many samples there are. */
  count(kept: Kept): Promise<Int>;
  /** Raises a ValueError. */
  complain(about: string): Promise<void>;
  /** Gives what is not declared. */
  mumble(): Promise<Note>;
}

/** The Node.js program. */
export interface Landlord {
  answer(question: string): Promise<string>;
  climb(levels: Int): Promise<Int>;
}
