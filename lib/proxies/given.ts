/** A function of the user's, as it is lent: how its arguments arrive depends on how it was passed. Twin: python/ringsnake/_proxies/given.py. */
export class LentFunction {
  readonly function: (...args: unknown[]) => unknown;
  /** Whether its arguments are synchronous proxies. */
  readonly isSync: boolean;

  constructor(given: (...args: unknown[]) => unknown, isSync: boolean) {
    this.function = given;
    this.isSync = isSync;
  }
}

/** What such a function gave: it crosses as arguments do, plain objects by value. */
export class Given {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}
