import type { ProxyStep } from '../wire/constants.gen.js';
import { Expression } from './expression.js';
import type { Guest } from './guest.js';
import { Held } from './held.js';
import { Keywords } from './keywords.js';
import { layoutOf } from './layout.js';
import { stateOf } from './proxy-state.js';

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
  for (const part of awaitedIn(expression)) settledSync(part, below);
  const guest = guestFor(expression);
  const value = guest.runSync(expression, below);
  expression.outcome = { guest, value };
  return value;
}

async function run(expression: Expression): Promise<unknown> {
  for (const part of pendingIn(expression)) await settled(part);
  const guest = guestFor(expression);
  const value = await guest.run(expression);
  expression.outcome = { guest, value };
  return value;
}

/** What somebody waits for already, or what has to be awaited before it can be a part of another. */
function pendingIn(expression: Expression): Expression[] {
  const pending = awaitedIn(expression);
  for (let each = expression.parent; each !== undefined; each = each.parent) {
    if (each.outcome !== undefined) break;
    if (each.promise === undefined) continue;
    pending.push(each);
    break;
  }
  return pending;
}

function awaitedIn(expression: Expression): Expression[] {
  const found: Expression[] = [];
  for (let each: Expression | undefined = expression; each !== undefined; each = each.parent) {
    if (each.outcome !== undefined) break;
    const layout = layoutOf(each.step as ProxyStep);
    for (let at = 0; at < layout.length; at++)
      if (layout[at] !== 'raw') collect(each.items[at], found);
  }
  return found;
}

/** Expressions that stand in a value as they are; those in containers that are in none of them are looked at, too. */
function collect(value: unknown, found: Expression[]): void {
  if (typeof value === 'function') {
    const state = stateOf(value);
    if (!(state instanceof Expression) || state.outcome !== undefined) return;
    if (state.promise !== undefined || state.awaits) found.push(state);
    else found.push(...awaitedIn(state));
  } else if (value instanceof Keywords) {
    for (const [, each] of value.entries) collect(each, found);
  } else if (Array.isArray(value)) {
    for (const each of value) if (typeof each !== 'number') collect(each, found);
  }
}
