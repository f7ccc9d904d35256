import type { Int } from 'ringsnake';

export enum Role {
  Admin = 'admin',
  Editor = 'editor',
  Viewer = 'viewer',
}

export interface Address {
  street: string;
  city: string;
  zip?: string;
  country: string;
}

export interface Card {
  kind: 'card';
  number: string;
  expires: [year: Int, month: Int];
}

export interface Transfer {
  kind: 'transfer';
  iban: string;
  bank: string | null;
}

export interface Voucher {
  kind: 'voucher';
  code: string;
  value: number;
}

export type Payment = Card | Transfer | Voucher;

/** One of each kind of type that records usually have. */
export interface User {
  id: Int;
  name: string;
  email: string;
  active: boolean;
  score: number;
  role: Role;
  born: Date;
  address: Address;
  tags: string[];
  payment: Payment;
  nickname?: string;
  note: string | null;
  settings: Record<string, number>;
  position: [x: number, y: number];
}

/** What the benchmark of validation reads. */
export interface Users {
  one(user: User): Promise<User>;
  many(users: User[]): Promise<User[]>;
}
