import { type ChildProcess, spawn as spawnProcess } from 'node:child_process';
import { delimiter } from 'node:path';
import { StartError } from '../errors.js';
import { pythonPath } from '../native.js';
import { CONTROL_DESCRIPTOR } from '../wire/constants.gen.js';
import { TextTail } from './text-tail.js';

/** Bytes of stderr kept for error messages. */
const STDERR_TAIL = 8 * 1024;
/** After the exit, how long its last words on stderr are waited for: a forked grandchild may hold the pipe open. */
const LAST_WORDS_MS = 20;

/** How a worker process ended. */
export interface WorkerExit {
  readonly exitCode: number | null;
  /** Such as `SIGKILL`. */
  readonly signal: string | null;
}

/** How to start the process. */
export interface ProcessOptions {
  readonly interpreter: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  /** The worker's end of the control socket; stays ours. */
  readonly controlDescriptor: number;
}

/** The worker's process: its start, its stderr, its end. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #stderr = new TextTail(STDERR_TAIL);
  /** Resolves when the process has ended and its last words are known. Never rejects. */
  readonly exited: Promise<WorkerExit>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', (exitCode, signal) => {
        const finish = (): void => {
          clearTimeout(timer);
          resolve({ exitCode, signal });
        };
        const timer = setTimeout(finish, LAST_WORDS_MS);
        child.once('close', finish);
      });
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr.push(chunk);
      process.stderr.write(chunk);
    });
  }

  /** Starts `python -m ringsnake`. Rejects with StartError when the system refuses. */
  static start(options: ProcessOptions): Promise<WorkerProcess> {
    const inherited = options.environment['PYTHONPATH'];
    const child = spawnProcess(options.interpreter, ['-m', 'ringsnake'], {
      cwd: options.cwd,
      env: {
        ...options.environment,
        PYTHONPATH: inherited ? `${pythonPath}${delimiter}${inherited}` : pythonPath,
        PYTHONUNBUFFERED: '1',
      },
      stdio: controlStdio(options.controlDescriptor),
    });
    return new Promise((resolve, reject) => {
      child.once('error', (error) => {
        reject(
          new StartError(`${options.interpreter} could not be started: ${error.message}`, {
            cause: error,
          }),
        );
      });
      child.once('spawn', () => resolve(new WorkerProcess(child)));
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The last lines the process wrote to stderr. */
  get stderrTail(): string {
    return this.#stderr.toString();
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Whether the process keeps Node's event loop alive. */
  reference(keep: boolean): void {
    const stderr = this.#child.stderr as unknown as { ref(): void; unref(): void } | null;
    if (keep) {
      this.#child.ref();
      stderr?.ref();
    } else {
      this.#child.unref();
      stderr?.unref();
    }
  }
}

function controlStdio(controlDescriptor: number): ('ignore' | 'inherit' | 'pipe' | number)[] {
  const stdio: ('ignore' | 'inherit' | 'pipe' | number)[] = ['ignore', 'inherit', 'pipe'];
  stdio[CONTROL_DESCRIPTOR] = controlDescriptor;
  return stdio;
}
