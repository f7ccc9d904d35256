/** The prompt at a terminal: Node's own, with Python in it. */
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CompleterResult, Key } from 'node:readline';
import { type REPLServer, Recoverable, start } from 'node:repl';
import type { Worker } from '../worker/worker.js';
import { ProxyCompletion } from './completion.js';
import { PythonConsole } from './console.js';
import { JavaScriptConsole } from './javascript.js';
import { isPending, type Language, Languages, PROMPTS, shown } from './languages.js';
import type { TypeStripper } from './type-stripper.js';

/** Milliseconds that Python has for ending what Ctrl-C was pressed for. */
const WARN_AFTER = 1000;

export interface PromptOptions {
  readonly worker: Worker;
  readonly stripper: TypeStripper | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Resolves when the user leaves. */
export async function runPrompt({ worker, stripper, environment }: PromptOptions): Promise<void> {
  const python = new PythonConsole(worker);
  // Before anything can be typed: from now on Ctrl-C reaches Python.
  await python.ready();
  const server = start({
    prompt: PROMPTS.javascript,
    useGlobal: true,
    // It would run code that has not been entered yet.
    preview: false,
    // Node would end our own code in the middle of a call, whose session would be of no use any more.
    breakEvalOnSigint: false,
    writer: shown,
  });
  const prompt = new Prompt(server, { worker, stripper, python });
  const history = environment['RINGSNAKE_REPL_HISTORY'];
  if (history !== '')
    server.setupHistory(history ?? join(homedir(), '.ringsnake_repl_history'), () => {});
  const onSignal = (): void => prompt.interrupt();
  process.on('SIGINT', onSignal);
  await once(server, 'exit');
  process.off('SIGINT', onSignal);
}

/** The part of readline that Node's own prompt replaces, too. */
interface KeyReader {
  _ttyWrite(text: string | undefined, key: Key): void;
}

interface Consoles {
  readonly python: PythonConsole;
}

type Done = (error: Error | null, value?: unknown) => void;

class Prompt {
  readonly #python: PythonConsole;
  readonly #server: REPLServer;
  readonly #languages: Languages;
  readonly #completion: ProxyCompletion;
  readonly #isLeft: () => void;
  /** Something runs: keys wait. */
  #isBusy = false;
  /** Ctrl-C was pressed, and it runs still. */
  #isInterrupted = false;
  #heldKeys: [string | undefined, Key][] = [];

  constructor(
    server: REPLServer,
    { worker, stripper, python }: Pick<PromptOptions, 'worker' | 'stripper'> & Consoles,
  ) {
    this.#server = server;
    this.#python = python;
    const javascript = new JavaScriptConsole(server, {
      stripper,
      isPending,
      showsErrors: true,
      blocking: (run) => this.#blocking(run),
    });
    this.#languages = new Languages(javascript, python);
    this.#completion = new ProxyCompletion(worker);
    this.#isLeft = () => this.#switchTo('javascript');
    this.#takeOver(server.completer);
  }

  #takeOver(completer: REPLServer['completer']): void {
    const server = this.#server;
    Object.assign(server, {
      eval: (source: string, _context: unknown, _file: string, done: Done) =>
        void this.#evaluate(source, done),
      completer: (line: string, done: (error: null, result: CompleterResult) => void) => {
        const found =
          this.#languages.language === 'python'
            ? this.#completedPython(line)
            : this.#completion.complete(line);
        if (found === undefined) return Reflect.apply(completer, server, [line, done]);
        done(null, found);
      },
    });
    this.#holdKeys(server as unknown as KeyReader);
    server.defineCommand('py', {
      help: 'Python instead of JavaScript, in the same process',
      action: () => this.#switchTo('python'),
    });
    server.defineCommand('js', {
      help: 'Back to JavaScript',
      action: () => this.#switchTo('javascript'),
    });
  }

  /** Ctrl-C, while something runs. What no longer depends on Python cannot be stopped: then it is the prompt that ends. */
  interrupt(): void {
    if (!this.#isBusy) return;
    if (this.#isInterrupted) {
      this.#server.close();
      return;
    }
    this.#isInterrupted = true;
    this.#python.interrupt();
    setTimeout(() => this.#warn(), WARN_AFTER).unref();
  }

  #warn(): void {
    if (this.#isBusy && this.#isInterrupted)
      this.#server.output.write('(It still runs. To leave, press Ctrl+C again.)\n');
  }

  /** A blocked thread reads no keys: there Ctrl-C has to be the signal that the terminal sends to us and to Python alike. */
  #blocking(run: () => void): void {
    const { stdin } = process;
    const isRaw = stdin.isRaw;
    stdin.setRawMode(false);
    try {
      run();
    } finally {
      stdin.setRawMode(isRaw);
    }
  }

  #switchTo(language: Language): void {
    this.#languages.language = language;
    this.#server.clearBufferedCommand();
    this.#server.setPrompt(PROMPTS[language]);
    this.#server.displayPrompt();
  }

  async #evaluate(source: string, done: Done): Promise<void> {
    const isPython = this.#languages.language === 'python';
    this.#isBusy = true;
    this.#isInterrupted = false;
    try {
      const outcome = await this.#languages.push(source);
      switch (outcome.kind) {
        case 'value':
          return done(null, outcome.value);
        case 'more':
          return done(new Recoverable(new SyntaxError('more lines are needed')));
        case 'left':
          return this.#isLeft();
        case 'failed':
          if (outcome.isShown) return;
          if (!isPython) return done(outcome.error as Error);
          this.#server.output.write(outcome.text);
          return done(null);
        default:
          return done(null);
      }
    } catch (error) {
      done(error as Error);
    } finally {
      this.#isBusy = false;
      this.#releaseKeys();
    }
  }

  /** Keys that are pressed while Python runs are for the next line, but for Ctrl-C. */
  #holdKeys(reader: KeyReader): void {
    const write = reader._ttyWrite;
    reader._ttyWrite = (text, key) => {
      if (!this.#isBusy) return Reflect.apply(write, reader, [text, key]);
      if (key?.ctrl && key.name === 'c') this.interrupt();
      else this.#heldKeys.push([text, key]);
    };
  }

  #releaseKeys(): void {
    const held = this.#heldKeys;
    this.#heldKeys = [];
    const reader = this.#server as unknown as KeyReader;
    // What runs again meanwhile holds them again.
    for (const [text, key] of held) reader._ttyWrite(text, key);
  }

  #completedPython(line: string): CompleterResult {
    const [beginning = ''] = /[\w.]*$/.exec(line) ?? [];
    return [beginning === '' ? [] : this.#python.complete(beginning), beginning];
  }
}
