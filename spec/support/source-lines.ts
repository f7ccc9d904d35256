/** Where the lines of the core's source lie in a program, by the line table that its compiler wrote. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

/** A line of a file of `csrc/core`: the one that holds `text`, of those from the one on that holds `after`. */
export interface SourceLine {
  readonly file: string;
  readonly text: string;
  readonly after?: string;
}

/** A statement may begin on a line, and its first instruction belong to one of the next. */
const LINES_OF_STATEMENT = 3;

export class LineTable {
  /** Lowest address of each `file:line`. */
  readonly #addresses = new Map<string, number>();

  /** Of a program with debug information that is loaded where it was linked. */
  constructor(program: string) {
    const table = execFileSync('objdump', ['--dwarf=decodedline', program], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    for (const [, file, line, address] of table.matchAll(/^(\S+)\s+(\d+)\s+0x([0-9a-f]+)/gm)) {
      const key = `${file}:${line}`;
      const known = this.#addresses.get(key) ?? Number.POSITIVE_INFINITY;
      this.#addresses.set(key, Math.min(known, Number.parseInt(address as string, 16)));
    }
  }

  /** The first instruction of a line, in hexadecimal. Throws when there is no such line, or more than one. */
  addressOf({ file, text, after }: SourceLine): string {
    const lines = readFileSync(join(root, 'csrc', 'core', file), 'utf8').split('\n');
    const begin = after === undefined ? 0 : lines.findIndex((line) => line.includes(after));
    const found = lines.flatMap((line, i) => (i >= begin && line.includes(text) ? [i + 1] : []));
    if (begin < 0 || found.length === 0 || (after === undefined && found.length > 1))
      throw new Error(`${found.length} lines of ${file} hold: ${text}`);
    for (let line = found[0] as number, i = 0; i < LINES_OF_STATEMENT; i++) {
      const address = this.#addresses.get(`${file}:${line + i}`);
      if (address !== undefined) return address.toString(16);
    }
    throw new Error(`the program has nothing of ${file}: ${text}`);
  }
}
