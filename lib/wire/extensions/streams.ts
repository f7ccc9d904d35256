/** Extension 25: a stream, by its number. Normative: spec/wire/streams.md §2. */
import { EncodeError } from '../../errors.js';
import * as mp from '../constants.gen.js';
import { mismatch } from '../validation.js';
import type { ValueReader } from '../value-reader.js';
import type { ValueWriter } from '../value-writer.js';

/** What a stream can be made of. Lists, generators, Node's and the Web's readable streams are such. */
export type StreamSource<T> = AsyncIterable<T> | Iterable<T>;

export type WriteItem = (writer: ValueWriter, item: never) => void;
export type ReadItem = (reader: ValueReader) => unknown;

/** A stream of the peer's, for whoever iterates it. */
export interface ReceivedStream {
  toWeb(): unknown;
  toGenerator(parts: { readonly returns: boolean }): unknown;
}

/** The streams of a session, as messages name them. Threads: the session's. */
export interface StreamPort {
  /** The number of a new stream of ours. It begins when the message is on its way; `readSent` reads what is sent to one that takes values. */
  send(source: StreamSource<unknown>, writeItem: WriteItem, readSent?: ReadItem): number;
  /** The peer's stream of that number; `writeSent` writes what it takes. */
  receive(id: number, readItem: ReadItem, writeSent?: WriteItem): ReceivedStream;
  /** Nobody here asked for it. */
  refuse(id: number): void;
}

export function writeStream(
  writer: ValueWriter,
  port: StreamPort | undefined,
  stream: {
    readonly source: StreamSource<unknown>;
    readonly writeItem: WriteItem;
    readonly readSent: ReadItem | undefined;
  },
): void {
  const { source, writeItem, readSent } = stream;
  if (!isStreamSource(source)) throw mismatch('stream', source);
  if (port === undefined) throw new EncodeError('a stream cannot cross outside of a session');
  const id = port.send(source, writeItem, readSent);
  const at = writer.reserveExtension(mp.EXT_STREAM, mp.STREAM_REFERENCE_BYTES);
  writer.view.setUint32(at, id, true);
}

/** What a stream's body is where no type declares one: its producer is told to stop. Text says what is wrong. */
export function refuseStream(body: Uint8Array, port: StreamPort | undefined): string | undefined {
  if (body.length !== mp.STREAM_REFERENCE_BYTES) return 'is malformed';
  if (port === undefined) return 'where no type declares it';
  port.refuse(new DataView(body.buffer, body.byteOffset, body.length).getUint32(0, true));
  return undefined;
}

export function isStreamSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const source = value as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  return (
    typeof source[Symbol.asyncIterator] === 'function' ||
    typeof source[Symbol.iterator] === 'function'
  );
}
