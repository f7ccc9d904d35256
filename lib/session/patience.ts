import { CallTimeoutError } from '../errors.js';
import { currentContext } from './call-context.js';
import type { CallOptions } from './call-options.js';

/** The longest that a timer can wait, in milliseconds. Beyond it there is no limit. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits for what a call needs before it can be sent, as long as the call itself may take: its `timeout`, its `signal`, what is left for the call
 * that is handled here. Resolves with the options for what is left. Rejects as the call would, or with what `needed` rejects with.
 */
export async function patiently(needed: Promise<void>, options: CallOptions): Promise<CallOptions> {
  const { signal } = options;
  const deadline = deadlineOf(options);
  const left = deadline - performance.now();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    if (left <= LONGEST_TIMER)
      timer = setTimeout(() => reject(notSent()), Math.max(0, Math.ceil(left)));
    onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([needed, given]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
  }
  if (options.timeout === undefined) return options;
  return { ...options, timeout: Math.max(0, deadline - performance.now()) };
}

/** As `performance.now()` tells the time. */
function deadlineOf({ timeout = Number.POSITIVE_INFINITY }: CallOptions): number {
  const inherited = currentContext()?.deadline ?? Number.POSITIVE_INFINITY;
  return Math.min(performance.now() + timeout, inherited);
}

function notSent(): CallTimeoutError {
  return new CallTimeoutError('no process was there in time; the call was not sent');
}
