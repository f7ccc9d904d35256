import { availableParallelism } from 'node:os';
import type { OutputMode } from '../worker/output.js';
import type { RestartOptions } from '../worker/restart-policy.js';
import type { SpawnOptions } from '../worker/spawn.js';

/** When a member's process is replaced by a new one, although nothing is wrong with it. One member at a time. */
export interface RenewOptions {
  /** After so many calls. Default: never. */
  readonly calls?: number;
  /** When so many MiB of memory are resident, shared ones included. Looked at once in `memoryInterval`. Default: never. */
  readonly memory?: number;
  /** Milliseconds. Default: 1,000. */
  readonly memoryInterval?: number;
  /** By what share of itself a limit is lowered at random for each process, so that not all are due at once: from 0 to 1. Default: 0.1. */
  readonly jitter?: number;
  /**
   * True: the new process is up before the old one gets no more calls, so for a while there is one process more. False: the old one ends
   * first, so for a while there is one fewer. Default: true.
   */
  readonly overlap?: boolean;
}

/** How to start a pool, and each worker in it. */
export interface PoolOptions extends Omit<SpawnOptions, 'restart' | 'watch' | 'stdout' | 'stderr'> {
  /** As for `spawn()`; not 'pipe', for there are many of them. Default: 'inherit'. */
  readonly stdout?: Exclude<OutputMode, 'pipe'>;
  /** The same. */
  readonly stderr?: Exclude<OutputMode, 'pipe'>;
  /** How many processes. Default: as many as this process has CPUs. */
  readonly workers?: number;
  /** Calls that one member may have at a time; more wait in the queue. Default: 16. */
  readonly concurrency?: number;
  /** Calls that may wait; more are rejected with PoolFullError. Default: 10,000. */
  readonly queueLimit?: number;
  /** How long a call may wait, in milliseconds, before it is rejected with QueueTimeoutError. Default: Infinity. */
  readonly queueTimeout?: number;
  /** How a member that died is started again. Default: as in `RestartOptions`. */
  readonly restart?: RestartOptions;
  /** When processes are replaced by new ones. Default: never. */
  readonly renew?: RenewOptions;
  /** How long calls may take to finish, in milliseconds, when the pool closes or a process is replaced. Default: 30,000. */
  readonly drainTimeout?: number;
}

/** The options with their defaults. */
export interface PoolPlan {
  readonly workers: number;
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly queueTimeout: number;
  readonly drainTimeout: number;
  readonly restart: RestartOptions;
  readonly renew: Required<RenewOptions>;
  /** For each worker. */
  readonly spawn: SpawnOptions;
}

/** Throws RangeError or TypeError. */
export function planOf(options: PoolOptions): PoolPlan {
  const {
    workers = availableParallelism(),
    concurrency = 16,
    queueLimit = 10_000,
    queueTimeout = Number.POSITIVE_INFINITY,
    drainTimeout = 30_000,
    restart = {},
    renew: {
      calls = Number.POSITIVE_INFINITY,
      memory = Number.POSITIVE_INFINITY,
      memoryInterval = 1_000,
      jitter = 0.1,
      overlap = true,
    } = {},
    ...spawn
  } = options;
  if (!Number.isInteger(workers)) throw new RangeError('`workers` is an integer, at least 1');
  for (const output of ['stdout', 'stderr'] as const)
    if ((options as SpawnOptions)[output] === 'pipe')
      throw new TypeError(`\`${output}: 'pipe'\` is for one worker: take 'lines' for a pool`);
  const renew = { calls, memory, memoryInterval, jitter, overlap };
  mustBe({ workers, concurrency, 'renew.calls': calls }, 1);
  mustBe({ queueLimit, queueTimeout, drainTimeout, 'renew.memory': memory, memoryInterval }, 0);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError('`renew.jitter` is from 0 to 1');
  return { workers, concurrency, queueLimit, queueTimeout, drainTimeout, restart, renew, spawn };
}

function mustBe(values: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(values))
    if (!(typeof value === 'number' && value >= least))
      throw new RangeError(`\`${name}\` is a number, at least ${least}`);
}
