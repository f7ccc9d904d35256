import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProtocolError } from '../errors.js';
import { exposedObjectsService, objectsService } from '../proxies/service.js';
import type { Waiting } from '../ring/ring-end.js';
import { mergedOptions } from '../session/call-options.js';
import { EXPOSURES, type Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import { VALIDATION_LEVELS, type ValidationLevel } from '../wire/validation-level.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { CodeWatch } from './code-watch.js';
import { type Launch, launch } from './launch.js';
import { type RestartOptions, RestartPolicy } from './restart-policy.js';
import { type ExitEvent, type RestartEvent, Supervisor } from './supervisor.js';
import { Worker } from './worker.js';
import { workerEvents } from './worker-events.js';
import { type OutputOptions, WorkerOutput } from './worker-output.js';

/** How to start a worker. Durations in milliseconds. */
export interface SpawnOptions extends OutputOptions {
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
  /** Environment variables added to this process's; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The worker's current folder. Default: this process's. */
  readonly cwd?: string;
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
  /**
   * How long a handler may go on after its call was aborted or timed out; then `ringsnake.Interrupted` is raised in it. That reaches Python's code and what sleeps
   * there, not C code that computes, nor a thread of the pool that sleeps. Default: Infinity.
   */
  readonly interruptAfter?: number;
  /**
   * The same, until the process is killed: all its open calls are rejected with WorkerExitedError, which says why, and `restart` applies. Default: Infinity.
   */
  readonly killAfter?: number;
  /** How long the module may take to import. Default: 30,000. */
  readonly startTimeout?: number;
  /** How long running calls may take when the worker is closed; then it gets SIGTERM. Default: 5,000. */
  readonly closeTimeout?: number;
  /** How long it may take after SIGTERM; then it gets SIGKILL. Default: 2,000. */
  readonly terminateTimeout?: number;
  /**
   * Start the worker again when its process dies; true: as `RestartOptions` says by default. Its open calls are rejected and never made
   * again; its clients go on with the next process. Default: false.
   */
  readonly restart?: boolean | RestartOptions;
  /**
   * For development: when a Python file in the folder of the module or below it changes (for a dotted name: in the worker's current
   * folder), the worker ends in good order and starts again with the new code. If that does not import, calls are rejected with the
   * reason, which is also a process warning, until the next change. Default: false.
   */
  readonly watch?: boolean;
  /** A process has ended, for whatever reason. */
  readonly onExit?: (event: ExitEvent) => void;
  /** Another process is up in its place. */
  readonly onRestart?: (event: RestartEvent) => void;
  /**
   * Told of a harmless breach of protocol, such as an answer to a call that is not open.
   * Default: a process warning with the error's code.
   */
  readonly onProtocolError?: (error: ProtocolError) => void;
}

const START_TIMEOUT = 30_000;
const CLOSE_TIMEOUT = 5_000;
const TERMINATE_TIMEOUT = 2_000;

/**
 * Starts a Python process, imports `module` in it and returns once the module is there.
 *
 * Rejects with InterpreterNotFoundError, ModuleImportError, StartTimeoutError, WorkerExitedError, NativeBuildError,
 * HandshakeError or ResourceError. The worker ends when this process does, however it ends.
 */
export async function spawn(options: SpawnOptions): Promise<Worker> {
  const output = new WorkerOutput(options);
  const policy = policyOf(options.restart);
  const recipe = recipeOf(options, output);
  const supervisor = new Supervisor({
    first: await launch(recipe),
    policy,
    revivable: options.watch ?? false,
    launch: (onBegun) => launch(recipe, onBegun),
    onExit: (event) => {
      workerEvents.exited(event);
      options.onExit?.(event);
    },
    onRestart: (event) => {
      workerEvents.restarted(event);
      options.onRestart?.(event);
    },
    onStartFailure: warn,
    onEnd: () => output.end(),
  });
  const closeTimes = {
    timeout: options.closeTimeout ?? CLOSE_TIMEOUT,
    terminateTimeout: options.terminateTimeout ?? TERMINATE_TIMEOUT,
  };
  const watch = options.watch
    ? new CodeWatch(
        isAbsolute(recipe.module) ? dirname(recipe.module) : resolve(recipe.cwd ?? '.'),
        {
          // What goes wrong was told by onStartFailure.
          onChange: () => supervisor.restart(closeTimes).catch(() => {}),
          onProblem: warn,
        },
      )
    : undefined;
  const { callOptions } = recipe;
  const stopWatching = (): void => watch?.close();
  return new Worker({ supervisor, output, closeTimes, callOptions, stopWatching });
}

function recipeOf(options: SpawnOptions, output: WorkerOutput): Launch {
  return {
    python: options.python,
    environment: {
      ...process.env,
      // Python takes its compiled file for fresh if a change came in the same second and left the size as it was.
      ...(options.watch && { PYTHONDONTWRITEBYTECODE: '1' }),
      ...options.env,
    },
    cwd: options.cwd,
    module: moduleName(options.module),
    args: options.args ?? [],
    stdout: output.stdoutTarget,
    stderr: output.stderrTarget,
    services: [
      ...(options.serves ?? []),
      options.exposeJavaScript ? exposedObjectsService : objectsService,
    ],
    types: options.types,
    exposure: exposureOf(options.exposeErrors),
    previews: options.valuePreviews ?? true,
    validation: validationOf(options.validation),
    callOptions: mergedOptions({}, { timeout: options.timeout }),
    latencies: options.statistics ?? false,
    escalation: {
      interruptAfter: graceTime('interruptAfter', options.interruptAfter),
      killAfter: graceTime('killAfter', options.killAfter),
    },
    ring: options,
    startTimeout: options.startTimeout ?? START_TIMEOUT,
    onProtocolError: options.onProtocolError ?? warn,
  };
}

function exposureOf(exposure: Exposure = 'full'): Exposure {
  if (EXPOSURES.includes(exposure)) return exposure;
  throw new RangeError(`exposeErrors is '${exposure}', not one of ${EXPOSURES.join(', ')}`);
}

function validationOf(level: ValidationLevel = 'full'): ValidationLevel {
  if (VALIDATION_LEVELS.includes(level)) return level;
  throw new RangeError(`validation is '${level}', not one of ${VALIDATION_LEVELS.join(', ')}`);
}

function graceTime(name: string, milliseconds = Number.POSITIVE_INFINITY): number {
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  throw new RangeError(`\`${name}\` is a number of milliseconds, or Infinity`);
}

function policyOf(restart: boolean | RestartOptions = false): RestartPolicy | undefined {
  if (restart === false) return undefined;
  return new RestartPolicy(restart === true ? {} : restart);
}

function warn(error: Error): void {
  process.emitWarning(error.message, {
    type: error.name,
    code: (error as Partial<ProtocolError>).code ?? '',
  });
}

function moduleName(module: string | URL = ''): string {
  if (module instanceof URL || module.startsWith('file:')) return fileURLToPath(module);
  const isPath = module.endsWith('.py') || module.includes('/');
  return isPath && !isAbsolute(module) ? resolve(module) : module;
}
