import { ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import type { Expression } from './expression.js';
import { Held } from './held.js';
import { stateOf } from './proxy-state.js';
import { settled, settledSync } from './settle.js';

/** Items that are asked for together. */
const BATCH = 256;

const MORE = 0;

interface Batch {
  readonly isLast: boolean;
  readonly operands: readonly unknown[];
}

/** Of anything that Python can iterate, also asynchronously. What is raised there is thrown here, behind the items before it. */
export async function* items(
  expression: Expression,
  batch: number = BATCH,
): AsyncGenerator<unknown, void, undefined> {
  const held = iteratorOf(await settled(expression.followedBy(ProxyStep.iterate)));
  const { guest, number } = held;
  const { manner } = expression;
  let isOver = false;
  try {
    while (!isOver) {
      const answer = await guest.operandOf([number, ProxyStep.next, batch], manner);
      const { isLast, operands } = batchOf(answer);
      isOver = isLast;
      for (const operand of operands) yield guest.decoded(operand, manner);
    }
  } finally {
    if (!isOver) await guest.operandOf([number, ProxyStep.close], manner);
    guest.release(held);
  }
}

/** The same, blocking. */
export function* itemsSync(
  expression: Expression,
  batch: number = BATCH,
): Generator<unknown, void, undefined> {
  const held = iteratorOf(settledSync(expression.followedBy(ProxyStep.iterate), itemsSync));
  const { guest, number } = held;
  const { manner } = expression;
  let isOver = false;
  try {
    while (!isOver) {
      const answer = guest.operandOfSync([number, ProxyStep.next, batch], manner);
      const { isLast, operands } = batchOf(answer);
      isOver = isLast;
      for (const operand of operands) yield guest.decoded(operand, manner);
    }
  } finally {
    if (!isOver) guest.operandOfSync([number, ProxyStep.close], manner);
    guest.release(held);
  }
}

function iteratorOf(proxy: unknown): Held {
  const state = stateOf(proxy);
  if (state instanceof Held) return state;
  throw new TypeError('the other side gave no iterator');
}

function batchOf(answer: unknown): Batch {
  const [tag, state, ...operands] = Array.isArray(answer) ? (answer as unknown[]) : [];
  // What was raised by no step of its own is thrown as the only item.
  if (tag !== ProxyOperand.items) return { isLast: true, operands: [answer] };
  return { isLast: state !== MORE, operands };
}
