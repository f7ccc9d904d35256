import { residentBytes } from '../worker/statistics.js';
import type { Member } from './member.js';
import type { RenewOptions } from './options.js';
import type { RunningWorker } from './running-worker.js';

/** After a replacement that did not start, how long the member keeps its old process before the next attempt. */
const RETRY_MS = 10_000;
const MEBIBYTE = 1024 * 1024;

/** When one process is due. */
interface Limits {
  readonly calls: number;
  readonly memory: number;
}

/** Notices members whose process is due, and replaces one after the other. */
export class Renewals {
  readonly #options: Required<RenewOptions>;
  readonly #members: readonly Member[];
  readonly #limits = new WeakMap<RunningWorker, Limits>();
  /** In order; the first one is being replaced while `#busy`. */
  readonly #due = new Map<Member, { settle: (error?: Error) => void; done: Promise<void> }>();
  readonly #refused = new Map<Member, number>();
  readonly #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #stopped = false;

  constructor(options: Required<RenewOptions>, members: readonly Member[]) {
    this.#options = options;
    this.#members = members;
    if (options.memory === Number.POSITIVE_INFINITY) return;
    this.#timer = setInterval(() => {
      for (const { current } of members) if (current !== undefined) this.#look(current);
    }, options.memoryInterval);
    this.#timer.unref();
  }

  /** A call of this process has ended. */
  onEnd(running: RunningWorker): void {
    if (running.calls >= this.#limitsOf(running).calls) this.#request(running);
  }

  /** Replaces the member's process in its turn. Rejects when the new one does not start. */
  renew(member: Member): Promise<void> {
    const known = this.#due.get(member);
    if (known !== undefined) return known.done;
    if (this.#stopped) return Promise.resolve();
    let settle: (error?: Error) => void = () => {};
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.#due.set(member, { settle, done });
    void this.next();
    return done;
  }

  /** Goes on if it can; also to be called when a member has come up. */
  async next(): Promise<void> {
    const [member] = this.#due.keys();
    if (member === undefined || this.#busy || this.#stopped || !this.#mayReplace(member)) return;
    this.#busy = true;
    let problem: Error | undefined;
    try {
      await member.renew();
      this.#refused.delete(member);
    } catch (error) {
      problem = error as Error;
      this.#refused.set(member, performance.now());
    }
    this.#busy = false;
    this.#due.get(member)?.settle(problem);
    this.#due.delete(member);
    void this.next();
  }

  /** Begins no more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const { settle } of this.#due.values()) settle();
  }

  #look(running: RunningWorker): void {
    const mebibytes = (residentBytes(running.worker.pid) ?? 0) / MEBIBYTE;
    if (mebibytes >= this.#limitsOf(running).memory) this.#request(running);
  }

  #request(running: RunningWorker): void {
    const member = this.#members[running.index];
    if (member === undefined || member.current !== running || this.#due.has(member)) return;
    if (performance.now() - (this.#refused.get(member) ?? Number.NEGATIVE_INFINITY) < RETRY_MS)
      return;
    // Nobody waits for this one: a failure shows in that the old process stays.
    this.renew(member).catch(() => {});
  }

  /** One that makes room first must not add to what is missing already. */
  #mayReplace(member: Member): boolean {
    const others = this.#members.filter((other) => other !== member && other.state !== 'failed');
    return this.#options.overlap || others.every(({ state }) => state === 'running');
  }

  #limitsOf(running: RunningWorker): Limits {
    const known = this.#limits.get(running);
    if (known !== undefined) return known;
    const { calls, memory, jitter } = this.#options;
    const share = 1 - jitter * Math.random();
    const limits = { calls: Math.ceil(calls * share), memory: memory * share };
    this.#limits.set(running, limits);
    return limits;
  }
}
