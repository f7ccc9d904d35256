/** `ringsnake gen --watch`: the same again whenever something changes that it read. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Loader } from '../inspect/load.js';
import { type Context, type Outcome, outcomeOf } from './command.js';
import { FolderWatcher } from './folder-watcher.js';
import { EXIT } from './io.js';
import { READING, withProgress } from './progress.js';
import { countText } from './report.js';
import { toldFiles } from './told-files.js';

export interface WatchTask {
  /** One run. Reads again only what the loader was told to. */
  readonly generate: (loader: Loader) => Promise<Outcome>;
  /** The same, but writes nothing. */
  readonly rehearse: (loader: Loader) => Promise<Outcome>;
  /** Files that are read but by the compiler, absolute: the configuration, and inputs that may not exist. */
  readonly inputs: () => readonly string[];
}

/** Files whose coming or going may change what an import means. */
const MEANINGFUL = /\.[cm]?tsx?$|^(package|tsconfig.*|ringsnake\.config)\.json$/;

/** Ends with Ctrl-C. */
export async function watchAndGenerate(task: WatchTask, context: Context): Promise<Outcome> {
  const watcher = new FolderWatcher();
  const stop = () => watcher.close();
  process.once('SIGINT', stop);
  try {
    const session = await WatchSession.open(task, watcher);
    const first = await withProgress(context.io.stderr, READING, () => session.run());
    const what = `watching ${session.size} files; Ctrl-C ends it\n`;
    context.report({ ...first, note: `${first.note ?? ''}${what}` });
    await session.practise();
    for (;;) {
      const touched = await watcher.next();
      if (touched === undefined) break;
      const outcome = await session.changed(touched, context);
      if (outcome !== undefined) context.report(outcome);
    }
    return { code: EXIT.ok, diagnostics: [], silent: true };
  } finally {
    process.off('SIGINT', stop);
    watcher.close();
  }
}

class WatchSession {
  readonly #task: WatchTask;
  readonly #watcher: FolderWatcher;
  readonly #newLoader: () => Loader;
  #loader: Loader;
  #failed = false;
  /** Absolute paths of what the compiler read, and of all that was read. */
  #sources: ReadonlySet<string> = new Set();
  #files: ReadonlySet<string> = new Set();
  /** Of what was written: a change there is our own. */
  #outputs: ReadonlySet<string> = new Set();
  /** Meaningful files that were there at the last run, whether it read them or not. */
  #present: ReadonlySet<string> = new Set();

  private constructor(task: WatchTask, watcher: FolderWatcher, newLoader: () => Loader) {
    this.#task = task;
    this.#watcher = watcher;
    this.#newLoader = newLoader;
    this.#loader = newLoader();
  }

  static async open(task: WatchTask, watcher: FolderWatcher): Promise<WatchSession> {
    const { Loader } = await import('../inspect/load.js');
    return new WatchSession(task, watcher, () => new Loader());
  }

  get size(): number {
    return this.#files.size;
  }

  /** Generates, and again until all is watched that it depends on. */
  async run(): Promise<Outcome> {
    for (;;) {
      const before = meaningfulFiles(this.#watcher.folders);
      const outcome = await outcomeOf(() => this.#task.generate(this.#loader));
      this.#failed = outcome.code !== EXIT.ok;
      if (!this.#failed) this.#outputs = new Set(outcome.outputs?.map(({ output }) => output.path));
      const inputs = this.#task.inputs();
      const { files, folders } = this.#loader.dependencies();
      this.#sources = files;
      this.#files = new Set([...files, ...inputs]);
      const added = this.#watcher.cover([...folders, ...inputs.map((input) => dirname(input))]);
      this.#present = new Set([...before, ...meaningfulFiles(added)]);
      // What happened in a folder before it was watched, nobody tells: look again.
      const late = this.#loader.refresh([...files].filter((file) => added.has(dirname(file))));
      const mayHaveCome = this.#failed && added.size > 0;
      // Neither a file that was missing, nor a fault of ours, may stay in what the loader keeps.
      if (mayHaveCome || outcome.code === EXIT.internal) this.#loader = this.#newLoader();
      if (late.length === 0 && !mayHaveCome) return outcome;
    }
  }

  /** Once more, while nobody waits: the second run of a program is twice as fast as its first, and the next one is a change. */
  async practise(): Promise<void> {
    if (this.#failed) return;
    await new Promise((resolve) => setImmediate(resolve));
    // What is changed meanwhile is for the next run to write, and to tell.
    await outcomeOf(() => this.#task.rehearse(this.#loader));
  }

  /** Undefined where the touched files mean nothing. */
  async changed(touched: ReadonlySet<string>, context: Context): Promise<Outcome | undefined> {
    const start = performance.now();
    let known = [...touched].filter((path) => this.#files.has(path));
    const others = [...touched].filter((path) => this.#matters(path));
    if (others.length > 0 || known.some((path) => this.#isStructural(path))) {
      // Which file an import means, and how it is read, may be another now.
      this.#loader = this.#newLoader();
    } else {
      known = this.#loader.refresh(known);
      if (known.length === 0) return undefined;
    }
    const wasFailed = this.#failed;
    const outcome = await this.run();
    const isNews = known.length > 0 || this.#failed || wasFailed || written(outcome).length > 0;
    if (!isNews) return undefined;
    const names = [...known, ...others].map((path) => context.shorten(path));
    return changeLine(outcome, names, { context, milliseconds: performance.now() - start });
  }

  #isStructural(path: string): boolean {
    return !this.#sources.has(path) || path.endsWith('.json') || !existsSync(path);
  }

  /** Whether a file that was not read may be read now. */
  #matters(path: string): boolean {
    if (this.#files.has(path) || this.#outputs.has(path)) return false;
    if (MEANINGFUL.test(basename(path))) return existsSync(path) !== this.#present.has(path);
    return this.#failed && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  }
}

function meaningfulFiles(folders: Iterable<string>): string[] {
  return [...folders].flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => MEANINGFUL.test(name));
      return names.map((name) => join(folder, name));
    } catch {
      // It is gone, with all that was in it.
      return [];
    }
  });
}

function written({ outputs = [] }: Outcome): string[] {
  return outputs.filter(({ freshness }) => freshness !== 'fresh').map(({ output }) => output.path);
}

/** One line for one change. */
function changeLine(
  outcome: Outcome,
  names: readonly string[],
  { context, milliseconds }: { readonly context: Context; readonly milliseconds: number },
): Outcome {
  const [first = '', ...more] = names;
  const who = more.length === 0 ? first : `${first} and ${more.length} more`;
  const changed = toldFiles(outcome.outputs ?? [], context.shorten).filter(
    ({ freshness }) => freshness !== 'fresh',
  );
  const pathsOf = (isObsolete: boolean) =>
    changed
      .filter(({ freshness }) => (freshness === 'obsolete') === isObsolete)
      .map(({ path }) => path);
  const [paths, removed] = [pathsOf(false), pathsOf(true)];
  const what = [
    ...(outcome.diagnostics.length === 0 ? [] : [countText(outcome.diagnostics)]),
    paths.length === 0 ? 'nothing was written' : `wrote ${paths.join(', ')}`,
    ...(removed.length === 0 ? [] : [`removed ${removed.join(', ')}`]),
  ].join('; ');
  return { ...outcome, text: '', note: `${who}: ${what} (${Math.round(milliseconds)} ms)\n` };
}
