import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps, and tools many files: what changes in a row is one change. */
const DEBOUNCE_MS = 100;
/** So many folders are watched at most: each takes a place in a table of the kernel. */
const FOLDERS_MAX = 2_000;
/** What is not the application's own code. */
const FOREIGN = new Set(['node_modules', '__pycache__', 'site-packages']);

/**
 * Watches the Python files of a folder and of those below it, but not those of environments, hidden ones and `node_modules`. Does not keep
 * Node alive.
 */
export class CodeWatch {
  readonly #onChange: () => void;
  readonly #onProblem: (error: Error) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    folder: string,
    { onChange, onProblem }: { onChange: () => void; onProblem: (error: Error) => void },
  ) {
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.#watch(folder);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    if (this.#closed || this.#watchers.has(folder) || this.#watchers.size >= FOLDERS_MAX) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) =>
        this.#onEvent(folder, name),
      );
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory()) this.#watchIfOwn(folder, entry.name);
    } catch (error) {
      // A folder may be gone again; but the kernel's table may also be full.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#onProblem(error as Error);
    }
  }

  #watchIfOwn(folder: string, name: string): void {
    const path = join(folder, name);
    const isForeign = name.startsWith('.') || FOREIGN.has(name);
    if (!isForeign && !existsSync(join(path, 'pyvenv.cfg'))) this.#watch(path);
  }

  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #onEvent(folder: string, name: string | null): void {
    if (this.#closed || name === null) return;
    if (name.endsWith('.py')) this.#changeSoon();
    else if (!name.includes('.')) this.#onFolder(folder, name);
  }

  /** It may have come, or gone, with all that is in it. */
  #onFolder(folder: string, name: string): void {
    const path = join(folder, name);
    const before = this.#watchers.size;
    if (!existsSync(path)) this.#forget(path);
    else this.#watchNew(folder, name);
    if (this.#watchers.size !== before) this.#changeSoon();
  }

  #watchNew(folder: string, name: string): void {
    try {
      readdirSync(join(folder, name));
    } catch {
      return; // a file without an ending
    }
    this.#watchIfOwn(folder, name);
  }

  #changeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, DEBOUNCE_MS);
  }
}
