/** Python's prompt, on this side. Twin: python/ringsnake/_repl/console.py. */
import { setTimeout } from 'node:timers/promises';
import type { Worker } from '../worker/worker.js';
import { interruptPython } from './start-python.js';

/** What becomes of a line, of either language. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'value'; readonly value: unknown }
  /** More lines are needed. */
  | { readonly kind: 'more' }
  /** Whoever typed it wants to leave. */
  | { readonly kind: 'left'; readonly code: number }
  /** Ready to be shown. */
  | { readonly kind: 'failed'; readonly text: string };

// biome-ignore lint/suspicious/noExplicitAny: an object of Python's.
type Any = any;

/** Milliseconds between two looks at whether it has been started again. */
const RESTART_PAUSE = 20;

const DONE = '';
const MORE = '+';
const LEFT = 'x';

/** Runs lines of Python. */
export class PythonConsole {
  readonly #worker: Worker;
  /** Of which process the console is. */
  #pid: number | undefined;
  #console: Any;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Makes it, where Python has been started since the last time. */
  async ready(): Promise<void> {
    while (this.#worker.state === 'restarting') await setTimeout(RESTART_PAUSE);
    const { py, pid } = this.#worker;
    if (this.#console !== undefined && this.#pid === pid) return;
    const module: Any = await py.import('ringsnake._repl.console');
    this.#console = await module.Console(py.eval('globals()'));
    this.#pid = pid;
    await this.#console.listen();
  }

  /** `source` has all lines that were not complete without the last; that one without its end. */
  async push(source: string): Promise<Outcome> {
    await this.ready();
    const answer: string = await this.#console.push(source);
    if (answer === DONE) return { kind: 'done' };
    if (answer === MORE) return { kind: 'more' };
    if (answer.startsWith(LEFT)) return { kind: 'left', code: Number(answer.slice(1)) };
    return { kind: 'failed', text: answer.slice(1) };
  }

  /** Stops what runs; the session goes on. */
  interrupt(): void {
    interruptPython(this.#worker);
    // What waits does not run: nothing would be interrupted.
    void Promise.resolve(this.#console?.cancel()).catch(() => {});
  }

  /** What a name or a dotted name may become. */
  complete(text: string): string[] {
    if (this.#console === undefined) return [];
    const console: Any = this.#worker.py.withOptions({ timeout: PATIENCE }).sync;
    try {
      const found: string = console.get(this.#console, 'complete')(text);
      return found === '' ? [] : found.split('\n');
    } catch {
      return [];
    }
  }
}

/** Milliseconds that a completion may block the thread. */
export const PATIENCE = 500;
