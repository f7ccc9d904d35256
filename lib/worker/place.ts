/** How a worker ended. */
export interface WorkerExit {
  readonly exitCode: number | null;
  /** Such as `SIGKILL`. */
  readonly signal: string | null;
}

/** Where a worker lives: a process of its own, or a thread of this one. Twin: python/ringsnake/_worker/life.py. */
export interface WorkerPlace {
  /** For messages. */
  readonly name: string;
  /** Whether it is this process: what a worker says of memory is about ours. */
  readonly isHere: boolean;
  /** Undefined when it was not started. */
  readonly pid: number | undefined;
  /** Resolves when the worker has ended and its last words are known. Never rejects. */
  readonly exited: Promise<WorkerExit>;
  /** The last lines it wrote to stderr. */
  readonly stderrTail: string;
  /** Ends it: as it likes, or at once. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Stops handlers whose calls were given up: of that call, at least. */
  interrupt(callId: number): void;
  /** What its Python threads are doing; undefined when it does not say. */
  readStack(): Promise<string | undefined>;
  /** Its end of the control socket is closed. */
  onControlEnd(): void;
  /** For a blocked thread: reads output that would hold the worker up. False when there was none. */
  drainOutput(): boolean;
  /** It has ended; what it had written is read now, not when libuv comes to it. */
  takeLastWords(): void;
  /** Whether it keeps Node's event loop alive. */
  reference(keep: boolean): void;
}
