import { ControlSocket } from '../channel/control.js';
import type { ProtocolError } from '../errors.js';
import { closeDescriptor, controlSocketPair } from '../ring/descriptors.js';
import { checkRingOptions, RingEnd, type RingOptions, spinOf } from '../ring/ring-end.js';
import type { CallOptions } from '../session/call-options.js';
import type { Exposure } from '../session/exposure.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import type { Service } from '../session/interface.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { type EscalationTimes, INTERRUPT_SIGNAL } from './escalation.js';
import { Incarnation } from './incarnation.js';
import { findInterpreter } from './interpreter.js';
import type { OutputTarget } from './output.js';
import { startError, WorkerProcess } from './process.js';
import { workerEvents } from './worker-events.js';

/** All that it takes to start a worker, each time anew. */
export interface Launch {
  readonly python: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  /** Dotted name or absolute path. */
  readonly module: string;
  readonly args: readonly string[];
  readonly stdout: OutputTarget | 'inherit' | 'ignore';
  readonly stderr: OutputTarget;
  readonly services: readonly Service[];
  readonly types: TypeRegistry | undefined;
  /** What errors tell the other side, in both directions. */
  readonly exposure: Exposure;
  readonly previews: boolean;
  readonly validation: ValidationLevel;
  /** Of every call. */
  readonly callOptions: CallOptions;
  /** Whether both sides record how long calls take. */
  readonly latencies: boolean;
  readonly escalation: EscalationTimes;
  readonly ring: RingOptions;
  /** Milliseconds. */
  readonly startTimeout: number;
  readonly onProtocolError: (error: ProtocolError) => void;
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
  const { module, exposure, previews, validation, startTimeout: timeout, latencies } = recipe;
  const spin = spinOf(recipe.ring.waiting);
  const interruptSignal =
    recipe.escalation.interruptAfter === Number.POSITIVE_INFINITY ? undefined : INTERRUPT_SIGNAL;
  const details = {
    interpreter,
    module,
    exposure,
    previews,
    validation,
    timeout,
    spin,
    latencies,
    interruptSignal,
  };
  await incarnation.start(details);
  workerEvents.started(incarnation, module);
  return incarnation;
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
    return new Incarnation({ ...recipe, end, control, process });
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
