import type { Int } from 'ringsnake';

/** A small record with a field of each common kind. */
export interface Order {
  id: Int;
  customer: string;
  total: number;
  paid: boolean;
  state: 'new' | 'packed' | 'sent';
  note?: string;
}

/** What every driver's peer answers. */
export interface Bench {
  add(a: number, b: number): Promise<number>;
  record(order: Order): Promise<Order>;
  bytes(data: Uint8Array): Promise<Uint8Array>;
}
