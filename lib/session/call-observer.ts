import { channel } from 'node:diagnostics_channel';
import type { Metadata } from './call-options.js';
import { LatencyHistogram, type LatencyStatistics } from './latency-histogram.js';

/** What the channels `ringsnake:call:…` and `ringsnake:handler:…` publish; one object for each call, from its start to its end. */
export interface CallEvent {
  readonly interface: string;
  readonly method: string;
  /** The process at the other end. */
  readonly pid: number | undefined;
  /** Of a call of ours: whether a thread is blocked until it is answered. */
  readonly isBlocking: boolean;
  /** Travels with the call. A subscriber of `ringsnake:call:start` may add to it. */
  readonly metadata: Record<string, unknown>;
  /** Milliseconds from start to end; there at the end. */
  duration?: number;
  /** Why it failed; there once it did. */
  error?: unknown;
}

/** Which side of a call is observed. */
type Role = 'call' | 'handler';

// Kept here: a channel that nobody refers to forgets that it has subscribers.
const CHANNELS = {
  call: {
    start: channel('ringsnake:call:start'),
    error: channel('ringsnake:call:error'),
    end: channel('ringsnake:call:end'),
  },
  handler: {
    start: channel('ringsnake:handler:start'),
    error: channel('ringsnake:handler:error'),
    end: channel('ringsnake:handler:end'),
  },
};

export interface ObserverOptions {
  /** Whether durations are recorded. */
  readonly latencies: boolean;
  /** Of the other side; undefined: unknown. */
  readonly pid: () => number | undefined;
}

/**
 * Tells of calls, to whoever subscribed, and how long they took, if that is wanted. Does nothing otherwise: ask `isActive` first.
 * Twin: python/ringsnake/_session/call_observer.py.
 */
export class CallObserver {
  readonly #channels: (typeof CHANNELS)[Role];
  readonly #options: ObserverOptions;
  /** By interface, then by method. */
  readonly #histograms = new Map<string, Map<string, LatencyHistogram>>();

  constructor(role: Role, options: ObserverOptions) {
    this.#channels = CHANNELS[role];
    this.#options = options;
  }

  get isActive(): boolean {
    return this.#options.latencies || isHeard(this.#channels);
  }

  begin(
    call: Pick<CallEvent, 'interface' | 'method' | 'isBlocking'>,
    metadata: Metadata,
  ): Observed {
    const event: CallEvent | undefined = isHeard(this.#channels)
      ? { ...call, pid: this.#options.pid(), metadata: { ...metadata } }
      : undefined;
    return new Observed({ event, metadata, channels: this.#channels }, this.#histogram(call));
  }

  /** By interface and method; empty unless durations are recorded. */
  latencies(): Record<string, LatencyStatistics> {
    const entries = [...this.#histograms].flatMap(([name, methods]) =>
      [...methods].map(([method, each]) => [`${name}.${method}`, each.statistics()] as const),
    );
    return Object.fromEntries(entries);
  }

  #histogram(call: Pick<CallEvent, 'interface' | 'method'>): LatencyHistogram | undefined {
    if (!this.#options.latencies) return undefined;
    let methods = this.#histograms.get(call.interface);
    if (methods === undefined) {
      methods = new Map();
      this.#histograms.set(call.interface, methods);
    }
    let histogram = methods.get(call.method);
    if (histogram === undefined) {
      histogram = new LatencyHistogram();
      methods.set(call.method, histogram);
    }
    return histogram;
  }
}

function isHeard({ start, error, end }: (typeof CHANNELS)[Role]): boolean {
  return start.hasSubscribers || end.hasSubscribers || error.hasSubscribers;
}

interface ObservedParts {
  /** Undefined: nobody listens. */
  readonly event: CallEvent | undefined;
  readonly metadata: Metadata;
  readonly channels: (typeof CHANNELS)[Role];
}

/** One call that is observed. */
export class Observed {
  readonly #parts: ObservedParts;
  readonly #histogram: LatencyHistogram | undefined;
  readonly #started = performance.now();
  #isOver = false;

  constructor(parts: ObservedParts, histogram: LatencyHistogram | undefined) {
    this.#parts = parts;
    this.#histogram = histogram;
  }

  /** With what subscribers have added. */
  get metadata(): Metadata {
    return this.#parts.event?.metadata ?? this.#parts.metadata;
  }

  /** Tells of the start, and runs `run` in the stores that subscribers have bound to it. */
  run<Result>(run: () => Result): Result {
    const { event, channels } = this.#parts;
    return event === undefined ? run() : channels.start.runStores(event, run);
  }

  succeed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const duration = performance.now() - this.#started;
    this.#histogram?.record(duration);
    const { event, channels } = this.#parts;
    if (event === undefined) return;
    event.duration = duration;
    channels.end.publish(event);
  }

  fail(error: unknown): void {
    const { event, channels } = this.#parts;
    if (!this.#isOver && event !== undefined) {
      event.error = error;
      channels.error.publish(event);
    }
    this.succeed();
  }
}
