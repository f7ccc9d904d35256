/** Lines that come from a pipe or a file: one after the other, until the first that fails. */
import { createInterface } from 'node:readline';
import { start } from 'node:repl';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { inspect } from 'node:util';
import type { Worker } from '../worker/worker.js';
import { PythonConsole } from './console.js';
import { JavaScriptConsole, type JavaScriptOutcome } from './javascript.js';
import { isPending, Languages, shown } from './languages.js';
import type { TypeStripper } from './type-stripper.js';

export interface ScriptOptions {
  readonly worker: Worker;
  readonly stripper: TypeStripper | undefined;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Resolves to the exit code: 1 if a line failed. */
export async function runScript(options: ScriptOptions): Promise<number> {
  const { worker, stripper, stdin, stderr } = options;
  // For its evaluation only; nobody types.
  const input = new PassThrough();
  const server = start({ input, output: stderr, prompt: '', terminal: false, useGlobal: true });
  const javascript = new JavaScriptConsole(server, {
    stripper,
    isPending,
    showsErrors: false,
    blocking: (run) => run(),
  });
  const languages = new Languages(javascript, new PythonConsole(worker));
  const script = new Script(languages, options);
  try {
    for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY }))
      if (!(await script.take(line))) return script.code;
    return (await script.end()) ? 0 : script.code;
  } finally {
    input.end();
    server.close();
  }
}

class Script {
  code = 0;
  readonly #languages: Languages;
  readonly #options: ScriptOptions;
  #buffered = '';

  constructor(languages: Languages, options: ScriptOptions) {
    this.#languages = languages;
    this.#options = options;
  }

  /** Whether there shall be more. */
  async take(line: string): Promise<boolean> {
    if (this.#buffered === '') {
      const [, command] = /^\s*\.(py|js|exit)\s*$/.exec(line) ?? [];
      if (command === 'exit') return false;
      if (command !== undefined) {
        this.#languages.language = command === 'py' ? 'python' : 'javascript';
        return true;
      }
    }
    if (this.#endsBlock(line) && !(await this.#endBlock())) return false;
    const source = `${this.#buffered}${line}\n`;
    // A line without anything is no statement of JavaScript, but may end one of Python.
    if (source.trim() === '') return true;
    return this.#conclude(await this.#languages.push(source), source);
  }

  /** Files have no empty lines behind blocks of Python, as prompts want them. */
  #endsBlock(line: string): boolean {
    const isPython = this.#languages.language === 'python' && this.#buffered !== '';
    return isPython && /^[^\s#)\]}]/.test(line) && !/^(elif|else|except|finally)\b/.test(line);
  }

  async #endBlock(): Promise<boolean> {
    const source = `${this.#buffered}\n`;
    const outcome = await this.#languages.push(source);
    // Inside of brackets or of a text it is no end.
    return outcome.kind === 'more' || this.#conclude(outcome, source);
  }

  async end(): Promise<boolean> {
    if (this.#buffered === '') return true;
    const source = `${this.#buffered}\n`;
    const outcome = await this.#languages.push(source);
    if (outcome.kind !== 'more') return this.#conclude(outcome, source);
    return this.#fail('SyntaxError: the input ends in the middle of a statement\n');
  }

  #conclude(outcome: JavaScriptOutcome, source: string): boolean {
    this.#buffered = outcome.kind === 'more' ? source : '';
    switch (outcome.kind) {
      case 'value':
        if (outcome.value !== undefined) this.#options.stdout.write(`${shown(outcome.value)}\n`);
        return true;
      case 'failed':
        return this.#fail(outcome.text === '' ? errorText(outcome.error) : outcome.text);
      case 'left':
        this.code = outcome.code;
        return false;
      default:
        return true;
    }
  }

  #fail(text: string): false {
    this.#options.stderr.write(text);
    this.code = 1;
    return false;
  }
}

/** Without the frames that every line has. */
function errorText(error: unknown): string {
  const lines = inspect(error).split('\n');
  const isOurs = (line: string): boolean =>
    /^\s+at .*(node:(vm|repl|domain|internal)|\/lib\/repl\/|new Promise \(<anonymous>\))/.test(
      line,
    );
  return `${lines.filter((line) => !isOurs(line)).join('\n')}\n`;
}
