import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Placement } from '../cpus.js';

/** What a part of the ring benchmark is to do. */
export interface Choice {
  readonly placement: Placement;
  readonly quick: boolean;
  /** Only rows whose names hold all of them. */
  readonly words: readonly string[];
}

/** What it found. */
export interface Report {
  /** For the terminal. */
  readonly text: string;
  /** For the JSON file. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** SVG texts by name. */
  readonly drawings: Readonly<Record<string, string>>;
}

/** Whether a row is asked for. */
export function isChosen(name: string, { words }: Choice): boolean {
  return words.every((word) => name.toLowerCase().includes(word.toLowerCase()));
}

/** Writes `STEM.json`, and `STEM-NAME.svg` for each drawing. */
export function writeReport(
  { figures, drawings }: Report,
  { folder, stem, header }: { folder: string; stem: string; header: Record<string, unknown> },
): void {
  const path = join(folder, stem);
  writeFileSync(`${path}.json`, `${JSON.stringify({ ...header, ...figures }, null, 2)}\n`);
  for (const [name, svg] of Object.entries(drawings)) writeFileSync(`${path}-${name}.svg`, svg);
}
