import { once } from 'node:events';
import { EmbedError, ResourceError } from '../errors.js';
import { native, pythonPath } from '../native.js';
import { closeDescriptor, controlSocketPair, socketOver } from '../ring/descriptors.js';
import type { Installation } from './installation.js';
import type { WorkerExit, WorkerPlace } from './place.js';

/** What Python's main thread runs: `-c` has put the current folder first on the path, as `-m` would. */
const PROGRAM = `
import gc
import sys
from importlib.machinery import SourceFileLoader
# Looking through what is made at the start finds nothing, and is a tenth of it. main() ends this.
gc.disable()
module = type(sys)("ringsnake_own_libraries")
SourceFileLoader(module.__name__, f"{sys.argv[1]}/ringsnake/_worker/own_libraries.py").exec_module(module)
module.keep_own_libraries()
sys.path.insert(1 if sys.path[:1] == [""] else 0, sys.argv[1])
from ringsnake._worker.embedded import main
main(int(sys.argv[2]), int(sys.argv[3]))
`;

/** How long the threads are waited for to say what they do. */
const STACK_PATIENCE_MS = 500;

/** How long a worker that was told to end at once is waited for. */
const KILL_PATIENCE_MS = 1000;

/** Starts CPython in this process, unless that very one runs already. Throws EmbedError. */
export function startInterpreter(installation: Installation): void {
  const { library, executable, version, prefix } = installation;
  const problem = native().startInterpreter(
    library,
    executable,
    version,
    prefix,
    PROGRAM,
    pythonPath,
  );
  if (problem !== '') throw new EmbedError(problem);
}

/** Stops what is typed at a prompt, as Ctrl-C does. REQUIRES: the interpreter was started. */
export function interruptPrompt(): void {
  native().askInterpreter('ctrl-c');
}

/** Workers that this thread has started. */
let started = 0;

/** A thread of this process, with a worker on it. Twin: python/ringsnake/_worker/embedded.py. */
export class WorkerThread implements WorkerPlace {
  readonly name = 'the embedded worker';
  readonly isHere = true;
  readonly pid: number = process.pid;
  readonly stderrTail = '';
  readonly exited: Promise<WorkerExit>;
  /** Among the workers of this thread. */
  readonly #number: number;
  #resolve: (exit: WorkerExit) => void = () => {};
  #patience: NodeJS.Timeout | undefined;

  private constructor(number: number) {
    this.#number = number;
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** `controlDescriptor`: the worker's end of the control socket, which is taken over. REQUIRES: the interpreter was started. */
  static start(controlDescriptor: number): WorkerThread {
    const number = started++;
    native().askInterpreter(`start ${number} ${controlDescriptor}`);
    native().forgetDescriptor(controlDescriptor);
    return new WorkerThread(number);
  }

  onControlEnd(): void {
    clearTimeout(this.#patience);
    this.#resolve({ exitCode: 0, signal: null });
  }

  /** It cannot be made to end while it is in C code: then `exited` resolves all the same, and the thread is left to itself. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#ask(signal === 'SIGTERM' ? 'stop' : 'kill');
    if (signal === 'SIGKILL')
      this.#patience ??= setTimeout(
        () => this.#resolve({ exitCode: null, signal }),
        KILL_PATIENCE_MS,
      );
  }

  interrupt(callId: number): void {
    this.#ask('interrupt', callId);
  }

  /** Python may be in C code that keeps its lock, and have more requests than it can take: what is asked again is asked again, and who is closed notices that. */
  #ask(request: 'stop' | 'kill' | 'interrupt', ...details: readonly number[]): void {
    try {
      native().askInterpreter([request, this.#number, ...details].join(' '));
    } catch (error) {
      if (!(error instanceof ResourceError)) throw error;
    }
  }

  async readStack(): Promise<string | undefined> {
    const [ours, theirs] = controlSocketPair();
    const socket = socketOver(ours, { writable: false });
    try {
      native().askInterpreter(`stacks ${theirs}`);
      native().forgetDescriptor(theirs);
    } catch {
      closeDescriptor(theirs);
      socket.destroy();
      return undefined;
    }
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    const timer = setTimeout(() => socket.destroy(), STACK_PATIENCE_MS);
    await once(socket, 'close');
    clearTimeout(timer);
    return text.trim() || undefined;
  }

  drainOutput(): boolean {
    return false;
  }

  takeLastWords(): void {}

  reference(): void {}
}
