/** What an ELF file of 64 bits says of the libraries that it needs. Source: System V ABI, "Program Loading and Dynamic Linking". Twin: python/ringsnake/_worker/own_libraries.py. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface LinkedLibraries {
  /** Their names, as the file has them. */
  readonly needed: readonly string[];
  /** Folders to look for them first, as the file has them. */
  readonly runPath: readonly string[];
}

/** Bytes. */
const LARGEST_PART = 16 * 1024 * 1024;
const MAGIC = '\x7fELF\x02\x01';
const HEAD_BYTES = 64;
const SEGMENT_BYTES = 56;
const LOADED = 1;
const DYNAMIC = 2;
const ENTRY_BYTES = 16;
const NEEDED = 1n;
const STRINGS = 5n;
const STRINGS_SIZE = 10n;
const RUN_PATH = 29n;

/** A part of the file that is loaded, or the table of what is dynamic. */
interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Undefined: it is no such file, or not linked dynamically. Throws as `openSync` does, and RangeError where it is damaged. */
export function readLinkedLibraries(path: string): LinkedLibraries | undefined {
  const file = openSync(path, 'r');
  try {
    return librariesOf((offset, size) => {
      if (size > LARGEST_PART) throw new RangeError(`${path} speaks of ${size} bytes in one piece`);
      const bytes = Buffer.alloc(size);
      return bytes.subarray(0, readSync(file, bytes, 0, size, offset));
    });
  } finally {
    closeSync(file);
  }
}

function librariesOf(read: (offset: number, size: number) => Buffer): LinkedLibraries | undefined {
  const head = read(0, HEAD_BYTES);
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const count = head.readUInt16LE(56);
  const table = read(Number(head.readBigUInt64LE(32)), SEGMENT_BYTES * count);
  const segments = Array.from({ length: count }, (_, index) =>
    segmentAt(table.subarray(index * SEGMENT_BYTES)),
  );
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (dynamic === undefined) return undefined;
  const entries = entriesOf(read(dynamic.offset, dynamic.size));
  const value = (wanted: bigint) => entries.find(([tag]) => tag === wanted)?.[1] ?? 0;
  const address = value(STRINGS);
  const around = segments.find(
    ({ type, address: begin, size }) =>
      type === LOADED && address >= begin && address < begin + size,
  );
  if (around === undefined) return undefined;
  const strings = read(around.offset + address - around.address, value(STRINGS_SIZE));
  const text = (at: number) => strings.toString('utf8', at, strings.indexOf(0, at));
  const all = (wanted: bigint) =>
    entries.filter(([tag]) => tag === wanted).map(([, at]) => text(at));
  return { needed: all(NEEDED), runPath: all(RUN_PATH).flatMap((list) => list.split(':')) };
}

function segmentAt(bytes: Buffer): Segment {
  return {
    type: bytes.readUInt32LE(0),
    offset: Number(bytes.readBigUInt64LE(8)),
    address: Number(bytes.readBigUInt64LE(16)),
    size: Number(bytes.readBigUInt64LE(32)),
  };
}

function entriesOf(table: Buffer): [tag: bigint, value: number][] {
  return Array.from({ length: table.length / ENTRY_BYTES }, (_, index) => [
    table.readBigUInt64LE(index * ENTRY_BYTES),
    Number(table.readBigUInt64LE(index * ENTRY_BYTES + 8)),
  ]);
}
