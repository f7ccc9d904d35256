import { Socket } from 'node:net';
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
  native().sendWithDescriptors(socket, bytes, Int32Array.from(descriptors));
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

/** Node's socket over `descriptor`, which it takes over: it ends with the thread, at the latest. */
export function socketOver(descriptor: number, { writable }: { writable: boolean }): Socket {
  const socket = new Socket({ fd: descriptor, readable: true, writable });
  native().forgetDescriptor(descriptor);
  return socket;
}

/** Closes a descriptor that nothing else owns. */
export function closeDescriptor(descriptor: number): void {
  native().closeDescriptor(descriptor);
}
