import { types } from 'node:util';

/** Whether it is one of ours; what is not is not asked, for a `Proxy` of the user's may throw even at `instanceof`. */
export function isMade<Made extends object>(
  value: unknown,
  made: abstract new (...args: never[]) => Made,
): value is Made {
  return (
    typeof value === 'object' && value !== null && !types.isProxy(value) && value instanceof made
  );
}
