import { ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import type { Expression } from './expression.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';
import type { Manner } from './manner.js';
import { stateOf } from './proxy-state.js';
import { settled, settledSync } from './settle.js';

/** Items that are asked for together. */
const BATCH = 256;

const MORE = 0;

const FAILED = 2;

interface Batch {
  readonly isLast: boolean;
  readonly values: readonly unknown[];
  /** What is thrown behind them. */
  readonly raised: unknown;
}

/** Of anything that Python can iterate, also asynchronously. What is raised there is thrown here, behind the items before it. Twin: python/ringsnake/_proxies/iteration.py. */
export async function* items(
  expression: Expression,
  count: number = BATCH,
): AsyncGenerator<unknown, void, undefined> {
  const held = iteratorOf(await settled(expression.followedBy(ProxyStep.iterate)));
  const { guest, number } = held;
  const { manner } = expression;
  let isOver = false;
  let hasFailed = false;
  try {
    while (!isOver) {
      const answer = await guest.operandOf([number, ProxyStep.next, count], manner);
      const batch = batchOf(answer, guest, manner);
      isOver = batch.isLast;
      yield* batch.values;
      if (batch.raised !== undefined) guest.decoded(batch.raised, manner);
    }
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    if (!isOver) await close(held, manner, hasFailed);
    guest.release(held);
  }
}

/** The same, blocking. */
export function* itemsSync(
  expression: Expression,
  count: number = BATCH,
): Generator<unknown, void, undefined> {
  const held = iteratorOf(settledSync(expression.followedBy(ProxyStep.iterate), itemsSync));
  const { guest, number } = held;
  const { manner } = expression;
  let isOver = false;
  let hasFailed = false;
  try {
    while (!isOver) {
      const answer = guest.operandOfSync([number, ProxyStep.next, count], manner);
      const batch = batchOf(answer, guest, manner);
      isOver = batch.isLast;
      yield* batch.values;
      if (batch.raised !== undefined) guest.decoded(batch.raised, manner);
    }
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    if (!isOver) closeSync(held, manner, hasFailed);
    guest.release(held);
  }
}

/** Nobody takes more. What the iterator raises at that is thrown, unless something was thrown already. */
async function close({ guest, number }: Held, manner: Manner, hasFailed: boolean): Promise<void> {
  const program = [number, ProxyStep.close];
  const answering = guest.operandOf(program, manner);
  const answer = await (hasFailed ? answering.catch(() => null) : answering);
  if (hasFailed) guest.giveBackAll(answer);
  else guest.decoded(answer, manner);
}

function closeSync({ guest, number }: Held, manner: Manner, hasFailed: boolean): void {
  const program = [number, ProxyStep.close];
  if (!hasFailed) {
    guest.decoded(guest.operandOfSync(program, manner), manner);
    return;
  }
  try {
    guest.giveBackAll(guest.operandOfSync(program, manner));
  } catch {
    // The first error is the one to see.
  }
}

function iteratorOf(proxy: unknown): Held {
  const state = stateOf(proxy);
  if (state instanceof Held) return state;
  throw new TypeError('the other side gave no iterator');
}

/** All of it is looked at, so that what nobody takes is given back. */
function batchOf(answer: unknown, guest: Guest, manner: Manner): Batch {
  const [tag, state, ...operands] = Array.isArray(answer) ? (answer as unknown[]) : [];
  if (tag !== ProxyOperand.items) return { isLast: true, values: [], raised: answer };
  const raised = state === FAILED ? operands.pop() : undefined;
  const values = operands.map((operand) => guest.decoded(operand, manner));
  return { isLast: state !== MORE, values, raised };
}
