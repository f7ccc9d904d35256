import { type HandleStatistics, type Implementation, release } from 'ringsnake';
import { collectGarbage } from '../collector.js';
import { BankServer } from './bank.gen.js';
import type { Account, Bank } from './bank.js';

/** An account of TypeScript's. */
export class Purse implements Account {
  readonly #name: string;
  #balance = 0;

  constructor(name: string) {
    this.#name = name;
  }

  async name(): Promise<string> {
    return this.#name;
  }

  async balance(): Promise<number> {
    return this.#balance;
  }

  async deposit(amount: number): Promise<number> {
    this.#balance += amount;
    return this.#balance;
  }

  async same(): Promise<Account> {
    return this;
  }

  async refuse(): Promise<void> {
    throw new RangeError(`${this.#name} refuses`);
  }
}

/** The bank of TypeScript's; `handles` are those of its session. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one entry for each method of the interface.
export function bankServer(handles: () => HandleStatistics): BankServer {
  let kept: ((text: string) => Promise<string>) | undefined;
  let keptAccount: Account | undefined;
  const bank: Implementation<Bank> = {
    open: (name) => new Purse(name),
    openLater: async (name) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return new Purse(name);
    },
    openNothing: async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw new RangeError('there is no such account');
    },
    find: (name) => (name === '' ? null : new Purse(name)),
    openMany: (count) => Array.from({ length: count }, (_, index) => new Purse(String(index))),
    openAll: (count) => Array.from({ length: count }, (_, index) => new Purse(String(index))),
    totalOf: async (accounts) => {
      let total = 0;
      for await (const account of accounts) total += await account.balance();
      return total;
    },
    adders: (count) => Array.from({ length: count }, (_, a) => async (b: number) => a + b),
    echo: (account) => account,
    echoFunction: (f) => f,
    visit: async (account) => {
      await account.deposit(1);
      return account.balance();
    },
    total: async (accounts) => {
      let total = 0;
      for (const account of accounts) total += await account.balance();
      return total;
    },
    file: async (form) => {
      if (await form.approve(10)) await form.account.deposit(10);
      form.onDone?.(`${form.purpose} of ${await form.account.name()}`);
      return form;
    },
    sum: async (n, f) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += await f(i);
      return sum;
    },
    sumSync: () => {
      throw new Error('functions do not block in TypeScript');
    },
    notify: (n, f) => {
      for (let i = 0; i < n; i++) f(i);
    },
    adder: (a) => async (b) => a + b,
    keep: (f) => {
      kept = f;
    },
    keepAccount: (account) => {
      keptAccount = account;
    },
    useKept: (text) => kept?.(text) as Promise<string>,
    useKeptAccount: () => keptAccount?.balance() as Promise<number>,
    forget: () => {
      kept = undefined;
      keptAccount = undefined;
    },
    releaseKept: () => release((kept ?? keptAccount) as object),
    descend: async (depth, next) => (depth === 0 ? 0 : 1 + (await next(depth - 1))),
    optional: async (f) => (f === undefined ? 'absent' : f === null ? 'null' : f('called')),
    handles: async () => {
      await collectGarbage();
      return JSON.stringify(handles());
    },
  };
  return new BankServer(bank);
}
