import type { Int } from 'ringsnake';

/** Served by both sides, which hand on to each other. */
export interface Relay {
  /** Calls the other side with the rest of `manners` until none is left: `s` blocks, `a` awaits. Returns how often it was called on. */
  down(manners: string): Promise<Int>;
}

/** What a handler in Python knows of its call. */
export interface Knowledge {
  callId: Int;
  /** Milliseconds. */
  left: number | null;
  /** As JSON. */
  metadata: string;
}

/** Handlers that take their time. */
export interface Chores {
  /** Waits in asyncio; notes when it is cancelled. */
  sleep(milliseconds: Int): Promise<string>;
  /** The same, and takes no notice of being cancelled. */
  sleepStubbornly(milliseconds: Int): Promise<string>;
  /** Keeps the interpreter busy until the caller waits no longer. */
  spinUntilCancelled(): Promise<string>;
  /** Blocks a thread of the pool until the caller waits no longer. */
  blockUntilCancelled(): Promise<string>;
  /** Blocks a thread of the pool for so long, then tells of its call, and of what it learned by a call from there. */
  blockInPool(milliseconds: Int): Promise<Knowledge[]>;
  /** What handlers have noted since the last time. */
  notes(): Promise<string[]>;
  knowledge(): Promise<Knowledge>;
  knowledgeLater(): Promise<Knowledge>;
  /** What `Watch.knowledge` says when it is called by a blocking call, and awaited with metadata of its own. */
  knowledgeBeyond(): Promise<Knowledge[]>;
  /** Awaits `Watch.never`. */
  awaitNever(): Promise<string>;
  /** Calls `Watch.never` with a timeout in milliseconds, blocking or not; how that ended. */
  limited(timeout: Int, blocking: boolean): Promise<string>;
  /** Cancels its own task that awaits `Watch.never`. */
  cancelOwn(): Promise<string>;
  /** Sets a context variable and returns what it was before. */
  variable(value: string): Promise<string>;
  /** Adds one at once. */
  addOne(value: Int): Promise<Int>;
  /** The same, as a task that waits once. */
  addOneLater(value: Int): Promise<Int>;
  /** `asyncio.timeout` around a wait, in the first step of the task. */
  timeoutInside(): Promise<string>;
}

/** What the chores ask of TypeScript. */
export interface Watch {
  knowledge(): Promise<Knowledge>;
  /** Never answers; notes when it is cancelled. */
  never(): Promise<void>;
}
