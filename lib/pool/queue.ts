import { CallTimeoutError, PoolFullError, QueueTimeoutError } from '../errors.js';
import type { CallOptions } from '../session/call-options.js';
import { LONGEST_TIMER } from '../session/patience.js';
import { Lane } from './lane.js';
import type { Route } from './routing.js';
import type { RunningWorker } from './running-worker.js';

/** A call that waits for a member. */
export interface Ticket {
  readonly route: Route;
  /** `timeout` and `signal` hold while it waits, too. */
  readonly options: CallOptions;
  /** Sends the call to this process, which has room for it. */
  send(to: RunningWorker): void;
  reject(error: unknown): void;
}

interface Waiting {
  readonly ticket: Ticket;
  readonly number: number;
  readonly timer: NodeJS.Timeout | undefined;
  readonly onAbort: () => void;
  lane: Lane<Waiting>;
}

export interface QueueOptions {
  readonly limit: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Calls that wait for a member, first come, first served: a member with room takes the oldest one that may go to it. Those that may go to
 * any stand in one lane, the others in one for each member, so that none that waits for a busy member holds up those behind it.
 */
export class CallQueue {
  readonly #options: QueueOptions;
  readonly #shared = new Lane<Waiting>();
  readonly #bound = new Map<number, Lane<Waiting>>();
  /** A promise alone does not keep Node alive, and the member that a call waits for may not be there yet. */
  #awake: NodeJS.Timeout | undefined;
  #size = 0;
  #number = 0;
  #expired = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** Calls that waited for too long. */
  get expired(): number {
    return this.#expired;
  }

  /** `member`: the only one that may take it; undefined: any. Throws PoolFullError, or why the call's signal is aborted. */
  add(ticket: Ticket, member: number | undefined): void {
    const { signal, timeout = Number.POSITIVE_INFINITY } = ticket.options;
    signal?.throwIfAborted();
    if (this.#size >= this.#options.limit)
      throw new PoolFullError(
        `all members are busy and ${this.#size} calls wait already: await earlier calls, or raise \`queueLimit\` or \`concurrency\``,
      );
    const patience = Math.min(timeout, this.#options.timeout);
    const lane = this.#lane(member);
    const waiting: Waiting = {
      ticket,
      number: this.#number++,
      timer:
        patience <= LONGEST_TIMER ? setTimeout(() => this.#expire(waiting), patience) : undefined,
      onAbort: () => {
        this.#remove(waiting);
        ticket.reject(signal?.reason);
      },
      lane,
    };
    signal?.addEventListener('abort', waiting.onAbort);
    lane.push(waiting);
    this.#size++;
    this.#awake ??= setTimeout(() => {}, LONGEST_TIMER);
  }

  /** Takes the oldest call that may go to this member. */
  take(member: number): Ticket | undefined {
    const own = this.#bound.get(member)?.first;
    const shared = this.#shared.first;
    const oldest =
      own === undefined || (shared !== undefined && shared.number < own.number) ? shared : own;
    if (oldest === undefined) return undefined;
    this.#remove(oldest);
    return oldest.ticket;
  }

  /** Sorts all calls anew, in the order of their arrival: `memberOf` says which member each is bound to now. */
  sort(memberOf: (route: Route) => number | undefined): void {
    const all = this.#all().sort((a, b) => a.number - b.number);
    for (const waiting of all) {
      waiting.lane.remove(waiting);
      waiting.lane = this.#lane(memberOf(waiting.ticket.route));
      waiting.lane.push(waiting);
    }
  }

  /** Rejects every call that `concerns` says. */
  reject(error: unknown, concerns: (route: Route) => boolean = () => true): void {
    for (const waiting of this.#all()) {
      if (!concerns(waiting.ticket.route)) continue;
      this.#remove(waiting);
      waiting.ticket.reject(error);
    }
  }

  #lane(member: number | undefined): Lane<Waiting> {
    if (member === undefined) return this.#shared;
    const lane = this.#bound.get(member) ?? new Lane<Waiting>();
    this.#bound.set(member, lane);
    return lane;
  }

  #all(): Waiting[] {
    return [this.#shared, ...this.#bound.values()].flatMap((lane) => lane.items());
  }

  #expire(waiting: Waiting): void {
    const { timeout } = this.#options;
    const own = waiting.ticket.options.timeout;
    this.#remove(waiting);
    this.#expired++;
    waiting.ticket.reject(
      own !== undefined && own <= timeout
        ? new CallTimeoutError(
            `no member had room for the call within its ${own} ms; it was not sent`,
          )
        : new QueueTimeoutError(
            `no member had room for the call within ${timeout} ms; it was not sent`,
          ),
    );
  }

  #remove(waiting: Waiting): void {
    if (!waiting.lane.remove(waiting)) return;
    clearTimeout(waiting.timer);
    waiting.ticket.options.signal?.removeEventListener('abort', waiting.onAbort);
    this.#size--;
    if (this.#size > 0) return;
    clearTimeout(this.#awake);
    this.#awake = undefined;
  }
}
