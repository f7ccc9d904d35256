import { dirname, isAbsolute, resolve } from 'node:path';
import { CodeWatch } from './code-watch.js';
import { graceTime } from './escalation.js';
import { type Launch, launch } from './launch.js';
import { closeTimesOf, recipeOf, warn } from './recipe.js';
import { type RestartOptions, RestartPolicy } from './restart-policy.js';
import { type RestartEvent, Supervisor } from './supervisor.js';
import { Worker } from './worker.js';
import { workerEvents } from './worker-events.js';
import type { WorkerOptions } from './worker-options.js';
import { type OutputOptions, WorkerOutput } from './worker-output.js';

/** How to start a worker in a process of its own. Durations in milliseconds. */
export interface SpawnOptions extends WorkerOptions, OutputOptions {
  /** Environment variables added to this process's; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The worker's current folder. Default: this process's. */
  readonly cwd?: string;
  /**
   * How long a handler may go on after its call was aborted or timed out, until the process is killed: all its open calls are rejected with WorkerExitedError, which says why, and `restart` applies. Default: Infinity.
   */
  readonly killAfter?: number;
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
  /** Another process is up in its place. */
  readonly onRestart?: (event: RestartEvent) => void;
}

/**
 * Starts a Python process, imports `module` in it and returns once the module is there.
 *
 * Rejects with InterpreterNotFoundError, ModuleImportError, StartTimeoutError, WorkerExitedError, NativeBuildError,
 * HandshakeError or ResourceError. The worker ends when this process does, however it ends.
 */
export async function spawn(options: SpawnOptions): Promise<Worker> {
  const output = new WorkerOutput(options);
  const policy = policyOf(options.restart);
  const recipe = launchOf(options, output);
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
  const closeTimes = closeTimesOf(options);
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

function launchOf(options: SpawnOptions, output: WorkerOutput): Launch {
  return {
    ...recipeOf(options),
    environment: {
      ...process.env,
      // Python takes its compiled file for fresh if a change came in the same second and left the size as it was.
      ...(options.watch && { PYTHONDONTWRITEBYTECODE: '1' }),
      ...options.env,
    },
    cwd: options.cwd,
    stdout: output.stdoutTarget,
    stderr: output.stderrTarget,
    escalation: {
      interruptAfter: graceTime('interruptAfter', options.interruptAfter),
      killAfter: graceTime('killAfter', options.killAfter),
    },
  };
}

function policyOf(restart: boolean | RestartOptions = false): RestartPolicy | undefined {
  if (restart === false) return undefined;
  return new RestartPolicy(restart === true ? {} : restart);
}
