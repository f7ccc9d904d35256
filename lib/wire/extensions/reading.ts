import type { TypeRegistry } from '../values/type-registry.js';
import type { Definitions } from './identity.js';

/** A ValueReader inside of an extension's body: what is read through it ends with the body. */
export interface BodyReader {
  /** The message; `position` and `end` are indices of it. */
  readonly bytes: Uint8Array;
  readonly position: number;
  /** Where the body ends. */
  readonly end: number;
  /** Numbered values of the message. */
  readonly definitions: Definitions;
  /** The user's types. */
  readonly types: TypeRegistry | undefined;
  /** The next byte, which is not the head of a value; undefined at the end. */
  byte(): number | undefined;
  readValue(): unknown;
  /** Items of the array that comes next, which is open until `close`; -1 if something else comes. */
  openArray(): number;
  /** Pairs of the map that comes next, which is open until `close`; -1 if something else comes. */
  openMap(): number;
  close(): void;
  /** Reads the items of an open array. */
  readItems(items: unknown[], count: number): void;
  /** The key of a map. */
  readKey(): string;
  /** Reads the members of an open map. */
  readMembers(object: Record<string, unknown>, count: number): void;
  /** The type of the extension that comes next, of which nothing is read; undefined if something else comes. */
  nextExtension(): number | undefined;
  /** Reads the extension that comes next with `read` in place of its own reader. */
  readExtension(read: ContainerReader): unknown;
  /** The error for a rule that the body breaks. */
  malformed(code: number, at: number): Error;
  /** Another error about the value at `at`. */
  problem(problem: string, at: number): Error;
}

/** Reads the body of an extension that holds values; `at` is where its head stands, for errors. */
export type ContainerReader = (reader: BodyReader, at: number) => unknown;
