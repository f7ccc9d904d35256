import { type ChildProcess, spawn as spawnProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { StartError } from '../errors.js';
import { closeDescriptor, controlSocketPair } from '../ring/descriptors.js';
import { CONTROL_DESCRIPTOR } from '../wire/constants.gen.js';
import { forgetChild, startChild } from './children.js';
import { INTERRUPT_SIGNAL } from './escalation.js';
import { OutputPipe, type OutputTarget } from './output.js';
import type { WorkerExit, WorkerPlace } from './place.js';
import { pythonPathWithin } from './python-path.js';
import { readPythonStack } from './python-stack.js';

/** How to start the process. */
export interface ProcessOptions {
  readonly interpreter: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  /** What stands in `sys.argv`: the module, and what follows it. */
  readonly args: readonly string[];
  /** 'inherit' and 'ignore' are the system's own. */
  readonly stdout: OutputTarget | 'inherit' | 'ignore';
  /** Always read, for its last lines. */
  readonly stderr: OutputTarget;
  /** The worker's end of the control socket; stays ours. */
  readonly controlDescriptor: number;
}

/** The worker's process: its start, its output, its end. */
export class WorkerProcess implements WorkerPlace {
  readonly #child: ChildProcess;
  readonly #stderr: OutputPipe;
  readonly #stdout: OutputPipe | undefined;
  /** Resolves when the process has ended and its last words are known. Never rejects. */
  readonly exited: Promise<WorkerExit>;
  /** Rejects with StartError when the system refused to start it. */
  readonly started: Promise<void>;

  private constructor(child: ChildProcess, outputs: { stderr: OutputPipe; stdout?: OutputPipe }) {
    this.#child = child;
    this.#stderr = outputs.stderr;
    this.#stdout = outputs.stdout;
    this.exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        this.takeLastWords();
        resolve({ exitCode, signal });
      });
    });
    this.started = new Promise((resolve, reject) => {
      child.once('error', (error) => reject(error));
      child.once('spawn', () => resolve());
    });
  }

  /** Starts `python -m ringsnake MODULE ARGUMENTS`. Whether that works is told by `started`. Throws ResourceError and StartError. */
  static start(options: ProcessOptions): WorkerProcess {
    const { interpreter, cwd } = options;
    if (cwd !== undefined && !existsSync(cwd))
      throw new StartError(
        `${interpreter} could not be started: \`cwd\` is ${cwd}, which is not there`,
      );
    const ours: number[] = [];
    const theirs: number[] = [];
    const pair = (): void => {
      const [own, other] = controlSocketPair();
      ours.push(own);
      theirs.push(other);
    };
    const readsStdout = typeof options.stdout === 'object';
    let child: ChildProcess;
    try {
      pair();
      if (readsStdout) pair();
      child = startChild(() => startPython(options, theirs));
    } catch (error) {
      for (const descriptor of ours) closeDescriptor(descriptor);
      throw startError(interpreter, error);
    } finally {
      // The process has its own copies, or will never have them.
      for (const descriptor of theirs) closeDescriptor(descriptor);
    }
    const [stderr, stdout] = ours as [number, number?];
    return new WorkerProcess(child, {
      stderr: new OutputPipe(stderr, options.stderr),
      ...(stdout !== undefined &&
        typeof options.stdout === 'object' && { stdout: new OutputPipe(stdout, options.stdout) }),
    });
  }

  /** Undefined when it was not started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last lines the process wrote to stderr. */
  get stderrTail(): string {
    return this.#stderr.tail;
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  readonly isHere = false;

  get name(): string {
    return `worker ${this.pid}`;
  }

  interrupt(): void {
    this.signal(INTERRUPT_SIGNAL);
  }

  readStack(): Promise<string | undefined> {
    return readPythonStack(this);
  }

  /** Its exit, which says more, is noticed without that. */
  onControlEnd(): void {}

  /** Sends a signal that has no name. */
  signal(number: number): void {
    const { pid, exitCode, signalCode } = this.#child;
    // Until libuv has reaped it the number is its own.
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(pid, number);
  }

  /** For a blocked thread: reads output that would hold the worker up. False when there was none. */
  drainOutput(): boolean {
    const stderr = this.#stderr.drain();
    return this.#stdout?.drain() || stderr;
  }

  /** It has ended; what it had written is read now, not when libuv comes to it. */
  takeLastWords(): void {
    this.#stderr.takeRest();
    this.#stdout?.takeRest();
  }

  /** Whether the process keeps Node's event loop alive. */
  reference(keep: boolean): void {
    if (keep) this.#child.ref();
    else this.#child.unref();
    this.#stderr.reference(keep);
    this.#stdout?.reference(keep);
  }

  /** It has ended, and no endpoint watched it. */
  forget(): void {
    if (this.pid !== undefined) forgetChild(this.pid);
  }

  /** It was never there. */
  closeOutput(): void {
    this.#stderr.close();
    this.#stdout?.close();
  }
}

function startPython(options: ProcessOptions, [stderr, stdout]: readonly number[]): ChildProcess {
  const stdio: ('ignore' | 'inherit' | number)[] = [
    'ignore',
    stdout ?? (options.stdout === 'ignore' ? 'ignore' : 'inherit'),
    stderr as number,
  ];
  stdio[CONTROL_DESCRIPTOR] = options.controlDescriptor;
  return spawnProcess(options.interpreter, ['-m', 'ringsnake', ...options.args], {
    cwd: options.cwd,
    env: {
      ...options.environment,
      PYTHONPATH: pythonPathWithin(options.environment),
      PYTHONUNBUFFERED: '1',
    },
    stdio,
  });
}

/** What the system, or Node, says of a process that it does not start. */
export function startError(interpreter: string, error: unknown): Error {
  if (error instanceof StartError) return error;
  const { message } = error as Error;
  return new StartError(`${interpreter} could not be started: ${message}`, { cause: error });
}
