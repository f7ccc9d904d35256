import type { Int } from 'ringsnake';

/** What the specs ask of a pool. */
export interface Crew {
  /** Of the process that answers. */
  pid(): Promise<Int>;
  /** The same, once `Gate.pass` has answered; other calls are served meanwhile. */
  enter(name: string): Promise<Int>;
  /** The same, after so many milliseconds in which nothing else is served. */
  block(milliseconds: Int): Promise<Int>;
  /** Raises ValueError in this process, and answers as `pid` in every other. */
  failIn(pid: Int): Promise<Int>;
  /** Holds so many MiB more, for as long as the process lives. */
  grow(mebibytes: Int): Promise<void>;
  /** Ends the process at once, without a word. */
  exit(code: Int): Promise<void>;
}

/** What the crew asks of the specs. */
export interface Gate {
  pass(name: string): Promise<void>;
}
