import { ProxyStep } from '../wire/constants.gen.js';
import { Held } from './held.js';
import { stateOf } from './proxy-state.js';

/** Milliseconds that showing an object may block the thread. */
const PATIENCE = 200;

const QUICK = { isSync: true, options: { timeout: PATIENCE } };

/** What `console.log` shows of a proxy: the object's `repr`, or what there is to say where that cannot be had at once. */
export function shown(this: unknown): string {
  const state = stateOf(this);
  if (!(state instanceof Held)) return '[Python expression, not awaited]';
  if (state.isReleased) return '[Python object, released]';
  try {
    const text = state.guest.operandOfSync([state.number, ProxyStep.display], QUICK);
    if (typeof text === 'string') return text;
    // An exception, of its `__repr__`.
    state.guest.giveBackAll(text);
    return '[Python object]';
  } catch {
    return '[Python object]';
  }
}
