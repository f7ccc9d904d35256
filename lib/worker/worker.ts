import type { Readable } from 'node:stream';
import { BackpressureError, type RingsnakeError } from '../errors.js';
import { guestOf } from '../proxies/guest.js';
import { Python } from '../proxies/python.js';
import { type ArrayClass, allocateArray } from '../ring/shared-array.js';
import { type CallOptions, mergedOptions } from '../session/call-options.js';
import type { ClientClass } from '../session/interface.js';
import type { HandleStatistics } from '../session/objects.js';
import type { Session } from '../session/session.js';
import type { CloseTimes } from './incarnation.js';
import type { WorkerExit } from './place.js';
import { residentBytes, type WorkerState, type WorkerStatistics } from './statistics.js';
import { type SessionSource, SupervisedCaller } from './supervised-caller.js';
import type { Supervisor } from './supervisor.js';
import type { WorkerOutput } from './worker-output.js';

/** Calls that may wait for the next process, while one is started. */
const WAITING_MAX = 10_000;

const NO_HANDLES: HandleStatistics = { exported: {}, imported: {} };

/** How long a worker may take to end. Durations in milliseconds. */
export interface CloseOptions {
  /** For its running calls; then it is told to end (SIGTERM). Default: `closeTimeout` of `spawn()`. */
  readonly timeout?: number;
  /** For what it does about SIGTERM; then it is killed. Default: `terminateTimeout` of `spawn()`. */
  readonly terminateTimeout?: number;
}

interface WorkerParts {
  readonly supervisor: Supervisor;
  readonly output: WorkerOutput;
  readonly closeTimes: CloseTimes;
  /** Of every call. */
  readonly callOptions: CallOptions;
  /** Stops watching the code. */
  readonly stopWatching: () => void;
}

/**
 * A Python process and the session with it. Made by `spawn()`. With `restart` or `watch` another process may take the place of one that
 * ended; worker and clients stay the same. How it goes from state to state: `Supervisor`.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #supervisor: Supervisor;
  readonly #source: SessionSource;
  #python: Python | undefined;

  /** For `spawn()` only. */
  constructor(parts: WorkerParts) {
    this.#parts = parts;
    this.#supervisor = parts.supervisor;
    this.#source = new SupervisedSource(parts);
  }

  /** The id of the process of the moment, or of the last one. */
  get pid(): number {
    return this.#supervisor.current.pid;
  }

  get state(): WorkerState {
    return this.#supervisor.state;
  }

  /** Resolves with the end of the last process when there will be no other, for whatever reason. Never rejects. */
  get exited(): Promise<WorkerExit> {
    return this.#supervisor.exited;
  }

  /** What the worker writes to stdout, with `stdout: 'pipe'`; else null. Who does not read it holds the worker up. */
  get stdout(): Readable | null {
    return this.#parts.output.stdout;
  }

  /** What the worker writes to stderr, with `stderr: 'pipe'`; else null. Who does not read it holds the worker up. */
  get stderr(): Readable | null {
    return this.#parts.output.stderr;
  }

  /**
   * A client for an interface that the worker serves; see `Session.client`. It outlives restarts: a call that was made before is
   * rejected and never sent again, one that is made while there is no process waits for the next (a synchronous one is refused).
   */
  client<Client>(clientClass: ClientClass<Client>, options: CallOptions = {}): Client {
    const merged = mergedOptions(this.#source.callOptions, options);
    const caller = new SupervisedCaller(this.#source, clientClass.definition, merged);
    caller.current();
    return new clientClass(caller);
  }

  /**
   * Python without an interface: `const np = await worker.py.import('numpy')`. Objects of a process do not outlive it; what begins with none, such as
   * an import, waits while there is no process for the next, as calls of clients do.
   */
  get py(): Python {
    this.#python ??= new Python({
      current: () => guestOf(this.#session()),
      next: (options) => this.#next(options),
    });
    return this.#python;
  }

  /** Undefined: there is a process, or there will be none. */
  #next(options: CallOptions): Promise<CallOptions> | undefined {
    if (this.#source.session !== undefined || this.state !== 'restarting') return undefined;
    return this.#source.revived(mergedOptions(this.#source.callOptions, options));
  }

  #session(): Session {
    const { session } = this.#source;
    if (session === undefined) throw this.#source.absence();
    return session;
  }

  /** How many objects and functions are in use across the session, by the name of their type. */
  handles(): HandleStatistics {
    return this.#source.session?.handles() ?? NO_HANDLES;
  }

  /**
   * An array in shared memory: filled and passed to a call, it crosses without a copy, from `bulkThreshold` bytes on. After that it is
   * empty: the memory is the worker's. Throws BackpressureError when too much of it is in use; see `release`.
   */
  allocate<Made extends ArrayBufferView>(kind: ArrayClass<Made>, length: number): Made {
    this.#session().mustBeOpen();
    return allocateArray(this.#supervisor.current.end, kind, length);
  }

  /**
   * Milliseconds until Python's event loop has answered. Rejects with CallTimeoutError when it does not within `timeout` milliseconds
   * (default: for ever), as when a handler holds it up, and with why there is no process.
   */
  ping({ timeout }: { readonly timeout?: number } = {}): Promise<number> {
    const { session } = this.#source;
    if (session === undefined) return Promise.reject(this.#source.absence());
    return session.ping(timeout);
  }

  /** What is known of it, at this moment. */
  statistics(): WorkerStatistics {
    const { current, state, restarts } = this.#supervisor;
    return {
      pid: current.pid,
      state,
      restarts,
      startedAt: current.startedOn,
      uptime: performance.now() - current.startedAt,
      residentBytes: residentBytes(current.pid),
      ring: current.end.endpoint.statistics(),
      session: current.session.statistics(),
      lastDeath: this.#supervisor.lastDeath ?? null,
    };
  }

  /**
   * What Python is doing in the worker at this moment, also while it computes or hangs: the stacks of its threads, the most recent call
   * first. Null when there is no process, or the system lets nobody look.
   */
  async pythonStack(): Promise<string | null> {
    return (await this.#supervisor.current.pythonStack()) ?? null;
  }

  /**
   * Ends the process in good order, as `close` does, and starts another in its place. Calls made meanwhile wait for that one. Rejects as
   * `spawn()` does if it does not come up; the worker has failed then.
   */
  restart(options: CloseOptions = {}): Promise<void> {
    return this.#supervisor.restart({ ...this.#parts.closeTimes, ...options });
  }

  /**
   * Ends the worker in good order: it finishes running calls, then exits; when that takes too long, it is told to (SIGTERM), and at last
   * killed. Calls still open then reject with SessionClosedError. May be called again; resolves when the process has ended.
   */
  close(options: CloseOptions = {}): Promise<WorkerExit> {
    this.#parts.stopWatching();
    return this.#supervisor.close({ ...this.#parts.closeTimes, ...options });
  }

  /** Ends the worker at once, whatever it does. Open calls reject with SessionClosedError. */
  destroy(): Promise<WorkerExit> {
    this.#parts.stopWatching();
    return this.#supervisor.destroy();
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A class: V8 looks up a getter of an object literal each time, and this one is in the way of every call. */
class SupervisedSource implements SessionSource {
  readonly callOptions: CallOptions;
  readonly #supervisor: Supervisor;

  constructor({ supervisor, callOptions }: WorkerParts) {
    this.callOptions = callOptions;
    this.#supervisor = supervisor;
  }

  get session(): Session | undefined {
    const { state, current } = this.#supervisor;
    return state === 'restarting' || state === 'failed' ? undefined : current.session;
  }

  async revived(options: CallOptions): Promise<CallOptions> {
    if (this.#supervisor.waiting >= WAITING_MAX)
      throw new BackpressureError(
        `${WAITING_MAX} calls already wait for the worker to be started again`,
      );
    return await this.#supervisor.revived(options);
  }

  absence(): RingsnakeError {
    return this.#supervisor.absence();
  }
}
