/** The words of one line of a schema text. Twin: python/ringsnake/_schema/tokens.py. */
import type { Literal } from './model.js';
import { SchemaProblem } from './problem.js';

export type Token =
  | { readonly kind: 'name' | 'mark' | 'template'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly value: Literal };

const END: Token = { kind: 'mark', text: '' };

// Each alternative is linear: no part of it can match what the next one begins with.
const PATTERN =
  /(?<name>[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|(?<text>"(?:[^"\\]|\\.)*")|(?<template>`(?:[^`\\]|\\.)*`)|(?<number>-?\d+(?:n|(?:\.\d+)?(?:[eE][+-]?\d+)?))|(?<mark>=>|\.\.\.|[()[\]<>{},:?|=.])/uy;

/** What a reader of a line takes, one after the other. */
export class Tokens {
  readonly line: number;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(line: number, text: string) {
    this.line = line;
    this.#tokens = tokensOf(text, line);
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  take(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Whether that mark comes next, which is then taken. */
  skip(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.#at++;
    return true;
  }

  isMark(mark: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'mark' && text === mark;
  }

  expect(mark: string): void {
    if (!this.skip(mark)) throw this.problem(`\`${mark}\``);
  }

  /** A name, or a text that stands for one. */
  key(): string {
    const token = this.take();
    if (token.kind === 'name') return token.text;
    if (token.kind === 'literal' && typeof token.value === 'string') return token.value;
    this.#at--;
    throw this.problem('a name');
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.problem('the end of the line');
  }

  problem(expected: string): SchemaProblem {
    const { text } = this.peek();
    const found = text === '' ? 'the end of the line' : `\`${text.slice(0, 40)}\``;
    return new SchemaProblem(this.line, `expected ${expected}, found ${found}`);
  }
}

function tokensOf(text: string, line: number): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    PATTERN.lastIndex = at;
    const groups = PATTERN.exec(text)?.groups;
    if (groups === undefined) {
      const found = String.fromCodePoint(text.codePointAt(at) as number);
      throw new SchemaProblem(line, `unexpected ${JSON.stringify(found)}`);
    }
    at = PATTERN.lastIndex;
    tokens.push(tokenOf(groups, line));
  }
  return tokens;
}

function tokenOf(groups: Record<string, string | undefined>, line: number): Token {
  const { name, text, template, number, mark } = groups;
  if (name === 'true' || name === 'false')
    return { kind: 'literal', text: name, value: name === 'true' };
  if (name !== undefined) return { kind: 'name', text: name };
  if (template !== undefined) return { kind: 'template', text: template };
  if (mark !== undefined) return { kind: 'mark', text: mark };
  if (number !== undefined) {
    const value = number.endsWith('n') ? BigInt(number.slice(0, -1)) : Number(number);
    return { kind: 'literal', text: number, value };
  }
  try {
    return { kind: 'literal', text: text as string, value: JSON.parse(text as string) as string };
  } catch {
    throw new SchemaProblem(line, 'a text that is no JSON');
  }
}
