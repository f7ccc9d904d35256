/**
 * An object of Python's, or a chain of steps that will give one. Attributes, items (`x[0]`) and calls make longer chains; `await` runs one in a single
 * round trip, and gives a plain value (None, bool, int, float, str) or a proxy. What its attributes are, nobody here knows: `ringsnake stubs` does.
 */
export interface PythonProxy extends PromiseLike<PythonResult>, AsyncIterable<PythonResult> {
  // biome-ignore lint/suspicious/noExplicitAny: whatever Python gives.
  (...args: unknown[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  new (...args: unknown[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly [name: string]: any;
  /** Gives the object back, for `using`. */
  [Symbol.dispose](): void;
}

/** The same, whose every use blocks until the answer is there. */
export interface SyncPythonProxy extends Iterable<PythonResult> {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  (...args: unknown[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  new (...args: unknown[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  [name: string]: any;
  /** Gives the object back, for `using`. */
  [Symbol.dispose](): void;
}

/** A plain value, or a proxy. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type PythonResult = any;

/** What `ringsnake stubs` knows of modules, by name: it adds members to this. */
// biome-ignore lint/suspicious/noEmptyInterface: declarations elsewhere fill it.
export interface PythonModules {}
