/** Extension 7, read: an array or bytes by reference. Normative: spec/wire/value.md §2 and spec/wire/bulk.md §6. */
import * as mp from '../constants.gen.js';
import { type BulkPort, WORDS } from './bulk.js';
import { type ArrayHead, decodeArrayHead } from './ndarray.js';

/** What no item needs more of. */
const ALIGNMENT = 8;

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
