/**
 * Loads the addon and types it; the only file that does. Normative for what the calls mean: spec/wire/ring.md and the
 * headers of csrc/core.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeBuildError, ProtocolError, ResourceError } from './errors.js';

/** A shared mapping: a control page and two rings. */
export interface NativeRegion {
  /** All of it; one object for the region's life. Empty after close(). */
  readonly buffer: ArrayBuffer;
  readonly descriptor: number;
  /** Bytes of each ring. */
  readonly ringCapacity: number;
  close(): void;
}

/** An eventfd that rouses an event loop. */
export interface NativeDoorbell {
  readonly descriptor: number;
  press(): void;
  clear(): void;
  /** Endpoints made of it keep working: they hold copies. */
  close(): void;
}

/** How a wait ended; the order of csrc/core/waiter.h `WaitResult`. */
export const WaitResult = {
  ready: 0,
  timedOut: 1,
  interrupted: 2,
  peerDied: 3,
  peerClosed: 4,
} as const;

/** The order of csrc/core/waiter.h `PeerState`. */
export const PeerState = { there: 0, died: 1, closed: 2 } as const;

/** Records of one peek(), or of one batch. */
export const BATCH_MAX = 256;

/** Indices of the words of `NativeEndpoint.exchange`. Twin: csrc/node/exchange.h. */
export const Exchange = {
  /** The addon writes: payload bytes of the open claim. */
  room: 0,
  /** We write: 1 while answers are awaited. */
  expecting: 1,
  /** The addon writes: 1 while the event loop is kept alive. */
  referenced: 2,
  /** The addon writes: 1 once the listener has told that the peer is gone. */
  gone: 3,
  /** We write: 0 while nobody would take what arrives; then the loop sleeps whatever there is. */
  wanted: 4,
  /** Records that peek() found and that were not given back; see `records`. */
  count: 5,
  /** 1 when peek() stopped at a bulk message, which borrow() resolves. */
  bulk: 6,
  /** The addon writes: 1 when the records are few and nothing came after them, so that `owed` will do. */
  owable: 7,
  /** We write 1 instead of calling release(): the addon does it with whatever it does next. */
  owed: 8,
  /** The addon writes: index of the word of the region that is zero until another record comes. */
  next: 9,
  /** Offset of the next payload of the batch that is being written. We move it. */
  at: 10,
  /** The addon writes: where that batch's room ends; 0: there is none. */
  limit: 11,
  /** We count the batch's messages; the addon publishes them, at the latest when this side waits. */
  open: 12,
  /** The addon writes: offset and length of each record that peek() found. */
  records: 13,
  /** We write: the length of each message of the batch. */
  lengths: 13 + 2 * BATCH_MAX,
  /** The words of extension 7: placeValue() writes them, we write them for borrowValue(). */
  reference: 13 + 3 * BATCH_MAX,
} as const;

/** Indices of the first words of a direct call's room. Twin: csrc/node/direct_words.h. */
export const DirectWord = {
  /** We write: whose method it is. */
  interface: 0,
  /** We write. */
  method: 1,
  /** We write: bytes of the arguments behind the words. */
  length: 2,
  /** We write: 1 when they refer to data in segments. */
  refers: 3,
  /** The addon writes: bytes of the result behind the words, or `DIRECT_ELSEWHERE`. */
  size: 4,
} as const;
/** Bytes of these words. */
export const DIRECT_WORDS_BYTES = 32;
/** The call is to be made through the ring; nothing has happened. */
export const DIRECT_ELSEWHERE = -1;

/** How to make an endpoint. `spin`: microseconds to spin before sleeping; 0 sleeps at once, negative learns. */
export type NativeEndpointOptions = readonly [
  ringCapacity: number,
  bulkLimit: number,
  spin: number,
];

/** What an endpoint has counted so far. */
export interface RingStatistics {
  readonly recordsSent: number;
  /** Bytes of payload. */
  readonly bytesSent: number;
  /** Claims that found no room. */
  readonly fullRings: number;
  readonly recordsReceived: number;
  readonly bytesReceived: number;
  /** Times this side declared itself asleep. */
  readonly parks: number;
  /** System calls that roused the peer. */
  readonly wakesSent: number;
  /** Sleeps that ended with nothing to do. */
  readonly spuriousWakes: number;
  readonly spinsHit: number;
  readonly spinsMissed: number;
  /** Times this side left the CPU that it shared with the peer. */
  readonly moves: number;
  /** Wake-ups that were lost and only found by a look at the clock: 0, or a defect. */
  readonly sliceExpired: number;
  /** Bytes in our segments, and of these the ones that the peer holds or we fill. */
  readonly bulkBytes: number;
  readonly bulkBytesOutstanding: number;
}

/** One side's producer, consumer, waiter and segments. Offsets count bytes from the start of the region. */
export interface NativeEndpoint {
  /** Numbers that cross without a call; see `Exchange`. */
  readonly exchange: Uint32Array;
  /** The region. Empty after close(). */
  readonly buffer: ArrayBuffer;
  readonly maxPayload: number;
  readonly broken: boolean;
  /** A new channel's socket for the peer, until it is closed; -1 when there is none. */
  readonly peerSocket: number;
  closePeerSocket(): void;
  /** Offset of the payload to fill, its room in the exchange; -1 when the ring has no room now. */
  tryClaim(length: number): number;
  commit(length: number): void;
  abort(): void;
  /** Publishes the open batch, and opens one with room for `length` bytes. False when the ring has no room now. */
  openBatch(length: number): boolean;
  /** Publishes the open batch, and wakes the peer if it sleeps. */
  flush(): void;
  /** After a batch of commits: wakes a sleeping peer. */
  wakePeer(): void;
  /** Until called with 0: also wake up when a record of that many bytes would fit. */
  wantRoom(length: number): void;
  /** Count of records, described in `exchange`: those that were peeked before, until they are given back. */
  peek(): number;
  /** Gives the room of all peeked records back. */
  release(): void;
  /** wait() and peek() in one: the count, or the negative of a WaitResult. Milliseconds; negative for ever. */
  receive(timeout: number): number;
  /** Takes the child over that endStart() told of; nothing happens when there is none such. */
  watchPeer(pid: number): void;
  peerExit(): { exitCode: number; signal: number } | undefined;
  /** A PeerState. */
  peerState(): number;
  statistics(): RingStatistics | undefined;
  /** Offset and length of each message in the ring that the peer has not given back, oldest first; see csrc/core/ring.h. */
  unreadMessages(): number[];
  /** Publishes what is written, then blocks the thread; milliseconds, negative for ever. A WaitResult. */
  wait(timeout: number): number;
  /** The same for so many milliseconds, whatever comes. */
  pause(time: number): void;
  /** Calls back from the event loop, having peeked, while something is ready or when the peer has gone. */
  listen(onReady: () => void): void;
  /** Keeps the event loop alive until it is about to sleep with nothing expected. */
  reference(): void;
  close(): void;
  /** The number of a segment to fill; -1 when none is to be had now. */
  allocate(size: number): number;
  segmentBuffer(segment: number): ArrayBuffer;
  /** Hands the first `length` bytes over. False when the ring has no room now. */
  lend(segment: number, length: number): boolean;
  drop(segment: number): void;
  /** The bulk message that peek() stopped at. Undefined: not while this process may open no more files; it stays where it is. */
  borrow(): { loan: number; buffer: ArrayBuffer; length: number } | undefined;
  giveBack(loan: number): void;
  /** While set: also wake up when the peer gives a segment back. */
  wantSegment(wanted: boolean): void;
  /** Puts the data into a segment, or finds it in one; see `Exchange.reference`. False: it goes in band. */
  placeValue(data: NodeJS.TypedArray): boolean;
  /** The message that refers to what was placed was sent, or given up. */
  settleValues(sent: boolean): void;
  /** The memory that `Exchange.reference` tells of: ours until it is collected or released. Or what is wrong with the reference. */
  borrowValue(): ArrayBuffer | string | undefined;
  /** Memory that can be sent without a copy; undefined when there is none now. */
  allocateValue(size: number): ArrayBuffer | undefined;
}

/** The addon. */
export interface Native {
  readonly Region: new (how: 'create' | 'attach', capacityOrDescriptor: number) => NativeRegion;
  readonly Doorbell: new (descriptor?: number) => NativeDoorbell;
  readonly Endpoint: {
    new (how: 'create', ...options: NativeEndpointOptions): NativeEndpoint;
    new (how: 'attach', ...given: [...NativeEndpointOptions, socket: number]): NativeEndpoint;
    new (
      how: 'make',
      ...given: [
        ...NativeEndpointOptions,
        region: NativeRegion,
        side: 0 | 1,
        ownDoorbell: NativeDoorbell,
        peerDoorbell: NativeDoorbell,
      ]
    ): NativeEndpoint;
  };
  setErrorClasses(resourceError: typeof ResourceError, protocolError: typeof ProtocolError): void;
  controlSocketPair(): [number, number];
  sendWithDescriptors(socket: number, bytes: Uint8Array, descriptors: Int32Array): void;
  /** Blocks until there is something; length 0: the peer has closed its end. The descriptors are the caller's. */
  receiveWithDescriptors(
    socket: number,
    bytes: Uint8Array,
  ): { length: number; descriptors: number[] };
  /** Processes that this one starts do not inherit the descriptor. */
  keepToOurselves(descriptor: number): void;
  /** Ends this process `graceMs` after its parent `parentPid` has died, whatever JavaScript does. */
  exitWithParent(parentPid: number, graceMs: number): void;
  /**
   * Starts CPython on a thread of this process, or finds that the same one runs: what `program` says runs with `folder`, a descriptor and an address
   * in `sys.argv`. An empty string, or why not.
   */
  startInterpreter(
    library: string,
    executable: string,
    version: string,
    prefix: string,
    program: string,
    folder: string,
  ): string;
  /** A request to its main thread, in the name of this environment: see spec/wire/embedding.md §2. */
  askInterpreter(line: string): void;
  /**
   * A function that calls the methods of an embedded worker on this thread; undefined when this thread cannot. `address`: of its target; `room`: for
   * the words of `DirectWord`, which say what is called and how it went, and behind them for arguments and result; `serve`: does what this thread has to, when
   * Python waits for that. The function takes arguments that lie elsewhere; it returns the result where it is too long for the room, or, in a list, the error.
   */
  directCaller(
    address: number,
    room: ArrayBuffer,
    serve: () => void,
  ): ((elsewhere?: Uint8Array) => undefined | ArrayBuffer | [ArrayBuffer]) | undefined;
  /** Libraries were loaded: Python is to stop before they do what they do at the end of the process. */
  armExit(): void;
  /** Empties a buffer of borrowValue() or allocateValue(). False if it is none of these. */
  releaseValue(buffer: ArrayBuffer): boolean;
  /** A child that libuv starts between these is the addon's to kill and reap when the environment ends, until an endpoint watches it or it is forgotten. 0: none was started. */
  beginStart(): void;
  endStart(pid: number): void;
  forgetChild(pid: number): void;
  /** Descriptors that came from here are closed when the thread's environment ends, unless they were forgotten or closed before. */
  forgetDescriptor(descriptor: number): void;
  closeDescriptor(descriptor: number): void;
}

/** The package's top folder: where `package.json`, `build/` and `python/` lie. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** The addon's file, built or not. */
export const addonPath: string = join(packageRoot, 'build', 'Release', 'ringsnake_node.node');

/** The folder to put on Python's path. */
export const pythonPath: string = join(packageRoot, 'python');

function findPackageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findPackageRoot(dirname(folder));
}

let loaded: Native | undefined;

/** The addon, loaded on first use. Throws NativeBuildError when it was not built for this Node. */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  if (!existsSync(addonPath)) {
    throw new NativeBuildError(
      `the native addon is not built (${addonPath} is missing): run \`npm run build:native\`; \`npx ringsnake doctor\` shows what that needs`,
    );
  }
  try {
    const addon = createRequire(import.meta.url)(addonPath) as Native;
    addon.setErrorClasses(ResourceError, ProtocolError);
    return addon;
  } catch (error) {
    throw new NativeBuildError(
      `the native addon does not load into Node ${process.version}: run \`npm run build:native\` again (${String(error)})`,
      { cause: error },
    );
  }
}
