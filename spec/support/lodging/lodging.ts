import type { Int } from 'ringsnake';

/** One of several things that a lodger remembers. */
export interface Note {
  title: string;
  pages: Int;
  tags: string[];
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
