import type { Expression } from './expression.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';

/** The guest of the objects of an expression. */
export function guestFor(expression: Expression): Guest {
  for (let each: Expression | undefined = expression; each !== undefined; each = each.parent)
    if (each.outcome !== undefined) return each.outcome.guest;
  const { root } = expression;
  return root instanceof Held ? root.guest : root.current();
}

/** Runs an expression, once. */
export function settled(expression: Expression): Promise<unknown> {
  expression.promise ??= run(expression);
  return expression.promise;
}

/** The same, blocking. */
export function settledSync(expression: Expression, below: (...args: never[]) => unknown): unknown {
  if (expression.outcome !== undefined) return expression.outcome.value;
  const guest = guestFor(expression);
  let prepared = guest.prepare(expression);
  while (prepared.pending.length > 0) {
    for (const part of prepared.pending) settledSync(part, below);
    prepared = guest.prepare(expression);
  }
  const value = guest.runSync(prepared, below);
  expression.outcome = { guest, value };
  return value;
}

async function run(expression: Expression): Promise<unknown> {
  const guest = guestFor(expression);
  let prepared = guest.prepare(expression);
  while (prepared.pending.length > 0) {
    for (const part of prepared.pending) await settled(part);
    prepared = guest.prepare(expression);
  }
  const value = await guest.run(prepared);
  expression.outcome = { guest, value };
  return value;
}
