import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlSocket } from '../channel/control.js';
import type { ProtocolError } from '../errors.js';
import { closeDescriptor, controlSocketPair } from '../ring/descriptors.js';
import { RingEnd, spinOf, type Waiting } from '../ring/ring-end.js';
import { mergedOptions } from '../session/call-options.js';
import type { Service } from '../session/interface.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { findInterpreter } from './interpreter.js';
import { type ProcessOptions, WorkerProcess } from './process.js';
import { Worker } from './worker.js';

/** How to start a worker. */
export interface SpawnOptions {
  /** What to import: a path ending in `.py` (from the current folder), a file URL, or the dotted name of a module. */
  readonly module: string | URL;
  /** An interpreter, or the folder of a venv. Default: the active venv (`VIRTUAL_ENV`), else `python3`. */
  readonly python?: string;
  /** What this side serves to the worker. Default: nothing. */
  readonly serves?: readonly Service[];
  /** Environment variables added to this process's. */
  readonly env?: Readonly<Record<string, string>>;
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
  /** Milliseconds that each call may take, unless it is told otherwise; see `CallOptions`. Default: no limit. */
  readonly timeout?: number;
  /** How both sides wait before they sleep; see `Waiting`. Default: 'adaptive'. */
  readonly waiting?: Waiting;
  /** How long the module may take to import, in milliseconds. Default: 30,000. */
  readonly startTimeout?: number;
  /**
   * Told of a harmless breach of protocol, such as an answer to a call that is not open.
   * Default: a process warning with the error's code.
   */
  readonly onProtocolError?: (error: ProtocolError) => void;
}

const START_TIMEOUT = 30_000;

/**
 * Starts a Python process, imports `module` in it and returns once the module is there.
 *
 * Rejects with InterpreterNotFoundError, ModuleImportError, StartTimeoutError, WorkerExitedError, NativeBuildError,
 * HandshakeError or ResourceError. The worker ends when this process does, however it ends.
 */
export async function spawn(options: SpawnOptions): Promise<Worker> {
  const environment = { ...process.env, ...options.env };
  const interpreter = findInterpreter(options.python, environment);
  const end = RingEnd.create(options);
  let descriptors: [number, number];
  try {
    descriptors = controlSocketPair();
  } catch (error) {
    end.close();
    throw error;
  }
  const [ownDescriptor, workerDescriptor] = descriptors;
  // No bare descriptor outlives this turn of the event loop: nothing would close it if the thread were terminated.
  const control = new ControlSocket(ownDescriptor);
  let workerProcess: WorkerProcess;
  try {
    workerProcess = await startAndClose({
      interpreter,
      environment,
      cwd: options.cwd,
      controlDescriptor: workerDescriptor,
    });
  } catch (error) {
    end.close();
    control.close();
    throw error;
  }
  const worker = new Worker({
    end,
    control,
    process: workerProcess,
    services: options.serves ?? [],
    types: options.types,
    callOptions: mergedOptions({}, { timeout: options.timeout }),
    onProtocolError:
      options.onProtocolError ??
      ((error) => process.emitWarning(error.message, { code: error.code, type: error.name })),
  });
  await worker.start({
    interpreter,
    module: moduleName(options.module),
    timeout: options.startTimeout ?? START_TIMEOUT,
    spin: spinOf(options.waiting),
  });
  return worker;
}

/** The process has its own copy of the descriptor, or will never have one. */
function startAndClose(options: ProcessOptions): Promise<WorkerProcess> {
  try {
    return WorkerProcess.start(options);
  } finally {
    closeDescriptor(options.controlDescriptor);
  }
}

function moduleName(module: string | URL): string {
  if (module instanceof URL || module.startsWith('file:')) return fileURLToPath(module);
  const isPath = module.endsWith('.py') || module.includes('/');
  return isPath && !isAbsolute(module) ? resolve(module) : module;
}
