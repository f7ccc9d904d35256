import { strictEqual } from 'node:assert/strict';
import type { Trial } from './trial.js';

export const add: Trial = {
  name: 'add',
  description: 'typed add(a, b) of two numbers',
  call: (calls, i) => calls.add(i, 0.5),
  callBlocking: (blocking, i) => blocking.add(i, 0.5),
  check: (answer, i) => strictEqual(answer, i + 0.5),
};
