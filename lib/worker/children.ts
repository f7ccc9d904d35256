import { native } from '../native.js';

/**
 * What `start` has libuv start does not outlive this thread, even one that is terminated in the middle of it, until an endpoint
 * watches it or it is forgotten. Where the kernel gives no pidfd nothing happens: libuv and the alive word still tell of its end, only
 * how it ended not.
 */
export function startChild<Child extends { readonly pid?: number | undefined }>(
  start: () => Child,
): Child {
  native().beginStart();
  let child: Child | undefined;
  try {
    child = start();
    return child;
  } finally {
    native().endStart(child?.pid ?? 0);
  }
}

/** It has ended, and no endpoint watched it. */
export function forgetChild(pid: number): void {
  native().forgetChild(pid);
}
