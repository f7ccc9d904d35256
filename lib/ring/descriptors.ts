import { native } from '../native.js';

/** A connected pair of Unix stream sockets, both close-on-exec; the caller owns both descriptors. */
export function controlSocketPair(): [number, number] {
  return native().controlSocketPair();
}

/** Sends all of `bytes` on `socket`, copies of `descriptors` with the first of them. */
export function sendWithDescriptors(
  socket: number,
  bytes: Uint8Array,
  descriptors: readonly number[],
): void {
  native().sendWithDescriptors(socket, bytes, descriptors);
}

/** Waits for the first bytes on a blocking `socket`, and takes the descriptors that come along: they are the caller's. */
export function receiveWithDescriptors(
  socket: number,
  bytes: Uint8Array,
): { length: number; descriptors: number[] } {
  return native().receiveWithDescriptors(socket, bytes);
}

/** Processes that this one starts do not inherit the descriptor. */
export function keepToOurselves(descriptor: number): void {
  native().keepToOurselves(descriptor);
}

/** Ends this process `graceMs` after its parent has died, whatever JavaScript does. */
export function exitWithParent(parentPid: number, graceMs: number): void {
  native().exitWithParent(parentPid, graceMs);
}

/** Closes a descriptor that nothing else owns. */
export function closeDescriptor(descriptor: number): void {
  native().closeDescriptor(descriptor);
}
