import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';
import { Workspace } from '../codegen/workspace.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

export const PROGRAM = join(root, 'dist/lib/cli/main.js');

/** A workspace that needs nothing of Node's types, whose reading takes most of a run. */
export function bareWorkspace(t: Test, files: Readonly<Record<string, string>>): Workspace {
  const compilerOptions = { target: 'es2022', module: 'nodenext', types: [] };
  return new Workspace(t, { 'tsconfig.json': JSON.stringify({ compilerOptions }), ...files });
}

/** Variables that would change what a command writes. */
const NEUTRAL = {
  FORCE_COLOR: undefined,
  NO_COLOR: undefined,
  NODE_OPTIONS: undefined,
  RINGSNAKE_DEBUG: undefined,
};

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gives it a terminal, for both streams. */
  readonly terminal?: boolean;
}

/** Runs a command and lets somebody else own its terminal: `pty.spawn` copies what it writes to stdout. */
const PTY = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';

/** The command `ringsnake`, as a process. */
export class Ringsnake {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #ended: Promise<unknown>;
  readonly #listeners = new Set<() => void>();

  constructor(t: Test, args: readonly string[], { cwd, env = {}, terminal = false }: RunOptions) {
    const command = [process.execPath, PROGRAM, ...args];
    const [program = '', ...argv] = terminal ? [pythonCommand(), '-c', PTY, ...command] : command;
    const variables = Object.entries({ ...process.env, ...NEUTRAL, ...env }).filter(
      ([, value]) => value !== undefined,
    );
    this.child = spawn(program, argv, {
      cwd,
      env: Object.fromEntries(variables),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.child, 'close');
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text;
        for (const listener of this.#listeners) listener();
      });
    }
    t.teardown(() => this.child.kill('SIGKILL'));
  }

  /** Until a stream holds what is looked for; at most 30 seconds. */
  async until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void> {
    const deadline = AbortSignal.timeout(30_000);
    while (!pattern.test(this[stream])) {
      if (deadline.aborted) {
        throw new Error(`no ${pattern} in ${stream}:\n${this.stdout}\n${this.stderr}`);
      }
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#listeners.delete(done);
          deadline.removeEventListener('abort', done);
          resolve();
        };
        this.#listeners.add(done);
        deadline.addEventListener('abort', done);
      });
    }
  }

  async end(): Promise<{ code: number | null; stdout: string; stderr: string }> {
    await this.#ended;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** One run, from beginning to end. */
export function ringsnake(t: Test, args: readonly string[], options: RunOptions) {
  return new Ringsnake(t, args, options).end();
}
