import { ValidationError } from '../errors.js';
import { describe } from '../wire/validation.js';

/** What is wrong with a program itself, and nothing that the user's code threw. Twin: python/ringsnake/_proxies/refusal.py. */
export class Refusal extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super('a program was refused');
    this.error = error;
  }
}

/** A program that is none. */
export function malformed(expected: string, actual: unknown, place?: number): Refusal {
  const path = place === undefined ? 'run(program)' : `run(program[${place}])`;
  return new Refusal(new ValidationError(expected, describe(actual), path));
}
