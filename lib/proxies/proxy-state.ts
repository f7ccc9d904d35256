import { Expression } from './expression.js';
import { Held } from './held.js';

/** What a proxy stands for, asked of the proxy itself. */
export const STATE: unique symbol = Symbol('ringsnake.proxy');

/** Undefined: it is no proxy. */
export function stateOf(value: unknown): Expression | Held | undefined {
  if (typeof value !== 'function') return undefined;
  let state: unknown;
  try {
    state = (value as { [STATE]?: unknown })[STATE];
  } catch {
    // A `Proxy` of the user's.
    return undefined;
  }
  return state instanceof Held || state instanceof Expression ? state : undefined;
}
