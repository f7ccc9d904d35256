import { ProxyOperand } from '../wire/constants.gen.js';

/** What a step gives that is an operand already; only the last of a program may. Twin: python/ringsnake/_proxies/answer.py. */
export class Answer {
  readonly operand: readonly unknown[];

  constructor(operand: readonly unknown[]) {
    this.operand = operand;
  }
}

/** A copy of it. */
export function byValue(value: unknown): Answer {
  return new Answer([ProxyOperand.value, value]);
}
