/**
 * Where the members of definitions were declared, as generated code says it beside their schema. Form: ARCHITECTURE.md, "Where it was
 * declared". Twin: python/ringsnake/_wire/sources.py.
 */

interface Place {
  readonly file: string;
  /** Of the member; of a method then its parameters, where they have lines of their own. */
  readonly lines: readonly number[];
}

export class Sources {
  readonly #files: readonly string[];
  readonly #rows = new Map<string, readonly string[]>();

  constructor(text: string) {
    const lines = text.split('\n');
    this.#files = lines.filter((line) => line !== '' && !line.startsWith(' '));
    let words: string[] = [];
    for (const line of lines) {
      if (!line.startsWith(' ')) continue;
      const [first = '', ...rest] = line.trim().split(' ');
      if (line.startsWith('  ')) words.push(first, ...rest);
      else {
        words = rest;
        this.#rows.set(first, words);
      }
    }
  }

  /** `api.ts:12`; undefined: it is not known. `part` is a parameter's number from 1, or 0 for the method itself. */
  of(definition: string, member: number, part = 0): string | undefined {
    const place = this.#place(definition, member);
    const line = place?.lines[part] ?? place?.lines[0];
    return place === undefined || !line ? undefined : `${place.file}:${line}`;
  }

  #place(definition: string, member: number): Place | undefined {
    let file = 0;
    let left = member;
    for (const word of this.#rows.get(definition) ?? []) {
      if (word.startsWith('#')) file = Number(word.slice(1));
      else if (left-- === 0)
        return { file: this.#files[file] ?? '', lines: word.split(',').map(Number) };
    }
    return undefined;
  }
}
