/** Generated files as people are told of them. */
import type { Freshness, OutputState } from '../outputs.js';

/** A file, or a folder whose files have all fared alike. */
export interface ToldFile {
  /** Of a folder with a slash at its end. */
  readonly path: string;
  readonly freshness: Freshness;
}

/** Of a folder that has changed in part, what has changed. */
export function toldFiles(
  states: readonly OutputState[],
  shorten: (path: string) => string,
): ToldFile[] {
  const told = new Set<string>();
  return states.flatMap(({ output, freshness }) => {
    const { path, folder } = output;
    const file = { path: shorten(path), freshness };
    if (folder === undefined) return [file];
    const beside = states.filter((state) => state.output.folder === folder);
    if (beside.some((state) => state.freshness !== freshness))
      return freshness === 'fresh' ? [] : [file];
    if (told.has(folder)) return [];
    told.add(folder);
    return [{ path: `${shorten(folder)}/`, freshness }];
  });
}
