import { RestartLimitError, WorkerExitedError } from '../errors.js';
import type { WorkerExit } from '../worker/place.js';
import { RestartPolicy } from '../worker/restart-policy.js';
import type { Worker } from '../worker/worker.js';
import type { PoolPlan } from './options.js';
import { RunningWorker } from './running-worker.js';
import type { MemberState, MemberStatistics } from './statistics.js';

/** What a member asks of its pool. */
export interface MemberOwner {
  /** A process is there, and takes calls. */
  onUp(member: Member): void;
  /** No process is there: it died of `error`, or makes room for the next one. */
  onDown(member: Member, error?: Error): void;
  /** It will not be started again. */
  onFailed(member: Member, error: Error): void;
  launch(): Promise<Worker>;
}

/**
 * One place of a pool, whose process may change.
 *
 *   state      on                          goes to    and
 *   starting   the process is up           running
 *   starting   the start fails             waiting    or failed, when the policy says so
 *   running    the process dies            waiting    or failed; its calls reject
 *   running    renew(), overlapping        running    the old process drains when the new one is up
 *   running    renew(), not overlapping    starting   when the old process has drained
 *   waiting    the delay is over           starting
 *   any        close(), destroy()          closed
 */
export class Member {
  readonly index: number;
  readonly #owner: MemberOwner;
  readonly #plan: PoolPlan;
  readonly #policy: RestartPolicy;
  #state: MemberState = 'starting';
  #current: RunningWorker | undefined;
  /** While a process is being started. Never rejects. */
  #launching: Promise<unknown> | undefined;
  #delay: NodeJS.Timeout | undefined;
  /** Processes that take no more calls and have not ended yet. */
  readonly #leaving = new Map<RunningWorker, Promise<void>>();
  #restarts = 0;
  #renewals = 0;
  /** Of the processes before the current one. */
  #earlierCalls = 0;

  constructor(index: number, plan: PoolPlan, owner: MemberOwner) {
    this.index = index;
    this.#plan = plan;
    this.#owner = owner;
    this.#policy = new RestartPolicy(plan.restart);
  }

  get state(): MemberState {
    return this.#state;
  }

  /** The process that takes calls; undefined if there is none just now. */
  get current(): RunningWorker | undefined {
    return this.#current;
  }

  /** Calls that any of its processes has not answered yet. */
  get outstanding(): number {
    const leaving = [...this.#leaving.keys()].reduce((sum, each) => sum + each.outstanding, 0);
    return leaving + (this.#current?.outstanding ?? 0);
  }

  statistics(): MemberStatistics {
    return Object.freeze({
      state: this.#state,
      pid: this.#current?.worker.pid ?? null,
      outstanding: this.outstanding,
      calls: this.#earlierCalls + (this.#current?.calls ?? 0),
      restarts: this.#restarts,
      renewals: this.#renewals,
    });
  }

  /** The first start. Rejects with what `spawn` rejects with. */
  async start(): Promise<void> {
    this.#install(await this.#launch());
  }

  /**
   * Replaces the process by a new one. Rejects when that does not start; then the old one stays, where it overlaps. Nothing happens while
   * a process is missing or on its way: what comes is new anyway.
   */
  async renew(): Promise<void> {
    const old = this.#current;
    if (old === undefined || this.#launching !== undefined) return;
    if (!this.#plan.renew.overlap) {
      this.#drop(old);
      this.#state = 'starting';
      this.#owner.onDown(this);
      await this.#leave(old);
    }
    await this.#replace();
    this.#renewals++;
    if (this.#plan.renew.overlap) await this.#leave(old);
  }

  /** The session with this process has ended: it takes no more calls, and the next one is started. */
  lose(running: RunningWorker, error: Error): void {
    if (this.#current !== running) return;
    this.#drop(running);
    this.#restarts++;
    this.#state = 'starting';
    void this.#leave(running);
    void running.worker.destroy();
    this.#owner.onDown(this, error);
    // A renewal may have the next process on its way.
    if (this.#launching === undefined) this.#wait(performance.now() - running.startedAt, error);
  }

  /** Lets the process finish its calls and ends it. */
  async close(): Promise<void> {
    this.#end();
    const current = this.#current;
    if (current !== undefined) {
      this.#drop(current);
      void this.#leave(current);
    }
    await Promise.all([this.#launching, ...this.#leaving.values()]);
  }

  /** Ends all processes at once. */
  async destroy(): Promise<void> {
    this.#end();
    const current = this.#current;
    if (current !== undefined) {
      this.#drop(current);
      void this.#leave(current);
    }
    for (const { worker } of this.#leaving.keys()) void worker.destroy();
    await Promise.all([this.#launching, ...this.#leaving.values()]);
  }

  #end(): void {
    this.#state = 'closed';
    clearTimeout(this.#delay);
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #launch(): Promise<Worker> {
    const launched = this.#owner.launch();
    this.#launching = launched.then(
      (worker) => {
        this.#launching = undefined;
        return this.#state === 'closed' ? worker.destroy() : undefined;
      },
      () => {
        this.#launching = undefined;
      },
    );
    return launched;
  }

  /** Gives calls to a new process from now on, unless none is wanted any more. */
  #install(worker: Worker): void {
    if (this.#state === 'closed') return;
    if (this.#current !== undefined) this.#drop(this.#current);
    clearTimeout(this.#delay);
    const running = new RunningWorker(this.index, worker);
    this.#current = running;
    this.#state = 'running';
    void worker.exited.then((exit) => this.lose(running, exitError(this.index, exit)));
    this.#owner.onUp(this);
  }

  /** Gives it no more calls. */
  #drop(running: RunningWorker): void {
    this.#current = undefined;
    this.#earlierCalls += running.calls;
  }

  async #leave(old: RunningWorker): Promise<void> {
    const left = old.drain(this.#plan.drainTimeout);
    this.#leaving.set(old, left);
    await left;
    this.#leaving.delete(old);
  }

  /** Starts the next process when it is time. */
  #wait(ranFor: number, error: Error): void {
    const delay = this.#policy.next(ranFor);
    if (delay === undefined) {
      this.#state = 'failed';
      this.#owner.onFailed(
        this,
        new RestartLimitError(
          `member ${this.index} of the pool is not started any more, after ${this.#policy.limit}; the last time: ${error.message}`,
          { cause: error },
        ),
      );
      return;
    }
    this.#state = 'waiting';
    this.#delay = setTimeout(() => void this.#replace().catch(() => {}), delay);
    // Calls that wait for it keep Node alive; it alone does not.
    this.#delay.unref();
  }

  /** Starts a process. Rejects when it does not come up; it is tried again if there is no other. */
  async #replace(): Promise<void> {
    if (this.#state === 'closed') return;
    if (this.#current === undefined) this.#state = 'starting';
    try {
      this.#install(await this.#launch());
    } catch (error) {
      if (this.#current === undefined && !this.#isClosed()) this.#wait(0, error as Error);
      throw error;
    }
  }
}

function exitError(index: number, exit: WorkerExit): WorkerExitedError {
  return new WorkerExitedError({ what: `member ${index} of the pool`, ...exit, stderr: '' });
}
