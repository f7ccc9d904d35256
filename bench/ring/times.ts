/** Nanoseconds of each call, in memory that was touched before: fresh pages would count as the calls'. */
export class Times {
  static readonly most = 2_000_000;
  readonly #values = new Uint32Array(Times.most).fill(1);
  /** Milliseconds of one look at the clock, which is part of every time and no part of a call. */
  readonly #clockCost = clockCost();
  #count = 0;
  #before = 0;

  /** Forgets what was noted, and starts the first call's time. */
  start(): void {
    this.#count = 0;
    this.#before = performance.now();
  }

  /** Forgets the time since the last call: the next one begins now. */
  restart(): void {
    this.#before = performance.now();
  }

  /** Notes that a call ended and the next begins. False when the time `end`, or the room, is over. */
  next(end: number): boolean {
    const now = performance.now();
    this.#values[this.#count++] = Math.max(now - this.#before - this.#clockCost, 0) * 1e6;
    this.#before = now;
    return now < end && this.#count < Times.most;
  }

  get values(): Uint32Array {
    return this.#values.subarray(0, this.#count);
  }
}

const READS = 100_000;

function clockCost(): number {
  const before = performance.now();
  // The clock's first reads are the interpreter's.
  for (let i = 1; i < READS; i++) performance.now();
  const middle = performance.now();
  for (let i = 1; i < READS; i++) performance.now();
  return Math.min(middle - before, performance.now() - middle) / READS;
}
