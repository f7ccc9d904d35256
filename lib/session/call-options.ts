/** How calls are made. Twin: python/ringsnake/_session/call_options.py. */
export interface CallOptions {
  /**
   * Milliseconds after which the caller waits no longer: CallTimeoutError. The call's own calls inherit what is left of it. Default: no limit,
   * or what is left for the call being handled.
   */
  readonly timeout?: number | undefined;
  /** Aborted, the caller waits no longer: it gets the signal's reason, and the handler is told to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Travels with the call and with the calls made for it, such as a trace's parent. */
  readonly metadata?: Metadata | undefined;
}

/** By name; any values that cross. */
export type Metadata = Readonly<Record<string, unknown>>;

/** `more` over `options`: the nearer limit, all metadata, both signals. */
export function mergedOptions(options: CallOptions, more: CallOptions): CallOptions {
  checkTimeout(more.timeout);
  const signals = [options.signal, more.signal].filter((signal) => signal !== undefined);
  return {
    timeout: more.timeout ?? options.timeout,
    signal: signals.length < 2 ? signals[0] : AbortSignal.any(signals),
    metadata: options.metadata ? { ...options.metadata, ...more.metadata } : more.metadata,
  };
}

function checkTimeout(timeout: number | undefined): void {
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0))
    throw new RangeError('`timeout` is a number of milliseconds, at least 0');
}
