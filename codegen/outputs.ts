/** Generated files on disk: which are stale, and writing only those. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file to generate. */
export interface Output {
  /** Absolute. */
  readonly path: string;
  /** Undefined: it was generated once, and shall be no more. */
  readonly text: string | undefined;
  /** The folder that holds nothing but the files generated with it. */
  readonly folder?: string;
}

export type Freshness = 'fresh' | 'stale' | 'missing' | 'obsolete';

export interface OutputState {
  readonly output: Output;
  readonly freshness: Freshness;
  /** What is there now. */
  readonly current: string | undefined;
}

export function stateOf(output: Output): OutputState {
  const current = readIfPresent(output.path);
  return { output, freshness: freshnessOf(current, output.text), current };
}

function freshnessOf(current: string | undefined, wanted: string | undefined): Freshness {
  if (current === wanted) return 'fresh';
  if (wanted === undefined) return 'obsolete';
  return current === undefined ? 'missing' : 'stale';
}

/** Writes what is not fresh; a reader sees the old text or the new one. Removes what is obsolete. */
export function writeOutput({ output, freshness }: OutputState): void {
  if (freshness === 'fresh') return;
  const { text } = output;
  if (text === undefined) {
    rmSync(output.path, { force: true });
    return;
  }
  const folder = dirname(output.path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(output.path)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, output.path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
