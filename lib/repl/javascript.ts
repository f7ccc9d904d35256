/** Runs lines of JavaScript or TypeScript, as Node's own prompt does. */
import { type REPLServer, Recoverable } from 'node:repl';
import { Script } from 'node:vm';
import type { Outcome } from './console.js';
import type { TypeStripper } from './type-stripper.js';

type Evaluate = REPLServer['eval'];

/** What Node's own evaluation gave. */
interface Evaluated {
  readonly error?: unknown;
  readonly value?: unknown;
  /** The error was shown already. */
  readonly isShown?: boolean;
}

/** What became of a line. */
export type JavaScriptOutcome = Outcome & Pick<Evaluated, 'error' | 'isShown'>;

export interface JavaScriptOptions {
  readonly stripper: TypeStripper | undefined;
  readonly isPending: (value: unknown) => boolean;
  /** Whether Node's own prompt shows errors. */
  readonly showsErrors: boolean;
  /** Runs what may block the thread until Python has answered. */
  readonly blocking: (run: () => void) => void;
}

/** Where Node's prompt sends the errors of what it evaluates, instead of to who asked; some versions have none. */
interface WithDomain {
  readonly _domain?: NodeJS.EventEmitter;
}

/** Where one line hands a promise to the next. */
const PENDING = Symbol.for('ringsnake.repl.pending');

/** Evaluates in the global scope; what stands for something of Python's is awaited unasked. */
export class JavaScriptConsole {
  readonly #server: REPLServer;
  readonly #evaluate: Evaluate;
  readonly #stripper: TypeStripper | undefined;
  readonly #isPending: (value: unknown) => boolean;
  readonly #blocking: JavaScriptOptions['blocking'];
  #settle: ((outcome: Evaluated) => void) | undefined;

  constructor(server: REPLServer, options: JavaScriptOptions) {
    this.#server = server;
    // Before it is replaced: it knows top-level await, and Ctrl-C.
    this.#evaluate = server.eval;
    this.#stripper = options.stripper;
    this.#isPending = options.isPending;
    this.#blocking = options.blocking;
    const { showsErrors: isShown } = options;
    const domain = (server as WithDomain)._domain;
    if (!isShown) domain?.removeAllListeners('error');
    domain?.prependListener('error', (error: unknown) => this.#settled({ error, isShown }));
  }

  async push(source: string): Promise<JavaScriptOutcome> {
    const code = this.#withoutTypes(source);
    if (code === undefined) return { kind: 'more' };
    const first = await this.#run(code);
    if (first.error instanceof Recoverable) return { kind: 'more' };
    const isWaiting = first.error === undefined && this.#isPending(first.value);
    const { error, value, isShown = false } = isWaiting ? await this.#waitFor(first.value) : first;
    if (error !== undefined) return { kind: 'failed', text: '', error, isShown };
    return { kind: 'value', value };
  }

  /** As if it had been awaited at the prompt. */
  #waitFor(pending: unknown): Promise<Evaluated> {
    Object.assign(globalThis, { [PENDING]: { pending } });
    return this.#run(`await globalThis[Symbol.for('ringsnake.repl.pending')].pending\n`);
  }

  #run(code: string): Promise<Evaluated> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      const done = (error: Error | null, value: unknown): void =>
        this.#settled(error === null || error === undefined ? { value } : { error });
      this.#blocking(() =>
        this.#evaluate.call(this.#server, code, this.#server.context, 'repl', done),
      );
    });
  }

  #settled(outcome: Evaluated): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }

  /** Undefined: it is not complete. */
  #withoutTypes(source: string): string | undefined {
    if (this.#stripper === undefined || isJavaScript(source)) return source;
    const stripped = this.#stripper.strip(source);
    if (stripped === 'incomplete') return undefined;
    // What is wrong with it Node says better.
    return stripped === 'invalid' ? source : stripped.code;
  }
}

/** Whether it needs no help. */
function isJavaScript(source: string): boolean {
  return [`(async () => {${source}\n})`, `(async () => (${source}\n))`].some((text) => {
    try {
      new Script(text);
      return true;
    } catch {
      return false;
    }
  });
}
