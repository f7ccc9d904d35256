import { TooManyHandlesError, UnknownHandleError } from '../errors.js';
import { HANDLES_MAX } from '../wire/constants.gen.js';

const NUMBERS = 2 ** 32;

interface Lent {
  readonly value: object | symbol;
  /** How often it was sent and not given back. */
  references: number;
}

/**
 * What the guest refers to: one object has one number, so that Python sees that it is the same. Normative: spec/wire/proxies.md §4.
 * Twin: python/ringsnake/_proxies/lent_objects.py.
 */
export class LentObjects {
  readonly #byNumber = new Map<number, Lent>();
  readonly #numbers = new Map<object | symbol, number>();
  #nextNumber = 1;

  get size(): number {
    return this.#byNumber.size;
  }

  /** One reference more: its number. Throws TooManyHandlesError. */
  lend(value: object | symbol): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) {
      (this.#byNumber.get(known) as Lent).references++;
      return known;
    }
    if (this.#byNumber.size >= HANDLES_MAX)
      throw new TooManyHandlesError(
        `the peer holds ${HANDLES_MAX} objects of this side already: release them there`,
      );
    const number = this.#takeNumber();
    this.#byNumber.set(number, { value, references: 1 });
    this.#numbers.set(value, number);
    return number;
  }

  /** Undefined: no such object is lent. */
  find(number: unknown): object | symbol | undefined {
    return this.#byNumber.get(number as number)?.value;
  }

  /** Throws UnknownHandleError when no such object is lent. */
  get(number: unknown): object | symbol {
    const lent = this.#byNumber.get(number as number);
    if (lent !== undefined) return lent.value;
    throw new UnknownHandleError(
      `object ${String(number)} is not known here: it was given back, or never given`,
    );
  }

  /** Number, count, number, count… What is not lent is ignored. */
  release(references: readonly number[]): void {
    for (let at = 0; at + 1 < references.length; at += 2) {
      const number = references[at] as number;
      const count = references[at + 1] as number;
      const lent = this.#byNumber.get(number);
      if (lent === undefined || !(count >= 1 && count <= lent.references)) continue;
      lent.references -= count;
      if (lent.references > 0) continue;
      this.#byNumber.delete(number);
      this.#numbers.delete(lent.value);
    }
  }

  #takeNumber(): number {
    let number = this.#nextNumber;
    while (number === 0 || this.#byNumber.has(number)) number = (number + 1) % NUMBERS;
    this.#nextNumber = (number + 1) % NUMBERS;
    return number;
  }
}
