import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../folder.js';
import type { Brief, Opening, Slice } from './party.js';

/** How long a party may take to start, and to answer after a slice should be over. */
const MOST_MS = 30_000;
const CLOSE_MS = 4000;
const LAST_CHARACTERS = 2000;

/** One party in one trial: its process (party.ts). It may crash or hang; then its promises reject with why. */
export class Contestant {
  readonly #child: ChildProcess;
  #complaints = '';
  /** Why there will be no more answers. */
  #ended: Error | undefined;

  constructor(brief: Brief) {
    this.#child = fork(join(root, 'dist', 'bench', 'calls', 'party.js'), [JSON.stringify(brief)], {
      // A group of its own, to end it with all that it started.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-LAST_CHARACTERS);
    });
    this.#child.once('close', (code, signal) => {
      this.#ended = new Error(
        `ended with ${signal ?? `exit code ${code}`}${this.#lastComplaint()}`,
      );
    });
  }

  /** Resolves when the answers were checked. */
  async open(): Promise<Opening> {
    return (await this.#answer(MOST_MS)) as Opening;
  }

  async measure(milliseconds: number): Promise<Slice> {
    // It may have ended just now: then `#answer` says so.
    this.#child.send(milliseconds, () => {});
    return (await this.#answer(milliseconds + MOST_MS)) as Slice;
  }

  /** Resolves when its processes are gone, so that they cannot disturb what is measured next. */
  async close(): Promise<void> {
    if (this.#running()) {
      const exited = once(this.#child, 'exit');
      if (this.#child.connected) this.#child.disconnect();
      await Promise.race([exited, sleep(CLOSE_MS, undefined, { ref: false })]);
    }
    this.#kill();
  }

  #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The whole group, its leader or what the leader left behind. */
  #kill(): void {
    try {
      process.kill(-(this.#child.pid as number), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async #answer(most: number): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    const settled = new AbortController();
    const { signal } = settled;
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal }).then(([message]) => message),
        once(this.#child, 'close', { signal }).then(() => {
          throw this.#ended;
        }),
        sleep(most, undefined, { signal }).then(() => {
          this.#kill();
          throw new Error(`no answer within ${(most / 1000).toFixed(0)} s`);
        }),
      ]);
    } finally {
      settled.abort();
    }
  }

  #lastComplaint(): string {
    const lines = this.#complaints.split('\n').filter((line) => line.trim() !== '');
    const line = lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1);
    return line === undefined ? '' : `: ${line.trim()}`;
  }
}
