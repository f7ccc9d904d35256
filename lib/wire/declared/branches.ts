/** Which branch of a union an object is of, where no single field tells. */
import { kindOf } from './kinds.js';

/** What one branch looks like. Generated. */
export interface BranchShape {
  /** Its number in the union. */
  readonly branch: number;
  /** Of each field that must be there, or may be (`?` in front), the kinds of its values, or the values themselves. */
  readonly fields: Readonly<Record<string, string | ReadonlySet<unknown>>>;
}

/**
 * The branch that the object fits, of several the one that knows most of its keys; where it fits none, the one that it is nearest to,
 * which then says what is wrong.
 */
export function branchOf(value: object, shapes: readonly BranchShape[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  const keys = Object.keys(value).length;
  for (const { branch, fields } of shapes) {
    const score = scoreOf(value as Readonly<Record<string, unknown>>, fields, keys);
    if (score > most) {
      best = branch;
      most = score;
    }
  }
  return best;
}

/** Above any score of an object with something wrong. */
const FITS = 1e6;
/** A value that says what it is counts more than one that happens to be there. */
const LITERAL = 4;

function scoreOf(
  value: Readonly<Record<string, unknown>>,
  fields: BranchShape['fields'],
  keys: number,
): number {
  let known = 0;
  let wrong = 0;
  for (const [key, kinds] of Object.entries(fields)) {
    // `toString` and the like are not members of what has no such field.
    const isThere = !(key in Object.prototype) || Object.hasOwn(value, key);
    const member = isThere ? value[key] : undefined;
    if (typeof kinds !== 'string') {
      if (kinds.has(member)) known += LITERAL;
      else wrong += LITERAL;
      continue;
    }
    const isOptional = kinds.startsWith('?');
    if (member === undefined && isOptional) continue;
    const fits = kinds === '' || kinds === '?' || kinds.includes(`|${kindOf(member)}|`);
    if (fits) known++;
    else wrong++;
  }
  // A key that the branch does not know is no error, but another branch may know it.
  const unknown = Math.max(0, keys - known);
  return (wrong === 0 ? FITS : 0) + known - 2 * wrong - unknown / 1000;
}
