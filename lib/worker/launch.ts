import { ControlSocket } from '../channel/control.js';
import { closeDescriptor, controlSocketPair } from '../ring/descriptors.js';
import { checkRingOptions, RingEnd, type RingOptions, spinOf } from '../ring/ring-end.js';
import { type EscalationTimes, INTERRUPT_SIGNAL } from './escalation.js';
import type { StartDetails } from './handshake.js';
import { Incarnation } from './incarnation.js';
import { findInterpreter } from './interpreter.js';
import type { OutputTarget } from './output.js';
import { startError, WorkerProcess } from './process.js';
import type { Recipe } from './recipe.js';
import { workerEvents } from './worker-events.js';

/** All that it takes to start a worker in a process. */
export interface Launch extends Recipe {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  readonly stdout: OutputTarget | 'inherit' | 'ignore';
  readonly stderr: OutputTarget;
  readonly escalation: EscalationTimes;
}

/** Starts a process, and resolves once the module is imported; `onBegun` gets it before that. Rejects as `spawn()` does; then nothing is left of it. */
export async function launch(
  recipe: Launch,
  onBegun?: (incarnation: Incarnation) => void,
): Promise<Incarnation> {
  const interpreter = findInterpreter(recipe.python, recipe.environment);
  checkRingOptions(recipe.ring);
  const incarnation = await begin(recipe, interpreter);
  onBegun?.(incarnation);
  const interruptSignal =
    recipe.escalation.interruptAfter === Number.POSITIVE_INFINITY ? undefined : INTERRUPT_SIGNAL;
  await incarnation.start({ ...startDetails(recipe, interpreter), interruptSignal });
  workerEvents.started(incarnation, recipe.module);
  return incarnation;
}

/** What the worker is told at its start, wherever it lives. */
export function startDetails(
  recipe: Recipe,
  interpreter: string,
): Omit<StartDetails, 'services' | 'interruptSignal'> {
  const { module, exposure, previews, validation, startTimeout: timeout, latencies } = recipe;
  const spin = spinOf(recipe.ring.waiting);
  return { interpreter, module, exposure, previews, validation, timeout, spin, latencies };
}

async function begin(recipe: Launch, interpreter: string): Promise<Incarnation> {
  const [ownDescriptor, workerDescriptor] = controlSocketPair();
  const control = new ControlSocket(ownDescriptor);
  let end: RingEnd | undefined;
  try {
    const process = startAndClose(recipe, { interpreter, workerDescriptor });
    end = await endBeside(process, recipe.ring);
    await process.started.catch((error) => {
      process.closeOutput();
      throw startError(interpreter, error);
    });
    return new Incarnation({ ...recipe, end, control, place: process });
  } catch (error) {
    end?.close();
    control.close();
    throw error;
  }
}

/** Makes the rings while Python comes up: that takes them milliseconds. Rejects when it cannot; then the process has ended. */
function endBeside(process: WorkerProcess, options: RingOptions): RingEnd | Promise<never> {
  try {
    const end = RingEnd.create(options);
    // In the same turn: a thread that is terminated while it waits leaves its children to the native half.
    if (process.pid !== undefined) end.endpoint.watchPeer(process.pid);
    return end;
  } catch (error) {
    return abandon(process, error);
  }
}

async function abandon(process: WorkerProcess, reason: unknown): Promise<never> {
  const isThere = await process.started.then(
    () => true,
    () => false,
  );
  if (isThere) {
    process.kill('SIGKILL');
    await process.exited;
    process.forget();
  } else process.closeOutput();
  throw reason;
}

function startAndClose(
  recipe: Launch,
  { interpreter, workerDescriptor }: { interpreter: string; workerDescriptor: number },
): WorkerProcess {
  const { environment, cwd, module, args, stdout, stderr } = recipe;
  try {
    return WorkerProcess.start({
      interpreter,
      environment,
      cwd,
      args: [module, ...args],
      stdout,
      stderr,
      controlDescriptor: workerDescriptor,
    });
  } finally {
    closeDescriptor(workerDescriptor);
  }
}
