import type { Expression, GuestSource } from './expression.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';

/** The guest of the objects of an expression, or where there will be one. */
function placeOf(expression: Expression): Guest | GuestSource {
  for (let each: Expression | undefined = expression; each !== undefined; each = each.parent)
    if (each.outcome?.guest !== undefined) return each.outcome.guest;
  const { root } = expression;
  return root instanceof Held ? root.guest : root;
}

function guestIn(place: Guest | GuestSource): Guest {
  return 'current' in place ? place.current() : place;
}

/** Runs an expression, once. */
export function settled(expression: Expression): Promise<unknown> {
  expression.promise ??= run(expression);
  return expression.promise;
}

/** The same, blocking. */
export function settledSync(expression: Expression, below: (...args: never[]) => unknown): unknown {
  if (expression.outcome !== undefined) return expression.outcome.value;
  const guest = guestIn(placeOf(expression));
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
  const place = placeOf(expression);
  let { manner } = expression;
  if ('next' in place) {
    // It begins with no object of a process, so that of any process will do.
    const next = place.next(manner.options ?? {});
    if (next !== undefined) manner = { ...manner, options: await next };
  }
  const guest = guestIn(place);
  let prepared = guest.prepare(expression);
  while (prepared.pending.length > 0) {
    for (const part of prepared.pending) await settled(part);
    prepared = guest.prepare(expression);
  }
  const value = await guest.run({ ...prepared, manner });
  expression.outcome = { guest, value };
  return value;
}
