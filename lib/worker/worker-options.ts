import type { ProtocolError } from '../errors.js';
import type { Waiting } from '../ring/ring-end.js';
import type { Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { ExitEvent } from './supervisor.js';

/** How to start a worker, in whatever place. Durations in milliseconds. */
export interface WorkerOptions {
  /**
   * What to import: a path ending in `.py` (from the current folder), a file URL, or the dotted name of a module. Default: nothing, which suffices for
   * `worker.py`.
   */
  readonly module?: string | URL;
  /**
   * An interpreter (a path, or a name on PATH such as `python3.12`), or the folder of a venv or conda environment. Default: the active
   * one (`VIRTUAL_ENV`, else `CONDA_PREFIX`), else `python3`.
   */
  readonly python?: string;
  /** What follows the module in Python's `sys.argv`. Default: nothing. */
  readonly args?: readonly string[];
  /** What this side serves to the worker. Default: nothing. */
  readonly serves?: readonly Service[];
  /** Bytes each way, a power of two from 64 KiB to 1 GiB; a message takes at most half. Default: 4 MiB. */
  readonly ringCapacity?: number;
  /** Bytes that either side may have in bulk segments, which carry what is larger than half a ring. Default: 1 GiB. */
  readonly bulkLimit?: number;
  /**
   * From so many bytes on an array or bytes go by reference, in both directions: they cross without a copy in the ring, and arrive
   * as a view of shared memory; see `release`. At least 4 KiB; Infinity: never. Default: 32 KiB.
   */
  readonly bulkThreshold?: number;
  /**
   * False: what the worker sends is copied before it is checked, arrays and bytes that come by reference too, so that nothing changes after
   * it was found to be right. For workers that run what nobody vouches for. Default: true.
   */
  readonly trusted?: boolean;
  /** Your own types (`ringsnake/values`), in values that no interface declares: the `details` of errors. Default: none. */
  readonly types?: TypeRegistry;
  /**
   * What an error tells the other side, in both directions: all of it; only its class and message (no stack, cause, notes, group or `details`);
   * or only its class. The errors that an interface declares always have their message and fields, those of ringsnake their message. Default: 'full'.
   */
  readonly exposeErrors?: Exposure;
  /**
   * Let the worker use the JavaScript of this process without an interface: `from ringsnake import js`. It can do all that this process can then, such as
   * to read its files and its secrets. Without it, it can only call the functions that it is given. Default: false.
   */
  readonly exposeJavaScript?: boolean;
  /**
   * Whether errors about values that do not fit show the beginning of those: `got string "Ada"`. False, for secrets: `got string`, on both sides. The
   * names of members are shown either way. Default: true.
   */
  readonly valuePreviews?: boolean;
  /**
   * How closely both sides look at what arrives. 'shape': kinds, and that all is there, but not which of a few values it is, the form of a text, or
   * whether a number is whole. 'off': as little as it takes to read it; its types are what the other side says. Neither gains much: reading and
   * checking are one. Default: 'full'.
   */
  readonly validation?: ValidationLevel;
  /** Milliseconds that each call may take, unless it is told otherwise; see `CallOptions`. Default: no limit. */
  readonly timeout?: number;
  /**
   * Record how long calls take, on both sides: `latencies` in `worker.statistics()` and in Python's `ringsnake.statistics()`. Costs some
   * 0.1 µs for each call here, and more in Python. Default: false.
   */
  readonly statistics?: boolean;
  /** How both sides wait before they sleep; see `Waiting`. Default: 'adaptive'. */
  readonly waiting?: Waiting;
  /** How long the module may take to import. Default: 30,000. */
  readonly startTimeout?: number;
  /** How long running calls may take when the worker is closed; then it gets SIGTERM. Default: 5,000. */
  readonly closeTimeout?: number;
  /** How long it may take after SIGTERM; then it gets SIGKILL. Default: 2,000. */
  readonly terminateTimeout?: number;
  /**
   * How long a handler may go on after its call was aborted or timed out; then `ringsnake.Interrupted` is raised in it. That reaches Python's code and, where the
   * worker has a process, what sleeps in its loop; not C code that computes, nor another thread that sleeps. Default: Infinity.
   */
  readonly interruptAfter?: number;
  /** A process has ended, for whatever reason. */
  readonly onExit?: (event: ExitEvent) => void;
  /**
   * Told of a harmless breach of protocol, such as an answer to a call that is not open.
   * Default: a process warning with the error's code.
   */
  readonly onProtocolError?: (error: ProtocolError) => void;
}
