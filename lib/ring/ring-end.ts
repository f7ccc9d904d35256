import {
  Exchange,
  type NativeDoorbell,
  type NativeEndpoint,
  type NativeRegion,
  native,
  WaitResult,
} from '../native.js';

export { Exchange, WaitResult };

/** How a child process ended, as the kernel tells it. */
export interface PeerExit {
  readonly exitCode: number | null;
  /** Signal number. */
  readonly signal: number | null;
}

/**
 * The creator's side of a region: makes the shared memory, both doorbells and its own endpoint.
 *
 * Threads: the one that made it. Owns the mapping and the descriptors until `close()`.
 */
export class RingEnd {
  readonly #region: NativeRegion;
  readonly #ownDoorbell: NativeDoorbell;
  readonly #peerDoorbell: NativeDoorbell;
  /** The native half: claims, commits, peeks and waits. */
  readonly endpoint: NativeEndpoint;
  /** The whole region, for reading and writing payloads in place. */
  readonly bytes: Uint8Array;
  readonly view: DataView;

  /** `ringCapacity`: bytes each way, a power of two from 64 KiB to 1 GiB. */
  constructor(ringCapacity: number) {
    const addon = native();
    this.#region = new addon.Region(ringCapacity);
    this.#ownDoorbell = new addon.Doorbell();
    this.#peerDoorbell = new addon.Doorbell();
    this.endpoint = new addon.Endpoint(this.#region, 0, this.#ownDoorbell, this.#peerDoorbell);
    this.bytes = new Uint8Array(this.#region.buffer);
    this.view = new DataView(this.#region.buffer);
  }

  /** What the peer needs to attach, in the order of spec/wire/handshake.md: region, its doorbell, ours. */
  get descriptors(): readonly number[] {
    return [this.#region.descriptor, this.#peerDoorbell.descriptor, this.#ownDoorbell.descriptor];
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
    this.#ownDoorbell.close();
    this.#peerDoorbell.close();
    this.#region.close();
  }
}
