import { DIRECT_ELSEWHERE, DIRECT_WORDS_BYTES, DirectWord, native } from '../native.js';

export { DIRECT_ELSEWHERE, DIRECT_WORDS_BYTES, DirectWord };

/** Makes calls on this thread: see `Native.directCaller`. */
export type DirectCaller = ReturnType<typeof directCaller>;

/**
 * `address`: what an embedded worker has told; `room`: where words, arguments and results lie; `serve`: does what this thread has to do, until it has done
 * something. Undefined when this thread cannot call.
 */
export function directCaller(
  address: number,
  room: ArrayBuffer,
  serve: () => void,
): ReturnType<ReturnType<typeof native>['directCaller']> {
  return native().directCaller(address, room, serve);
}
