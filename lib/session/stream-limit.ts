import { CallTimeoutError } from '../errors.js';
import { currentContext } from './call-context.js';
import type { CallOptions } from './call-options.js';
import type { RemoteStream } from './remote-stream.js';

/** The longest that a timer can wait, in milliseconds. Beyond it there is no limit. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * What a call's limits mean for its stream: the time counts until its last item, the signal stops it, and it ends with the call
 * being handled. To be called before the call is made.
 */
export function limitStream({
  timeout,
  signal,
}: CallOptions): (stream: RemoteStream<unknown>) => RemoteStream<unknown> {
  const context = currentContext();
  const own = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
  const deadline = Math.min(own, context?.deadline ?? Number.POSITIVE_INFINITY);
  if (deadline === Number.POSITIVE_INFINITY && signal === undefined && context === undefined)
    return (stream) => stream;
  return (stream) => {
    const consumer = stream.consumer;
    const left = deadline - performance.now();
    const timer =
      left > LONGEST_TIMER
        ? undefined
        : setTimeout(() => consumer.cancel(timeoutError()), Math.max(0, Math.ceil(left))).unref();
    const onAbort = (): void => consumer.cancel(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    context?.add(consumer);
    consumer.holds(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      context?.delete(consumer);
    });
    if (signal?.aborted) onAbort();
    return stream;
  };
}

function timeoutError(): CallTimeoutError {
  return new CallTimeoutError('the stream did not end in time');
}
