import { types } from 'node:util';
import { release as releaseArray } from '../ring/shared-array.js';
import { callerOf } from './stubs.js';

/**
 * Gives back what the peer has lent: an object or a function, which cannot be used here any more, or the memory of an array or a buffer that came by
 * reference, or that `allocate` made, which empties every array over it. The garbage collector does the same, some time later. False, and nothing
 * happens, if it is nothing of the kind, or was given back before. Twin: python/ringsnake/_session/release.py.
 */
export function release(lent: object): boolean {
  if (ArrayBuffer.isView(lent) || types.isArrayBuffer(lent)) return releaseArray(lent);
  return callerOf(lent)?.release() ?? false;
}
