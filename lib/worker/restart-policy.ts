/** When and how often a worker that died is started again. Durations in milliseconds. */
export interface RestartOptions {
  /** Before the first restart; each further one waits twice as long. Default: 100. */
  readonly delay?: number;
  /** No restart waits longer. Default: 10,000. */
  readonly maximumDelay?: number;
  /** By how much of itself a delay is shortened or lengthened at random, so that many workers do not start at once. Default: 0.2. */
  readonly jitter?: number;
  /** More restarts than these within `window` are refused: the worker has failed. Default: 5. */
  readonly limit?: number;
  /** Default: 10,000. */
  readonly window?: number;
  /** A worker that ran so long starts over with the first delay. Default: 30,000. */
  readonly stableAfter?: number;
}

/** What the policy asks of the world. */
export interface RestartClock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

const SYSTEM_CLOCK: RestartClock = { now: () => performance.now(), random: Math.random };

/**
 * Back-off and circuit breaker of one worker. Starts nothing and waits for nothing itself.
 *
 *   state      on                                 goes to
 *   closed     death                              closed    with a delay
 *   closed     death, `limit` restarts in window  open      for ever
 */
export class RestartPolicy {
  readonly #options: Required<RestartOptions>;
  readonly #clock: RestartClock;
  /** When the restarts within the window were granted, oldest first. */
  #granted: number[] = [];
  /** Restarts since the worker last ran stably. */
  #attempts = 0;
  #open = false;

  /** Throws RangeError. */
  constructor(options: RestartOptions = {}, clock: RestartClock = SYSTEM_CLOCK) {
    this.#options = checked(options);
    this.#clock = clock;
  }

  /** Whether too many restarts were asked for. Never false again. */
  get open(): boolean {
    return this.#open;
  }

  /** The limit in words, for messages. */
  get limit(): string {
    return `${this.#options.limit} restarts in ${this.#options.window} ms`;
  }

  /** The worker died, having run for `ranFor` milliseconds, or did not come up (0). How long to wait before the next start; undefined: no more. */
  next(ranFor: number): number | undefined {
    const { delay, maximumDelay, jitter, limit, window, stableAfter } = this.#options;
    const now = this.#clock.now();
    this.#granted = this.#granted.filter((time) => now - time < window);
    if (this.#open || this.#granted.length >= limit) {
      this.#open = true;
      return undefined;
    }
    if (ranFor >= stableAfter) this.#attempts = 0;
    const wanted = Math.min(delay * 2 ** this.#attempts, maximumDelay);
    this.#attempts++;
    this.#granted.push(now);
    return Math.min(wanted * (1 + jitter * (2 * this.#clock.random() - 1)), maximumDelay);
  }
}

function checked(options: RestartOptions): Required<RestartOptions> {
  const all = {
    delay: options.delay ?? 100,
    maximumDelay: options.maximumDelay ?? 10_000,
    jitter: options.jitter ?? 0.2,
    limit: options.limit ?? 5,
    window: options.window ?? 10_000,
    stableAfter: options.stableAfter ?? 30_000,
  };
  for (const [name, value] of Object.entries(all))
    if (!(typeof value === 'number' && value >= 0))
      throw new RangeError(`\`restart.${name}\` is a number, not below 0`);
  if (all.jitter > 1) throw new RangeError('`restart.jitter` is a share of the delay, at most 1');
  return all;
}
