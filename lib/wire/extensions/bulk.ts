/** Extension 7, written: an array or bytes by reference. Normative: spec/wire/value.md §2 and spec/wire/bulk.md §6. */
import * as mp from '../constants.gen.js';
import type { ValueWriter } from '../value-writer.js';

/** 32-bit words of a reference. */
export const WORDS = mp.VALUE_REFERENCE_BYTES / 4;

/** The memory beside a channel, where messages leave their data. Threads: the channel's own. */
export interface BulkPort {
  /** Data of at least so many bytes goes there. */
  readonly threshold: number;
  /** The words of a reference: of what `place` has placed, or for `borrow`. */
  readonly reference: Uint32Array;
  /** Puts data there. False: there is no room now, and it goes in band. */
  place(data: ArrayBufferView): boolean;
  /** The memory that a reference tells of, or what is wrong with it. */
  borrow(): ArrayBuffer | string;
}

/** Writes a reference to what was placed, and returns the index of the `head` bytes behind it, which the caller fills. */
export function writeBulkReference(writer: ValueWriter, port: BulkPort, head: number): number {
  const at = writer.reserveExtension(mp.EXT_BULK, mp.VALUE_REFERENCE_BYTES + head);
  const { view } = writer;
  const { reference } = port;
  for (let i = 0; i < WORDS; i++) view.setUint32(at + 4 * i, reference[i] as number, true);
  return at + mp.VALUE_REFERENCE_BYTES;
}
