import { AsyncResource } from 'node:async_hooks';
import { ClosedError, PoolFullError, ProtocolError, WorkerExitedError } from '../errors.js';
import type { Caller } from '../session/interface.js';
import type { Member } from './member.js';
import type { Nesting } from './nesting.js';
import type { PoolPlan } from './options.js';
import type { PoolTarget } from './pool-caller.js';
import { CallQueue } from './queue.js';
import { LeastOutstanding, memberOfKey, type Route } from './routing.js';
import type { RunningWorker } from './running-worker.js';

/** A call before a member is chosen for it. */
export interface PoolCall {
  readonly target: PoolTarget;
  readonly method: number;
  readonly args: readonly unknown[];
}

interface DispatcherParts {
  readonly plan: PoolPlan;
  readonly members: readonly Member[];
  readonly nesting: Nesting;
  /** Told of each call that has ended. */
  readonly onEnd: (running: RunningWorker) => void;
}

/**
 * Gives calls to members: each to the one with the fewest, or to the one that its route names, or into the queue until there is room.
 *
 * Whenever a member has room, no call that may go to it waits. Calls that a member's own call waits for never do.
 */
export class Dispatcher {
  readonly #concurrency: number;
  readonly #members: readonly Member[];
  readonly #nesting: Nesting;
  readonly #onEnd: (running: RunningWorker) => void;
  readonly #queue: CallQueue;
  readonly #choice = new LeastOutstanding();
  #running: readonly RunningWorker[] = [];
  #refusal: Error | undefined;
  #rejected = 0;
  #onQuiet: (() => void) | undefined;

  constructor({ plan, members, nesting, onEnd }: DispatcherParts) {
    this.#concurrency = plan.concurrency;
    this.#members = members;
    this.#nesting = nesting;
    this.#onEnd = onEnd;
    this.#queue = new CallQueue({ limit: plan.queueLimit, timeout: plan.queueTimeout });
  }

  /** Calls that wait. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Calls that were refused because too many waited, or waited for too long. */
  get rejected(): number {
    return this.#rejected + this.#queue.expired;
  }

  /** Processes that take calls. */
  get running(): readonly RunningWorker[] {
    return this.#running;
  }

  call(call: PoolCall): Promise<unknown> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const { route, options } = call.target;
    const running = this.#choose(route);
    if (running !== undefined && (running.outstanding < this.#concurrency || this.#nesting.inside))
      return this.#send(running, call);
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      // Sent on behalf of another call's end, it must still count as what its own caller does.
      const send = AsyncResource.bind((to: RunningWorker): void => {
        resolve(this.#send(to, call, performance.now() - begin));
      });
      try {
        this.#queue.add({ route, options, send, reject }, this.#boundTo(route));
      } catch (error) {
        if (error instanceof PoolFullError) this.#rejected++;
        reject(error);
      }
    });
  }

  /** Blocks the thread. Cannot wait for room, since nothing else happens meanwhile, and so goes beyond the limit of a busy member. */
  callSync({ target, method, args }: PoolCall): unknown {
    if (this.#refusal !== undefined) throw this.#refusal;
    const running = this.#choose(target.route);
    if (running === undefined)
      throw new ClosedError(
        'RS_WORKER_EXITED',
        'no member of the pool is running just now, and a blocking call cannot wait for one',
      );
    running.begin();
    try {
      return running.caller(target).callSync(method, args);
    } catch (error) {
      this.#onError(running, error);
      throw error;
    } finally {
      this.#end(running);
    }
  }

  /** Members have come or gone: sorts the calls that wait to those that are there. */
  update(): void {
    this.#running = this.#members.flatMap(({ current }) => current ?? []);
    this.#queue.sort((route) => this.#boundTo(route));
    for (const running of this.#running) this.#fill(running);
    this.#lookForQuiet();
  }

  /** Rejects what waits for this member and for no other. */
  rejectBoundTo(member: Member, error: Error): void {
    this.#queue.reject(error, (route) => route.kind === 'member' && route.index === member.index);
  }

  /** Takes no more calls. What waits goes on waiting. */
  refuse(error: Error): void {
    this.#refusal = error;
  }

  /** Rejects all that wait. */
  rejectQueued(error: Error): void {
    this.#queue.reject(error);
    this.#lookForQuiet();
  }

  /** Resolves when no call waits and none is open, or in `timeout` milliseconds. */
  quiet(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(timeout, 2 ** 31 - 1));
      this.#onQuiet = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#lookForQuiet();
    });
  }

  #choose(route: Route): RunningWorker | undefined {
    switch (route.kind) {
      case 'any':
        return this.#choice.choose(this.#running);
      case 'key':
        return memberOfKey(route.hash, this.#running);
      case 'member':
        return this.#members[route.index]?.current;
    }
  }

  /** The only member that may take the call, by its index; undefined if any may. */
  #boundTo(route: Route): number | undefined {
    switch (route.kind) {
      case 'any':
        return undefined;
      case 'key':
        return memberOfKey(route.hash, this.#running)?.index;
      case 'member':
        return route.index;
    }
  }

  /** `waited`: milliseconds in the queue, which are part of the call's time. */
  #send(running: RunningWorker, call: PoolCall, waited = 0): Promise<unknown> {
    const { target, method, args } = call;
    running.begin();
    let answer: Promise<unknown>;
    try {
      answer = callerAfter(running.caller(target), target, waited).call(method, args);
    } catch (error) {
      answer = Promise.reject(error as Error);
    }
    return answer.then(
      (value) => {
        this.#end(running);
        return value;
      },
      (error: unknown) => {
        this.#onError(running, error);
        this.#end(running);
        if (this.#mayGoElsewhere(error, call)) return this.call(call);
        throw error;
      },
    );
  }

  /** A call that the member died without having read has not run, and does not run twice when another one gets it. */
  #mayGoElsewhere(error: unknown, { target: { route } }: PoolCall): boolean {
    const isUnread = error instanceof WorkerExitedError && error.delivered === false;
    return isUnread && route.kind !== 'member' && this.#refusal === undefined;
  }

  /** A dead session answers at once, and would soon get every call. */
  #onError(running: RunningWorker, error: unknown): void {
    if (error instanceof ClosedError || error instanceof ProtocolError)
      this.#members[running.index]?.lose(running, error);
  }

  #end(running: RunningWorker): void {
    running.end();
    if (this.#members[running.index]?.current === running) this.#fill(running);
    this.#onEnd(running);
    this.#lookForQuiet();
  }

  #fill(running: RunningWorker): void {
    while (running.outstanding < this.#concurrency) {
      const ticket = this.#queue.take(running.index);
      if (ticket === undefined) return;
      ticket.send(running);
    }
  }

  #lookForQuiet(): void {
    if (this.#onQuiet === undefined || this.#queue.size > 0) return;
    if (this.#members.every(({ outstanding }) => outstanding === 0)) this.#onQuiet();
  }
}

/** The caller, with what is left of its time. */
function callerAfter(caller: Caller, { options }: PoolTarget, waited: number): Caller {
  if (waited === 0 || options.timeout === undefined) return caller;
  return caller.withOptions({ timeout: Math.max(0, options.timeout - waited) });
}
