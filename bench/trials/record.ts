import { deepStrictEqual } from 'node:assert/strict';
import type { Order } from '../peers/bench.js';
import type { Trial } from './trial.js';

function order(i: number): Order {
  return {
    id: i,
    customer: 'Grace Hopper',
    total: i + 0.25,
    paid: (i & 1) === 0,
    state: 'packed',
    note: 'fragile',
  };
}

export const record: Trial = {
  name: 'record',
  description: 'echo of a record with six fields',
  call: (calls, i) => calls.record(order(i)),
  callBlocking: (blocking, i) => blocking.record(order(i)),
  check: (answer, i) => deepStrictEqual(answer, order(i)),
};
