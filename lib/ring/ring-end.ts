import { ProtocolError } from '../errors.js';
import {
  BATCH_MAX,
  Exchange,
  type NativeEndpoint,
  type NativeEndpointOptions,
  native,
  PeerState,
  pythonPath,
  type RingStatistics,
  WaitResult,
} from '../native.js';
import {
  BULK_LIMIT_DEFAULT,
  BULK_THRESHOLD_DEFAULT,
  BULK_THRESHOLD_MIN,
  RING_CAPACITY_DEFAULT,
  RING_CAPACITY_MAX,
  RING_CAPACITY_MIN,
} from '../wire/constants.gen.js';
import type { Doorbell, Region } from './region.js';

export { BATCH_MAX, Exchange, PeerState, pythonPath, type RingStatistics, WaitResult };

/**
 * How a side waits before it sleeps: as long as it has paid lately, never, or always for so many microseconds. A side never
 * spins while its peer runs on the same CPU, and an event loop only while answers are awaited.
 */
export type Waiting = 'adaptive' | 'sleep' | { readonly spin: number };

/** What both sides of a channel choose for themselves; the ring capacity is its creator's. */
export interface RingOptions {
  /** Bytes each way, a power of two from 64 KiB to 1 GiB. Default: 4 MiB. */
  readonly ringCapacity?: number | undefined;
  /** Bytes that this side may have in bulk segments, and of the peer's that it maps. Default: 1 GiB. */
  readonly bulkLimit?: number | undefined;
  /** Of sessions: from so many bytes on an array goes by reference. Infinity: never. Default: 32 KiB. */
  readonly bulkThreshold?: number | undefined;
  /** Of sessions. False: all that arrives is copied before it is looked at, since the peer could still change it. Default: true. */
  readonly trusted?: boolean | undefined;
  /** Default: 'adaptive'. */
  readonly waiting?: Waiting | undefined;
}

/** How long a blocked thread leaves the rest of the world alone, while nothing happens there and while something does. */
const BLOCKED_SLICE_MS = 20;
const BUSY_SLICE_MS = 1;

/** How a child process ended, as the kernel tells it. */
export interface PeerExit {
  readonly exitCode: number | null;
  /** Signal number. */
  readonly signal: number | null;
}

/** Microseconds to spin, as the core wants it. Throws RangeError. */
export function spinOf(waiting: Waiting = 'adaptive'): number {
  if (waiting === 'adaptive') return -1;
  if (waiting === 'sleep') return 0;
  if (typeof waiting?.spin === 'number' && waiting.spin > 0 && waiting.spin <= 1e6)
    return waiting.spin;
  throw new RangeError(
    `\`waiting\` is 'adaptive', 'sleep' or { spin: microseconds up to 1,000,000 }`,
  );
}

/** From so many bytes on the data of a value goes by reference. Throws RangeError. */
export function bulkThresholdOf(bytes: number = BULK_THRESHOLD_DEFAULT): number {
  if (
    bytes === Number.POSITIVE_INFINITY ||
    (Number.isSafeInteger(bytes) && bytes >= BULK_THRESHOLD_MIN)
  )
    return bytes;
  throw new RangeError(
    `\`bulkThreshold\` is a number of bytes, at least ${BULK_THRESHOLD_MIN}, or Infinity`,
  );
}

/** The options as the core wants them. Throws RangeError. */
function nativeOptions(options: RingOptions): NativeEndpointOptions {
  const bulkLimit = options.bulkLimit ?? BULK_LIMIT_DEFAULT;
  if (!Number.isSafeInteger(bulkLimit) || bulkLimit < 0)
    throw new RangeError('`bulkLimit` is a number of bytes');
  const ringCapacity = options.ringCapacity ?? RING_CAPACITY_DEFAULT;
  if (!isRingCapacity(ringCapacity))
    throw new RangeError('the ring capacity must be a power of two from 64 KiB to 1 GiB');
  return [ringCapacity, bulkLimit, spinOf(options.waiting)];
}

function isRingCapacity(bytes: number): boolean {
  const isPowerOfTwo = Number.isSafeInteger(bytes) && Number.isInteger(Math.log2(bytes));
  return isPowerOfTwo && RING_CAPACITY_MIN <= bytes && bytes <= RING_CAPACITY_MAX;
}

/** Throws the RangeError that making an end with these would. */
export function checkRingOptions(options: RingOptions): void {
  endOptions(options);
}

/** What an end is made with. */
interface EndOptions {
  readonly native: NativeEndpointOptions;
  readonly bulkThreshold: number;
  readonly trusted: boolean;
}

function endOptions(options: RingOptions): EndOptions {
  const { bulkThreshold, trusted = true } = options;
  return {
    native: nativeOptions(options),
    bulkThreshold: bulkThresholdOf(bulkThreshold),
    trusted,
  };
}

/**
 * One side of a channel: shared memory, doorbells, and the native half that works on them.
 *
 * Threads: the one that made it. Owns the mapping and the descriptors until `close()`.
 */
export class RingEnd {
  /** The native half: claims, commits, peeks and waits. */
  readonly endpoint: NativeEndpoint;
  /** The whole region, for reading and writing payloads in place. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The same memory; none after close(). */
  readonly #words: Uint32Array;

  /** Bytes that this side may have in bulk segments. */
  readonly bulkLimit: number;
  /** From so many bytes on the data of a value goes by reference. */
  readonly bulkThreshold: number;

  /** Whether the peer is believed not to change what it has sent. */
  readonly trusted: boolean;

  private constructor(endpoint: NativeEndpoint, options: EndOptions) {
    const [, bulkLimit] = options.native;
    this.endpoint = endpoint;
    this.bulkLimit = bulkLimit;
    this.bulkThreshold = bulkLimit === 0 ? Number.POSITIVE_INFINITY : options.bulkThreshold;
    this.trusted = options.trusted;
    this.bytes = new Uint8Array(endpoint.buffer);
    this.view = new DataView(endpoint.buffer);
    this.#words = new Uint32Array(endpoint.buffer);
  }

  /** The first side of a new channel. */
  static create(options: RingOptions = {}): RingEnd {
    const chosen = endOptions(options);
    return new RingEnd(new (native().Endpoint)('create', ...chosen.native), chosen);
  }

  /** The second side, from the socket that the first one offers. Takes it over. */
  static attach(socket: number, options: RingOptions = {}): RingEnd {
    const chosen = endOptions(options);
    return new RingEnd(new (native().Endpoint)('attach', ...chosen.native, socket), chosen);
  }

  /** Either side, of parts. */
  static of(
    parts: {
      readonly region: Region;
      readonly side: 0 | 1;
      readonly ownDoorbell: Doorbell;
      readonly peerDoorbell: Doorbell;
    },
    options: RingOptions = {},
  ): RingEnd {
    const { region, side, ownDoorbell, peerDoorbell } = parts;
    const chosen = endOptions({ ...options, bulkLimit: 0 });
    return new RingEnd(
      new (native().Endpoint)(
        'make',
        ...chosen.native,
        region.native,
        side,
        ownDoorbell.native,
        peerDoorbell.native,
      ),
      chosen,
    );
  }

  /**
   * While the thread is blocked in `wait`, called every now and then: does what the event loop would do. Says whether there was
   * anything to do; then it is called again soon.
   */
  whileBlocked: (() => boolean) | undefined;

  /** Blocks the thread; milliseconds, negative for ever. A WaitResult; what is ready has been looked at. What was written is published first. */
  wait(timeout: number): number {
    if (this.whileBlocked === undefined) return this.#receive(timeout);
    const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    let slice = BLOCKED_SLICE_MS;
    let left = deadline;
    while (true) {
      if (timeout >= 0) left = deadline - performance.now();
      const result = this.#receive(Math.max(0, Math.min(slice, left)));
      if (result !== WaitResult.timedOut || left <= slice) return result;
      slice = this.whileBlocked() ? BUSY_SLICE_MS : BLOCKED_SLICE_MS;
    }
  }

  #receive(timeout: number): number {
    const count = this.endpoint.receive(timeout);
    return count < 0 ? -count : WaitResult.ready;
  }

  /** Whether there are messages that were looked at and not all taken. */
  get holds(): boolean {
    const { exchange } = this.endpoint;
    return exchange[Exchange.count] !== 0 || exchange[Exchange.bulk] === 1;
  }

  /** Looks for messages, unless some are held. False: there is nothing. Throws ProtocolError when the peer wrote what it may not. */
  look(): boolean {
    if (this.holds) return true;
    const { endpoint } = this;
    // A hint that saves a call: who finds nothing goes on to wait, and the addon decides that.
    if (!this.#words[endpoint.exchange[Exchange.next] as number]) return false;
    endpoint.peek();
    this.mustBeWhole();
    return this.holds;
  }

  /** Throws ProtocolError when there is nothing because the peer wrote what it may not. */
  mustBeWhole(): void {
    if (!this.holds && this.endpoint.broken)
      throw new ProtocolError('the ring holds what no peer may write');
  }

  /** The socket that the peer attaches with; ours until `closePeerSocket()`. -1 after that. */
  get peerSocket(): number {
    return this.endpoint.peerSocket;
  }

  /** Every record that was peeked at has been taken: gives their room back, if need be only with the next call. */
  giveRoomBack(): void {
    const { exchange } = this.endpoint;
    if (exchange[Exchange.owable] === 0) {
      this.endpoint.release();
      return;
    }
    exchange[Exchange.count] = 0;
    exchange[Exchange.owed] = 1;
  }

  /** The peer has its own copy. */
  closePeerSocket(): void {
    this.endpoint.closePeerSocket();
  }

  /** How the watched peer ended; undefined while it lives. */
  peerExit(): PeerExit | undefined {
    const exit = this.endpoint.peerExit();
    if (exit === undefined) return undefined;
    return {
      exitCode: exit.exitCode < 0 ? null : exit.exitCode,
      signal: exit.signal === 0 ? null : exit.signal,
    };
  }

  /** Unmaps. Views of the region become empty. */
  close(): void {
    this.endpoint.close();
    this.endpoint.exchange[Exchange.count] = 0;
    this.endpoint.exchange[Exchange.bulk] = 0;
  }
}
