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
  /** Endpoints made of it keep working: they hold copies. */
  close(): void;
}

/** How Endpoint.wait() ended; the order of csrc/core/waiter.h `WaitResult`. */
export const WaitResult = { ready: 0, timedOut: 1, interrupted: 2, peerDied: 3 } as const;

/** Words of `NativeEndpoint.exchange`. Twin: csrc/node/endpoint_object.cc. */
export const Exchange = {
  /** The addon writes: payload bytes of the open claim. */
  room: 0,
  /** We write: 1 while answers are awaited. */
  expecting: 1,
  /** The addon writes: 1 while the event loop is kept alive. */
  referenced: 2,
  /** The addon writes: offset and length of each record that peek() found. */
  records: 3,
} as const;

/** One side's producer, consumer and waiter. Offsets count bytes from the start of the region. */
export interface NativeEndpoint {
  /** Numbers that cross without a call; see `Exchange`. */
  readonly exchange: Uint32Array;
  readonly maxPayload: number;
  readonly broken: boolean;
  /** Offset of the payload to fill, its room in the exchange; -1 when the ring has no room now. */
  tryClaim(length: number): number;
  commit(length: number): void;
  abort(): void;
  /** After a batch of commits: wakes a sleeping peer. */
  wakePeer(): void;
  /** Until called with 0: also wake up when a record of that many bytes would fit. */
  wantRoom(length: number): void;
  /** Count of further records, described in `exchange`. */
  peek(): number;
  /** Gives the room of all peeked records back. */
  release(): void;
  watchPeer(pid: number): void;
  peerExit(): { exitCode: number; signal: number } | undefined;
  /** Blocks the thread; milliseconds, negative for ever. A WaitResult. */
  wait(timeout: number): number;
  /** Calls back from the event loop, at most once a turn, while something is ready. */
  listen(onReady: () => void): void;
  /** Keeps the event loop alive until it is about to sleep with nothing expected. */
  reference(): void;
  close(): void;
}

/** The addon. */
export interface Native {
  readonly Region: new (ringCapacity: number) => NativeRegion;
  readonly Doorbell: new () => NativeDoorbell;
  readonly Endpoint: new (
    region: NativeRegion,
    side: 0 | 1,
    ownDoorbell: NativeDoorbell,
    peerDoorbell: NativeDoorbell,
  ) => NativeEndpoint;
  setErrorClasses(resourceError: typeof ResourceError, protocolError: typeof ProtocolError): void;
  controlSocketPair(): [number, number];
  sendWithDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): void;
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
