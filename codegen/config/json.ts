/** JSON with the place of each value, so that a wrong one can be pointed at. */

export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly span: Span }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[]; readonly span: Span }
  | {
      readonly kind: 'string' | 'number' | 'boolean' | 'null';
      readonly value: string | number | boolean | null;
      readonly span: Span;
    };

export interface JsonMember {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: JsonNode;
}

/** Offsets in the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export class JsonError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

/** Throws a `JsonError`. */
export function parseJson(text: string): JsonNode {
  const reader = new JsonReader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** Deeper than any configuration, and far from the end of the stack. */
const MAX_NESTING = 100;

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  value(depth: number): JsonNode {
    if (depth > MAX_NESTING) throw this.#error('it is nested too deeply');
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#scalar('string', STRING);
    for (const [kind, pattern] of SCALARS) {
      pattern.lastIndex = this.#at;
      if (pattern.test(this.#text)) return this.#scalar(kind, pattern);
    }
    throw this.#error(`a value is missing before ${this.#here()}`);
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#error(`${this.#here()} follows its end`);
  }

  #object(depth: number): JsonNode {
    const members: JsonMember[] = [];
    const span = this.#list('}', () => {
      if (this.#text[this.#at] !== '"') {
        throw this.#error(`a key in double quotes is missing before ${this.#here()}`);
      }
      const { value: key, span: keySpan } = this.#scalar('string', STRING);
      this.#skipSpace();
      if (this.#text[this.#at] !== ':')
        throw this.#error(`\`:\` is missing before ${this.#here()}`);
      this.#at += 1;
      members.push({ key: String(key), keySpan, value: this.value(depth + 1) });
    });
    return { kind: 'object', members, span };
  }

  #array(depth: number): JsonNode {
    const items: JsonNode[] = [];
    const span = this.#list(']', () => items.push(this.value(depth + 1)));
    return { kind: 'array', items, span };
  }

  /** What stands between brackets, with commas between. */
  #list(close: string, item: () => void): Span {
    const start = this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] !== close) {
      for (;;) {
        item();
        this.#skipSpace();
        if (this.#text[this.#at] === close) break;
        if (this.#text[this.#at] !== ',') {
          throw this.#error(`\`,\` or \`${close}\` is missing before ${this.#here()}`);
        }
        this.#at += 1;
        this.#skipSpace();
      }
    }
    this.#at += 1;
    return { start, end: this.#at };
  }

  #scalar(kind: ScalarNode['kind'], pattern: RegExp): ScalarNode {
    const start = this.#at;
    pattern.lastIndex = start;
    const [match = ''] = pattern.exec(this.#text) ?? [];
    try {
      const value = JSON.parse(match) as ScalarNode['value'];
      this.#at += match.length;
      return { kind, value, span: { start, end: this.#at } };
    } catch {
      throw this.#error('this text does not end on its line, or is not written as JSON');
    }
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #here(): string {
    const [next] = this.#text.slice(this.#at);
    return next === undefined ? 'the end of the file' : `\`${next}\``;
  }

  #error(message: string): JsonError {
    return new JsonError(message, this.#at);
  }
}

type ScalarNode = Exclude<JsonNode, { readonly kind: 'object' | 'array' }>;

const STRING = /"(?:[^"\\\r\n]|\\.)*"/y;

const SCALARS: readonly (readonly [ScalarNode['kind'], RegExp])[] = [
  ['number', /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['boolean', /(?:true|false)(?!\w)/y],
  ['null', /null(?!\w)/y],
];
