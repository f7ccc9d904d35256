import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peers } from '../../folder.js';
import type { Start } from './driver.js';

/** A Python program that answers calls until it is stopped. */
export class Server {
  readonly child: ChildProcess;
  readonly #folder: string | undefined;

  private constructor(child: ChildProcess, folder?: string) {
    this.child = child;
    this.#folder = folder;
    // Its open calls would wait for ever; it has said why on stderr.
    child.once('exit', (code, signal) => {
      if (code !== 0 && signal === null) throw new Error(`the server ended with exit code ${code}`);
    });
  }

  /** On its stdin and stdout. */
  static onPipes(script: string, { python, coroutines }: Start): Server {
    return new Server(run(python, script, { coroutines, stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** On a Unix socket in a folder of its own; resolves when it listens. `address` makes of the path what the script understands. */
  static async onSocket(
    script: string,
    { python, coroutines }: Start,
    address: (path: string) => string,
  ): Promise<{ server: Server; at: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'ringsnake-bench-'));
    const at = address(join(folder, 'socket'));
    const child = run(python, script, { coroutines, at, stdio: ['ignore', 'pipe', 'inherit'] });
    const server = new Server(child, folder);
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    return { server, at };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill();
      await exited;
    }
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function run(
  python: string,
  script: string,
  options: { coroutines: boolean; at?: string; stdio: StdioOptions },
): ChildProcess {
  const { coroutines, at, stdio } = options;
  const words = [...(coroutines ? ['--asyncio'] : []), ...(at === undefined ? [] : [at])];
  return spawn(python, [join(peers, script), ...words], { stdio, cwd: peers });
}
