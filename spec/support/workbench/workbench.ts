import type { Int } from 'ringsnake';

/** How a piece of work is going. */
export type Status = 'waiting' | 'running' | 'done';

/** A place on the bench. */
export interface Position {
  readonly x: number;
  readonly y: number;
  /** Shown beside the place. */
  label?: string;
}

/** A piece of work, with one field of every kind that can cross. */
export interface Piece {
  name: string;
  count: Int;
  weight: number;
  big: bigint;
  finished: boolean;
  status: Status;
  positions: Position[];
  bytes: Uint8Array;
  samples: Float64Array;
  parent: Position | null;
  note?: string;
  mark?: Int | null;
}

/** What the specs ask of a worker. */
export interface Workbench {
  add(a: number, b: number): Promise<number>;
  addLater(a: number, b: number): Promise<number>;
  echoPiece(piece: Piece): Promise<Piece>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  echoText(text: string, suffix?: string): Promise<string>;
  sum(samples: Float64Array): Promise<number>;
  nothing(): Promise<void>;
  /** Raises ValueError with a KeyError as its cause. */
  fail(message: string): Promise<void>;
  /** Returns what does not fit the interface. */
  lie(): Promise<Piece[]>;
  /** Returns text that UTF-8 cannot carry. */
  loneSurrogate(): Promise<Piece[]>;
  /** Holds the interpreter for so many milliseconds. */
  block(milliseconds: Int): Promise<void>;
  /** Computes in C, for a minute or so, without ever letting go of the interpreter. */
  compute(): Promise<void>;
  /** Raises what no handler should: SystemExit. */
  systemExit(): Promise<void>;
  /** Raises an error whose message is so many characters long. */
  failAtLength(length: Int): Promise<void>;
  /** Raises an error that cannot be shown. */
  failUnshowable(): Promise<void>;
  /** Sends so many texts of so many characters to `Host.note` at once; returns how many came back right. */
  flood(times: Int, length: Int): Promise<Int>;
  /** Ends the process at once, without a word. */
  exit(code: Int): Promise<void>;
  /** Calls `Host.note` so many times and returns what it answered, joined. */
  callHost(times: Int): Promise<string>;
  /** Calls `Host.refuse` and returns how the error looked in Python. */
  hostError(): Promise<string>;
  /** Calls `Host.note` with something that is not a string and returns how the error looked. */
  hostMisuse(): Promise<string>;
  /** Forks a process that outlives this one by a while and holds its descriptors. */
  fork(): Promise<Int>;
  environment(name: string): Promise<string | null>;
  echoTexts(texts: string[]): Promise<string[]>;
}

/** What a worker asks of the specs. */
export interface Host {
  note(text: string): Promise<string>;
  refuse(): Promise<void>;
}
