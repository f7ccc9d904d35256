import type { Int } from 'ringsnake';

/** What the specs ask of a worker in Node.js. */
export interface Studio {
  add(a: number, b: number): Promise<number>;
  addLater(a: number, b: number): Promise<number>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  sum(samples: Float64Array): Promise<number>;
  /** Throws a RangeError. */
  fail(message: string): Promise<void>;
  /** Ends the process at once. */
  exit(code: Int, lastWords: string): Promise<void>;
  /** Holds the event loop for so many milliseconds. */
  block(milliseconds: Int): Promise<void>;
  /** Answers after so many milliseconds. */
  rest(milliseconds: Int): Promise<string>;
  /** Calls `Visitor.note` so many times at once and returns what it answered, joined. */
  callVisitor(times: Int): Promise<string>;
  /** Calls `Visitor.note` synchronously. */
  callVisitorSync(text: string): Promise<string>;
  /** Calls `Visitor.refuse` and returns how the error looked in Node.js. */
  visitorError(): Promise<string>;
  /** Counts down, by way of `Visitor.down`. */
  down(from: Int): Promise<Int>;
  /** Writes to both streams. */
  print(text: string): Promise<void>;
  /** Arguments, environment and current folder, as JSON. */
  surroundings(name: string): Promise<string>;
  /** Starts a process that holds what it inherits, and returns its id. */
  startChild(): Promise<Int>;
  /** Calls `Visitor.note` from time to time, whoever listens. */
  chat(): Promise<void>;
}

/** What a worker asks of the specs. */
export interface Visitor {
  note(text: string): Promise<string>;
  noteLater(text: string): Promise<string>;
  refuse(): Promise<void>;
  down(from: Int): Promise<Int>;
}
