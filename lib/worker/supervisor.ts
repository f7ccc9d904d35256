import { RestartLimitError, type RingsnakeError, SessionClosedError } from '../errors.js';
import type { CallOptions } from '../session/call-options.js';
import { patiently } from '../session/patience.js';
import type { CloseTimes, Incarnation } from './incarnation.js';
import type { WorkerExit } from './place.js';
import type { RestartPolicy } from './restart-policy.js';
import type { WorkerState } from './statistics.js';

/** A worker was started again. */
export interface RestartEvent {
  /** Of the new process. */
  readonly pid: number;
  /** How often that has happened. */
  readonly restarts: number;
  /** Why the one before is gone. */
  readonly reason: RingsnakeError;
}

/** A process of a worker has ended. */
export interface ExitEvent extends WorkerExit {
  readonly pid: number;
}

export interface SupervisorParts {
  readonly first: Incarnation;
  /** Undefined: the first death is the last. */
  readonly policy: RestartPolicy | undefined;
  /** Whether it may come back after it has failed: its code is watched. */
  readonly revivable: boolean;
  /** Starts the next one; `onBegun` gets it before it is up. */
  launch(onBegun: (incarnation: Incarnation) => void): Promise<Incarnation>;
  onExit(event: ExitEvent): void;
  onRestart(event: RestartEvent): void;
  /** A restart did not come up; the next attempt follows, or a change of the code. */
  onStartFailure(error: Error): void;
  /** The worker will not be started again. */
  onEnd(): void;
}

/**
 * Keeps a worker running: when its process dies, starts the next one, as often as the policy allows.
 *
 *   state        on                                   goes to
 *   running      exit, no policy                      ended
 *   running      exit                                 restarting
 *   running      restart()                            restarting   the old process ends in good order first
 *   restarting   the next process is up               running
 *   restarting   the policy refuses                   failed
 *   restarting   the next one of restart() fails      failed
 *   failed       restart()                            restarting
 *   all others   close(), destroy()                   closing
 *   closing      exit, or there is no process         ended
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  #current: Incarnation;
  #state: WorkerState = 'running';
  #restarts = 0;
  #reason: RingsnakeError | undefined;
  #failure: RingsnakeError | undefined;
  #lastDeath: RingsnakeError | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  /** A start that goes on. */
  #starting: Promise<void> | undefined;
  #next: Incarnation | undefined;
  #lastExit: WorkerExit = { exitCode: null, signal: null };
  #resolveExited: ((exit: WorkerExit) => void) | undefined;
  /** Resolves when the worker has ended for good. Never rejects. */
  readonly exited: Promise<WorkerExit>;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#current = parts.first;
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    this.#watch(parts.first);
  }

  get current(): Incarnation {
    return this.#current;
  }

  get state(): WorkerState {
    // A blocked call may know more than libuv.
    const isDying = this.#state === 'running' && !this.#current.usable;
    return isDying && this.#parts.policy !== undefined ? 'restarting' : this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Why the last process that ended did. */
  get lastDeath(): RingsnakeError | undefined {
    return this.#lastDeath;
  }

  /** Why there is no process. */
  absence(): RingsnakeError {
    return (
      this.#failure ??
      this.#current.ending ??
      new SessionClosedError('the worker is being restarted')
    );
  }

  /** How many wait for the next process. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** When a process is there, what is left of the call's time. Rejects when there will be none, or not in that time. */
  async revived(options: CallOptions): Promise<CallOptions> {
    if (this.state === 'running') return options;
    if (this.state !== 'restarting') throw this.absence();
    // Who waits keeps Node alive.
    this.#timer?.ref();
    let leave = (): void => {};
    const next = new Promise<void>((resolve, reject) => {
      const waiting = { resolve, reject };
      this.#waiting.add(waiting);
      leave = () => this.#waiting.delete(waiting);
    });
    try {
      return await patiently(next, options);
    } finally {
      leave();
      if (this.#waiting.size === 0) this.#timer?.unref();
    }
  }

  /** Ends the process in good order, then starts the next. Rejects when that does not come up: the worker has failed then. */
  async restart(times: CloseTimes): Promise<void> {
    await this.#starting?.catch(() => {});
    const isOver = this.#state === 'failed' && !this.#parts.revivable;
    if (isOver || this.#state === 'closing' || this.#state === 'ended') throw this.absence();
    clearTimeout(this.#timer);
    const old = this.#current;
    this.#state = 'restarting';
    this.#failure = undefined;
    this.#reason = new SessionClosedError('the worker was restarted');
    this.#starting = this.#replace(old, times);
    await this.#starting;
  }

  close(times: CloseTimes): Promise<WorkerExit> {
    return this.#end((incarnation) => incarnation.close(times));
  }

  destroy(): Promise<WorkerExit> {
    const reason = new SessionClosedError('the worker was destroyed');
    return this.#end((incarnation) => incarnation.destroy(reason));
  }

  #end(end: (incarnation: Incarnation) => Promise<WorkerExit>): Promise<WorkerExit> {
    if (this.#state === 'ended') return this.exited;
    clearTimeout(this.#timer);
    this.#failure = new SessionClosedError('the worker was closed');
    const wasAbsent = this.#state === 'failed' || this.#state === 'restarting';
    this.#state = 'closing';
    this.#settle(this.#failure);
    void this.#next?.destroy(this.#failure);
    if (wasAbsent && this.#starting === undefined && !this.#current.usable) this.#finish();
    else void end(this.#current);
    return this.exited;
  }

  #watch(incarnation: Incarnation): void {
    void incarnation.exited.then((exit) => this.#onExit(incarnation, exit));
  }

  #onExit(incarnation: Incarnation, exit: WorkerExit): void {
    this.#lastExit = exit;
    this.#lastDeath = incarnation.ending;
    this.#parts.onExit({ pid: incarnation.pid, ...exit });
    switch (this.#state) {
      case 'running':
        if (this.#parts.policy === undefined) this.#finish();
        else {
          this.#state = 'restarting';
          this.#reason = incarnation.ending;
          this.#restartLater(performance.now() - incarnation.startedAt);
        }
        break;
      case 'closing':
        if (this.#starting === undefined) this.#finish();
        break;
      default: // restart() waits for it
    }
  }

  /** `ranFor`: milliseconds; 0 when it did not come up. `cause`: why not. */
  #restartLater(ranFor: number, cause?: unknown): void {
    const delay = this.#parts.policy?.next(ranFor);
    if (delay === undefined) {
      const error = cause ?? this.#reason;
      const why = error instanceof Error ? error.message : String(error);
      this.#fail(
        new RestartLimitError(
          `the worker is not started any more, after ${this.#parts.policy?.limit}; the last time: ${why}`,
          { cause: error },
        ),
      );
      return;
    }
    this.#timer = setTimeout(() => {
      this.#starting = this.#startNext().catch((error: Error) => {
        if (this.#state !== 'restarting') return;
        this.#parts.onStartFailure(error);
        this.#restartLater(0, error);
      });
    }, delay);
    if (this.#waiting.size === 0) this.#timer.unref();
  }

  async #replace(old: Incarnation, times: CloseTimes): Promise<void> {
    await old.close(times);
    try {
      await this.#startNext();
    } catch (error) {
      if (this.#state === 'restarting') {
        this.#parts.onStartFailure(error as Error);
        this.#fail(error as RingsnakeError);
      }
      throw error;
    }
  }

  async #startNext(): Promise<void> {
    let next: Incarnation;
    try {
      next = await this.#parts.launch((begun) => {
        this.#next = begun;
      });
    } finally {
      this.#starting = undefined;
      this.#next = undefined;
      if (this.#state === 'closing') this.#finish();
    }
    if (this.#state !== 'restarting') {
      await next.destroy(new SessionClosedError('the worker was closed'));
      return;
    }
    this.#current = next;
    this.#state = 'running';
    this.#restarts++;
    this.#watch(next);
    this.#parts.onRestart({
      pid: next.pid,
      restarts: this.#restarts,
      reason: this.#reason as RingsnakeError,
    });
    this.#settle();
  }

  #fail(error: RingsnakeError): void {
    this.#state = 'failed';
    this.#failure = error;
    this.#settle(error);
    if (!this.#parts.revivable) this.#conclude();
  }

  #finish(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#conclude();
  }

  #conclude(): void {
    this.#parts.onEnd();
    this.#resolveExited?.(this.#lastExit);
  }

  #settle(error?: Error): void {
    for (const { resolve, reject } of this.#waiting) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }
}
