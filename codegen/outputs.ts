/** Generated files on disk: which are stale, and writing only those. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file to generate. */
export interface Output {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export type Freshness = 'fresh' | 'stale' | 'missing';

export interface OutputState {
  readonly output: Output;
  readonly freshness: Freshness;
  /** What is there now. */
  readonly current: string | undefined;
}

export function stateOf(output: Output): OutputState {
  const current = readIfPresent(output.path);
  const freshness = current === undefined ? 'missing' : current === output.text ? 'fresh' : 'stale';
  return { output, freshness, current };
}

/** Writes what is not fresh; a reader sees the old text or the new one. */
export function writeOutput({ output, freshness }: OutputState): void {
  if (freshness === 'fresh') return;
  const folder = dirname(output.path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(output.path)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, output.text);
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
