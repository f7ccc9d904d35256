import { ControlSocket } from '../channel/control.js';
import { type ProtocolError, ResourceError } from '../errors.js';
import { closeDescriptor, controlSocketPair } from '../ring/descriptors.js';
import { RingEnd, type RingOptions, spinOf } from '../ring/ring-end.js';
import type { CallOptions } from '../session/call-options.js';
import type { Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { Incarnation } from './incarnation.js';
import { findInterpreter } from './interpreter.js';
import type { OutputTarget } from './output.js';
import { startError, WorkerProcess } from './process.js';

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
  /** Of every call. */
  readonly callOptions: CallOptions;
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
  const end = RingEnd.create(recipe.ring);
  let incarnation: Incarnation;
  try {
    incarnation = await begin(recipe, { interpreter, end });
  } catch (error) {
    end.close();
    throw error;
  }
  onBegun?.(incarnation);
  const { module, exposure, startTimeout: timeout } = recipe;
  const spin = spinOf(recipe.ring.waiting);
  await incarnation.start({ interpreter, module, exposure, timeout, spin });
  return incarnation;
}

async function begin(
  recipe: Launch,
  { interpreter, end }: { interpreter: string; end: RingEnd },
): Promise<Incarnation> {
  const [ownDescriptor, workerDescriptor] = controlSocketPair();
  // No bare descriptor outlives this turn of the event loop: nothing would close it if the thread were terminated.
  const control = new ControlSocket(ownDescriptor);
  try {
    const process = startAndClose(recipe, { interpreter, workerDescriptor });
    // In the same turn: a thread that is terminated while it waits leaves its children to the native half.
    if (process.pid !== undefined) watch(end, process.pid);
    await process.started.catch((error) => {
      process.closeOutput();
      throw startError(interpreter, error);
    });
    return new Incarnation({ ...recipe, end, control, process });
  } catch (error) {
    control.close();
    throw error;
  }
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

/** Where the kernel gives no pidfd, libuv and the alive word still tell of the worker's end, only how it ended not. */
function watch(end: RingEnd, pid: number): void {
  try {
    end.endpoint.watchPeer(pid);
  } catch (error) {
    if (!(error instanceof ResourceError)) throw error;
  }
}
