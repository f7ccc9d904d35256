import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { PROGRAM } from '../cli/ringsnake.js';
import { pythonCommand } from '../support/python.js';

/** Runs a command in a terminal of its own: what is written to its stdin is typed there. */
const PTY =
  'import pty, sys; status = pty.spawn(sys.argv[1:]); sys.exit(status >> 8 or status & 127)';
/** Milliseconds. */
const PATIENCE = 60_000;

export interface TerminalOptions {
  /** In a folder where no packages are. */
  readonly isAlone?: boolean;
  /** What follows `ringsnake repl`. */
  readonly args?: readonly string[];
}

/** Somebody at `ringsnake repl`. */
export class Terminal {
  /** Of this test's own. */
  readonly folder = mkdtempSync(join(tmpdir(), 'ringsnake-repl-'));
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  /** What was shown and not yet waited for. */
  #text = '';
  #onText: () => void = () => {};

  constructor(t: Test, { isAlone = false, args = [] }: TerminalOptions = {}) {
    const command = [process.execPath, PROGRAM, 'repl', '--python', pythonCommand(), ...args];
    this.#child = spawn(pythonCommand(), ['-c', PTY, ...command], {
      cwd: isAlone ? this.folder : process.cwd(),
      env: {
        ...process.env,
        TERM: 'xterm',
        NO_COLOR: '1',
        RINGSNAKE_REPL_HISTORY: join(this.folder, 'history'),
      },
    });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#text += text;
        this.#onText();
      });
    t.teardown(() => {
      this.#child.kill('SIGKILL');
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Waits for what is shown next, and gives what was shown up to its end. */
  async until(wanted: string): Promise<string> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#onText();
    }, PATIENCE);
    try {
      while (!this.#text.includes(wanted)) {
        if (isLate) throw new Error(`no ${JSON.stringify(wanted)} in:\n${this.#text}`);
        await new Promise<void>((resolve) => {
          this.#onText = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
    const end = this.#text.indexOf(wanted) + wanted.length;
    const shown = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return shown;
  }

  type(keys: string): void {
    this.#child.stdin.write(keys);
  }

  /** Types a line, and gives what is shown up to the next prompt. */
  async line(text: string, prompt = 'js> '): Promise<string> {
    this.type(`${text}\r`);
    await this.until('\n');
    return (await this.until(prompt)).replaceAll('\r', '');
  }

  /** The exit code. */
  async end(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}
