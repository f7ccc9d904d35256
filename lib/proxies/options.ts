/** What code printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** How code is run. */
export interface ExecuteOptions {
  /** Whether to give what it prints, instead of letting it go where the worker's output goes. Default: false. */
  readonly capture?: boolean;
}

/** How an object is iterated. */
export interface IterateOptions {
  /**
   * Items that may be asked for together. Iterators over Python's own containers are taken ahead so far; all others give one at a time, since it would be noticed.
   * Default: 256.
   */
  readonly batch?: number;
}
