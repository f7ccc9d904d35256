import { ProxyStep } from '../wire/constants.gen.js';
import type { Expression } from './expression.js';
import { Keywords } from './keywords.js';

/** A call with these arguments, of which the last may be `kwargs()`. */
export function called(expression: Expression, args: readonly unknown[]): Expression {
  const last = args.at(-1);
  return last instanceof Keywords
    ? expression.followedBy(ProxyStep.call, args.slice(0, -1), last)
    : expression.followedBy(ProxyStep.call, args, undefined);
}
