/** An interface of everyday forms: what people write with it, right and wrong, stands beside it and in spec/codegen. */
import type { Int } from 'ringsnake';

export interface Card {
  kind: 'card';
  number: string;
}

export interface Cash {
  kind: 'cash';
  coins: Int[];
}

/** @py PaidLater */
export interface Invoice {
  kind: 'invoice';
  address: string;
  /** @py due_in_days */
  days: Int;
}

export type Payment = Card | Cash | Invoice;

export enum Size {
  Small = 'small',
  Large = 'large',
  /** @py EXTRA_LARGE */
  XXL = 'xxl',
}

export interface Order {
  id: Int;
  size: Size;
  payment: Payment;
  currency: 'EUR' | 'USD';
  createdAt: Date;
  /** What the buyer says: null is nothing on purpose. */
  note?: string | null;
  discount?: number;
}

/** Nothing is left. */
export class SoldOut extends Error {
  readonly left!: Int;
}

/** A basket of the buyer's. */
export interface Basket {
  /** Of the buyer. */
  readonly openedAt: Date;
  readonly voucher?: string;
  get ownerName(): string;
  add(what: string): Promise<Int>;
}

/** @open */
export enum Mood {
  Glad = 'glad',
  Sad = 'sad',
}

export interface Sold {
  kind: 'sold';
  id: Int;
}

export interface Spoilt {
  kind: 'spoilt';
  why: string;
}

/**
 * There will be others.
 *
 * @open
 */
export type Notice = Sold | Spoilt;

export interface Board {
  notices(/** @packed */ weights: number[]): Promise<Notice[]>;
  put(notice: Notice): Promise<void>;
  mood(mood: Mood): Promise<Mood>;
}

export interface Market {
  /**
   * Sells one.
   *
   * @param order what is wanted
   * @param tip for the seller
   * @returns how it was paid
   * @throws {SoldOut}
   */
  buy(order: Order, tip?: number): Promise<string>;
  /**
   * Fills a basket and gives it back.
   *
   * @py fill_up
   */
  fill(basket: Basket, /** @py things */ what: string[]): Promise<Int>;
  /** @deprecated use `buy` */
  order(id: Int): Promise<Order | null>;
  open(): Promise<Basket>;
  prices(count: Int): AsyncIterable<number>;
}
