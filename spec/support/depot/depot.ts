import type { Int } from 'ringsnake';

/** Where arrays are kept. Both sides serve one. */
export interface Depot {
  echoSamples(samples: Float64Array): Promise<Float64Array>;
  echoBytes(bytes: Uint8Array): Promise<Uint8Array>;
  echoBuffer(buffer: ArrayBuffer): Promise<ArrayBuffer>;
  echoView(view: DataView): Promise<DataView>;
  echoBoth(samples: Float64Array, bytes: Uint8Array): Promise<Float64Array>;
  /** Keeps the array, beyond the call. */
  keep(samples: Float64Array): Promise<void>;
  /** The first and the last item of each array that is kept. */
  ends(): Promise<number[]>;
  /** Lets go of what is kept. */
  drop(): Promise<void>;
  /** Gives the array back within the call; returns its sum. */
  scoped(samples: Float64Array): Promise<number>;
  /** An array of so many items of that value. */
  make(length: Int, value: number): Promise<Float64Array>;
  /** The same, out of shared memory. */
  makeShared(length: Int, value: number): Promise<Float64Array>;
  /** The same, which it keeps to spoil it. */
  makeToSpoil(length: Int, value: number): Promise<Float64Array>;
  /** Writes -1 all over that, though it was sent. */
  spoil(): Promise<void>;
  /** What comes of writing to the array: the class of the error, or nothing. */
  write(samples: Float64Array): Promise<string>;
  /** Raises an error whose details are a crate with these samples. */
  refuse(samples: Float64Array): Promise<void>;
  /** Raises an error whose details cannot cross. */
  refuseOddly(): Promise<void>;
}

/** What the worker may ask of the depot that called it. */
export interface Yard {
  /** Keeps the array there, beyond the call; returns its sum. */
  store(samples: Float64Array): Promise<number>;
  swap(bytes: Uint8Array): Promise<Uint8Array>;
}

/** What the worker does with the yard. */
export interface Carrier {
  /** Stores so many arrays of so many items, whose first counts up; returns the sum of what came back. */
  carry(times: Int, length: Int): Promise<number>;
  swap(length: Int): Promise<boolean>;
  /** Stores nothing, and returns what it hears of the error that comes of it. */
  fail(): Promise<string>;
  /** Descriptors that the process has open. */
  descriptors(): Promise<Int>;
  /** KiB of memory that the process holds. */
  resident(): Promise<Int>;
  /** Collects garbage, and waits until so many descriptors are open at most, for at most 5 s. */
  settle(descriptors: Int): Promise<boolean>;
}
