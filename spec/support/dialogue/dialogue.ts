import type { Int } from 'ringsnake';

export interface Answer {
  text: string;
  at?: Date;
}

/** Nobody knows the answer. */
export class Stumped extends Error {
  readonly question: string;

  constructor(question: string) {
    super(`nobody knows ${question}`);
    this.question = question;
  }
}

/** A word with letters missing. */
export interface Riddle {
  solve(guess: string): Promise<boolean>;
}

/** Generators that are sent values. */
export interface Dialogue {
  /** Asks each question, and returns the answers. */
  quiz(questions: string[]): AsyncGenerator<string, Answer[], Answer>;
  /** Adds what it is sent; it is never at its end. */
  sum(start: number): AsyncGenerator<number, void, number>;
  /** Says what it was sent. */
  heard(): AsyncGenerator<string, void, Answer | number | null>;
  /**
   * Returns what was guessed right.
   * @throws {Stumped} for any other guess
   */
  guess(word: string): AsyncGenerator<Int, string, string>;
  /** Solves what it is sent. */
  solving(): AsyncGenerator<boolean, void, Riddle>;
  /** Never gives an item. That it has begun `ended()` says. */
  silent(): AsyncGenerator<string, void, string>;

  /** Sends these numbers to a generator, and says what it gave, and returned. */
  drive(generator: AsyncGenerator<string, string, number>, numbers: number[]): Promise<string[]>;
  /** Items, then what was returned. */
  read(generator: AsyncGenerator<Int, string> | null): Promise<string>;

  /** Generators whose `finally` ran since this was last asked. */
  ended(): Promise<string[]>;
}
