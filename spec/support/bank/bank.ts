import type { Int } from 'ringsnake';

/** By reference: what has only methods. */
export interface Account {
  name(): Promise<string>;
  balance(): Promise<number>;
  deposit(amount: number): Promise<number>;
  /** The same object. */
  same(): Promise<Account>;
  /** Raises an error. */
  refuse(): Promise<void>;
}

/** Objects and functions among data. */
export interface Form {
  purpose: string;
  account: Account;
  approve: (amount: number) => Promise<boolean>;
  onDone?: (text: string) => void;
  others: Account[];
}

/** What both sides serve. */
export interface Bank {
  open(name: string): Promise<Account>;
  /** The same, some time later. */
  openLater(name: string): Promise<Account>;
  /** Raises an error instead. */
  openNothing(): Promise<Account>;
  /** Null for an empty name. */
  find(name: string): Promise<Account | null>;
  openMany(count: Int): Promise<Account[]>;
  /** One after the other. */
  openAll(count: Int): AsyncIterable<Account>;
  totalOf(accounts: AsyncIterable<Account>): Promise<number>;
  adders(count: Int): AsyncIterable<(b: number) => Promise<number>>;
  echo(account: Account): Promise<Account>;
  echoFunction(f: (a: number) => Promise<number>): Promise<(a: number) => Promise<number>>;
  /** Deposits 1 and returns the balance. */
  visit(account: Account): Promise<number>;
  total(accounts: Account[]): Promise<number>;
  file(form: Form): Promise<Form>;
  /** The sum of f(0) … f(n - 1), one call after the other. */
  sum(n: Int, f: (i: number) => Promise<number>): Promise<number>;
  /** The same with blocking calls. */
  sumSync(n: Int, f: (i: number) => Promise<number>): Promise<number>;
  /** Calls it that often without waiting. */
  notify(n: Int, f: (i: Int) => void): Promise<void>;
  adder(a: number): Promise<(b: number) => Promise<number>>;
  /** Keeps it until `forget`. */
  keep(f: (text: string) => Promise<string>): Promise<void>;
  keepAccount(account: Account): Promise<void>;
  useKept(text: string): Promise<string>;
  useKeptAccount(): Promise<number>;
  forget(): Promise<void>;
  /** Releases what is kept, and keeps it. */
  releaseKept(): Promise<boolean>;
  /** Calls `next`, with a function that leads back here, until depth is 0. */
  descend(depth: Int, next: (depth: Int) => Promise<Int>): Promise<Int>;
  optional(f?: ((text: string) => Promise<string>) | null): Promise<string>;
  /** Statistics of handles as JSON, after a collection of garbage. */
  handles(): Promise<string>;
}

/** What Python does with the Bank that TypeScript serves; each returns what it found. */
export interface Tasks {
  run(task: string): Promise<string>;
}
