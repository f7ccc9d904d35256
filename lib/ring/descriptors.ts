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

/** Closes a descriptor that nothing else owns. */
export function closeDescriptor(descriptor: number): void {
  native().closeDescriptor(descriptor);
}
