import { type NativeDoorbell, type NativeRegion, native } from '../native.js';

/**
 * Shared memory without a name: a control page and two rings, one in each direction. For those who hand descriptors over
 * themselves; `Channel.create()` makes its own. Twin: python/ringsnake/_ring/region.py.
 *
 * Threads: the one that made it. Owns its mapping and its descriptor until `close()`; a channel made of it keeps a share.
 */
export class Region {
  /** @internal */
  readonly native: NativeRegion;

  private constructor(region: NativeRegion) {
    this.native = region;
  }

  /** `ringCapacity`: bytes each way, a power of two from 64 KiB to 1 GiB. Throws RangeError, ResourceError. */
  static create(ringCapacity: number): Region {
    return new Region(new (native().Region)('create', ringCapacity));
  }

  /** Maps a region made by the peer. Takes the descriptor over. Throws ProtocolError when it is none, ResourceError. */
  static attach(descriptor: number): Region {
    return new Region(new (native().Region)('attach', descriptor));
  }

  /** Hand a copy of it to the peer; ours closes with the region. */
  get descriptor(): number {
    return this.native.descriptor;
  }

  get ringCapacity(): number {
    return this.native.ringCapacity;
  }

  close(): void {
    this.native.close();
  }
}

/**
 * A descriptor (eventfd) that rouses an event loop. Presses coalesce. Threads: the one that made it.
 */
export class Doorbell {
  /** @internal */
  readonly native: NativeDoorbell;

  private constructor(doorbell: NativeDoorbell) {
    this.native = doorbell;
  }

  /** Throws ResourceError. */
  static create(): Doorbell {
    return new Doorbell(new (native().Doorbell)());
  }

  /** One that the peer made. Takes the descriptor over. */
  static attach(descriptor: number): Doorbell {
    return new Doorbell(new (native().Doorbell)(descriptor));
  }

  get descriptor(): number {
    return this.native.descriptor;
  }

  /** Makes the descriptor readable. */
  press(): void {
    this.native.press();
  }

  /** Makes it unreadable again. */
  clear(): void {
    this.native.clear();
  }

  close(): void {
    this.native.close();
  }
}
