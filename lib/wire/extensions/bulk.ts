/** Extension 7: an array or bytes by reference. Normative: spec/wire/value.md §2 and spec/wire/bulk.md §6. */
import * as mp from '../constants.gen.js';
import type { ValueWriter } from '../value-writer.js';
import { type ArrayHead, decodeArrayHead } from './ndarray.js';

/** What no item needs more of. */
const ALIGNMENT = 8;
const WORDS = mp.VALUE_REFERENCE_BYTES / 4;

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

/** What is in the body of extension 7, over the peer's memory; or what is wrong with it. */
export function decodeBulk(lent: Uint8Array, port: BulkPort | undefined): unknown {
  if (port === undefined) return 'outside of a channel';
  if (lent.length < mp.VALUE_REFERENCE_BYTES) return 'is shorter than its header';
  // What is checked must not change.
  const body = lent.slice();
  const view = new DataView(body.buffer);
  const { reference } = port;
  for (let i = 0; i < WORDS; i++) reference[i] = view.getUint32(4 * i, true);
  const head = body.length === mp.VALUE_REFERENCE_BYTES ? undefined : arrayHead(body, view);
  if (typeof head === 'string') return head;
  const memory = port.borrow();
  if (typeof memory === 'string') return memory;
  return head === undefined ? new Uint8Array(memory) : head.make(memory);
}

function arrayHead(body: Uint8Array, view: DataView): ArrayHead | string {
  const length =
    view.getUint32(mp.VALUE_REFERENCE_LENGTH_OFFSET, true) +
    view.getUint32(mp.VALUE_REFERENCE_LENGTH_OFFSET + 4, true) * 2 ** 32;
  const head = decodeArrayHead(body.subarray(mp.VALUE_REFERENCE_BYTES), length);
  if (typeof head === 'string') return head;
  if (head.size !== body.length - mp.VALUE_REFERENCE_BYTES) return 'is longer than its header';
  // What is checked must not change, so these go in band.
  if (head.isBool) return 'is of bools';
  const offset = view.getUint32(mp.VALUE_REFERENCE_OFFSET_OFFSET, true);
  return offset % Math.min(head.itemSize, ALIGNMENT) === 0 ? head : 'is not aligned';
}
