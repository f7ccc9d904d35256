import type { Int } from 'ringsnake';

/** There is too little in the account. */
export class InsufficientFunds extends Error {
  override readonly name = 'InsufficientFunds';
  readonly account: string;
  /** What lacks. */
  readonly missing: number;

  constructor(account: string, missing: number) {
    super(`${account} lacks ${missing}`);
    this.account = account;
    this.missing = missing;
  }

  /** Comes with the class, so it is there wherever the error arrives. */
  get shown(): string {
    return `${this.account}: ${this.missing}`;
  }
}

export interface Limit {
  readonly limit: Int;
  readonly per?: 'day' | 'week';
}

/** Too much at once. */
export class LimitReached extends InsufficientFunds {
  constructor(
    account: string,
    // biome-ignore lint/style/noParameterProperties: it is one way to declare a field.
    readonly limits: Limit[],
    // biome-ignore lint/style/noParameterProperties: it is one way to declare a field.
    readonly hint?: string,
  ) {
    if (limits === undefined) throw new Error('the constructor must not run');
    super(account, 0);
  }
}

/** Without fields or a name of its own. */
export class Closed extends Error {}

/** What goes wrong in a bank. */
export interface Bank {
  /**
   * Fails in this way.
   * @throws {InsufficientFunds} when it is so poor
   * @throws {LimitReached}
   * @throws {Closed}
   */
  fail(how: string): Promise<void>;
  /**
   * Counts to so many, then fails in this way.
   * @throws {InsufficientFunds}
   */
  spend(count: Int, how: string): AsyncIterable<Int>;
  /** Fails in the same ways, which it does not declare. */
  failUndeclared(how: string): Promise<void>;
  /** Reads `Till.spend`, and says what was caught behind which items; `how` begins with `sync` for a blocking reader. */
  catchSpending(how: string): Promise<string>;
  /** Calls `Till.fail`, and says what was caught; `how` begins with `sync` for a blocking call. */
  catchFrom(how: string): Promise<string>;
  /**
   * Calls `Till.fail` and lets what comes pass.
   * @throws {InsufficientFunds}
   */
  pass(how: string): Promise<void>;
}

/** What goes wrong at the till. */
export interface Till {
  /**
   * Counts to so many, then fails in this way.
   * @throws {InsufficientFunds}
   */
  spend(count: Int, how: string): AsyncIterable<Int>;
  /**
   * Fails in this way.
   * @throws {InsufficientFunds}
   * @throws {LimitReached}
   * @throws {Closed}
   */
  fail(how: string): Promise<void>;
}
