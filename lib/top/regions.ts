/**
 * Looks into the rings of other processes, through /proc, without their doing anything about it and without changing a byte. What it sees may
 * change while it looks: figures, not facts. Normative: spec/wire/ring.md §2 and §3.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import {
  ALIVE_OWNER_DIED,
  ALIVE_WAITERS,
  CONTROL_PAGE_BYTES,
  PARKED_EVENTFD,
  PARKED_FUTEX,
  PARKED_KIND_MASK,
  PARKED_WANTS_ROOM,
  RECORD_ALIGNMENT,
  RECORD_HEADER_BYTES,
  RECORD_PADDING_WORD,
  REGION_MAGIC,
  REGION_MAGIC_OFFSET,
  REGION_RING_CAPACITY_OFFSET,
  REGION_VERSION_OFFSET,
  RING_BLOCK_OFFSET,
  RING_BLOCK_STRIDE,
  RING_READ_POSITION_OFFSET,
  SIDE_ALIVE_OFFSET,
  SIDE_ALIVE_STRIDE,
  SIDE_BLOCK_OFFSET,
  SIDE_BLOCK_STRIDE,
  SIDE_PARKED_OFFSET,
  WIRE_VERSION,
} from '../wire/constants.gen.js';

/** The shared memory of a channel, and a descriptor through which it can be looked at. */
export interface RegionPlace {
  /** The same for both processes that have it. */
  readonly inode: number;
  readonly path: string;
}

/** One ring, at one moment. */
export interface RingView {
  /** Bytes that were read from it since its beginning, modulo 2^32. */
  readonly readPosition: number;
  /** Records and bytes that nobody has read yet. */
  readonly records: number;
  readonly bytes: number;
  /** How the side that writes to it sleeps: `runs`, `blocked`, `polls`, each with `, wants room`. */
  readonly writer: string;
  /** The thread that holds the writing side; undefined: none does. */
  readonly writerThread: number | undefined;
}

export interface RegionView {
  /** Bytes of each ring. */
  readonly capacity: number;
  /** Index: the writing side. */
  readonly rings: readonly [RingView, RingView];
}

const SHARED_MEMORY = '/memfd:ringsnake (deleted)';

/** The regions that a process has open. Throws when the system lets nobody look. */
export function regionsOf(pid: number): RegionPlace[] {
  const folder = `/proc/${pid}/fd`;
  const places = readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    try {
      if (readlinkSync(path) !== SHARED_MEMORY) return [];
      return [{ inode: statSync(path).ino, path }];
    } catch {
      return [];
    }
  });
  return places.filter(({ path }) => viewRegion(path) !== undefined);
}

/** Undefined when that is no region, or not there any more. */
export function viewRegion(path: string): RegionView | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return view(descriptor);
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a thread belongs to a process. */
export function hasThread(pid: number, thread: number | undefined): boolean {
  return thread !== undefined && existsSync(`/proc/${pid}/task/${thread}`);
}

function view(descriptor: number): RegionView | undefined {
  const page = Buffer.alloc(CONTROL_PAGE_BYTES);
  if (readSync(descriptor, page, 0, page.length, 0) !== page.length) return undefined;
  const capacity = page.readUInt32LE(REGION_RING_CAPACITY_OFFSET);
  // A segment is no region.
  if (page.readUInt32LE(REGION_MAGIC_OFFSET) !== REGION_MAGIC) return undefined;
  if (page.readUInt32LE(REGION_VERSION_OFFSET) !== WIRE_VERSION) return undefined;
  return {
    capacity,
    rings: [viewRing(descriptor, page, 0), viewRing(descriptor, page, 1)],
  };
}

function viewRing(descriptor: number, page: Buffer, side: 0 | 1): RingView {
  const capacity = page.readUInt32LE(REGION_RING_CAPACITY_OFFSET);
  const readPosition = page.readUInt32LE(
    RING_BLOCK_OFFSET + side * RING_BLOCK_STRIDE + RING_READ_POSITION_OFFSET,
  );
  const ring = Buffer.alloc(capacity);
  readSync(descriptor, ring, 0, capacity, CONTROL_PAGE_BYTES + side * capacity);
  const parked = page.readUInt32LE(
    SIDE_BLOCK_OFFSET + side * SIDE_BLOCK_STRIDE + SIDE_PARKED_OFFSET,
  );
  const alive = page.readUInt32LE(SIDE_ALIVE_OFFSET + side * SIDE_ALIVE_STRIDE);
  return {
    readPosition,
    ...unread(ring, readPosition),
    writer: parkedText(parked),
    writerThread: (alive & ~(ALIVE_OWNER_DIED | ALIVE_WAITERS)) >>> 0 || undefined,
  };
}

/** There is no write position in shared memory: the first record that is not there yet ends it. */
function unread(ring: Buffer, readPosition: number): { records: number; bytes: number } {
  let records = 0;
  let bytes = 0;
  while (bytes < ring.length) {
    const at = (readPosition + bytes) % ring.length;
    const word = ring.readUInt32LE(at);
    if (word === 0) break;
    const isPadding = word === RECORD_PADDING_WORD;
    const length = isPadding ? ring.length - at : recordBytes(word - 1);
    if (at + length > ring.length) break;
    bytes += length;
    if (!isPadding) records++;
  }
  return { records, bytes: Math.min(bytes, ring.length) };
}

function recordBytes(payload: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + payload) / RECORD_ALIGNMENT) * RECORD_ALIGNMENT;
}

function parkedText(word: number): string {
  const kind = word & PARKED_KIND_MASK;
  const text = kind === PARKED_FUTEX ? 'blocked' : kind === PARKED_EVENTFD ? 'polls' : 'runs';
  return (word & PARKED_WANTS_ROOM) === 0 ? text : `${text}, wants room`;
}
