/** Tells which files in some folders were touched. */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** Editors write in steps: as long as something happens, nothing has happened. */
const QUIET_MS = 30;

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that was replaced has the same name. */
  readonly inode: number;
}

export class FolderWatcher {
  readonly #watched = new Map<string, Watched>();
  #touched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #wake: ((touched: ReadonlySet<string> | undefined) => void) | undefined;
  #isClosed = false;

  get folders(): readonly string[] {
    return [...this.#watched.keys()];
  }

  /** Watches these folders and no others; of one that does not exist the nearest that does. Returns those that are new. */
  cover(folders: Iterable<string>): ReadonlySet<string> {
    const wanted = new Set([...folders].map(nearestFolder));
    const added = new Set<string>();
    for (const [folder, { watcher, inode }] of this.#watched) {
      if (wanted.has(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.#watched.delete(folder);
    }
    for (const folder of wanted) {
      if (this.#isClosed || this.#watched.has(folder)) continue;
      const watcher = watch(folder, (_, name) => this.#touch(name ? join(folder, name) : folder));
      // The folder is gone; what is above it, or the next run, tells the rest.
      watcher.on('error', () => this.#touch(folder));
      this.#watched.set(folder, { watcher, inode: inodeOf(folder) ?? 0 });
      added.add(folder);
    }
    return added;
  }

  /** What was touched since the last call, once it is quiet; undefined when this is closed. */
  next(): Promise<ReadonlySet<string> | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#touched.size > 0) this.#wait();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watched.values()) watcher.close();
    this.#watched.clear();
    this.#wake?.(undefined);
  }

  #touch(path: string): void {
    this.#touched.add(path);
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#wake === undefined) return;
      const touched = this.#touched;
      this.#touched = new Set();
      const wake = this.#wake;
      this.#wake = undefined;
      wake(touched);
    }, QUIET_MS);
  }
}

function nearestFolder(folder: string): string {
  const parent = dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearestFolder(parent);
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}
