import { memberSegment, within } from '../validation.js';

/** What writes a value, whatever it is. */
export interface AnyTarget {
  write(value: unknown): void;
}

/** Writes the members of an object of known keys. Errors get the key in front of their path. */
export type MemberWriter = (target: AnyTarget, members: Readonly<Record<string, unknown>>) => void;

/** One member after the other. */
export function writeByKeys(keys: readonly string[]): MemberWriter {
  return (target, members) => {
    let at = 0;
    try {
      for (; at < keys.length; at++) target.write(members[keys[at] as string]);
    } catch (error) {
      throw within(error, memberSegment(keys[at] as string));
    }
  };
}

/**
 * By code that names the keys: V8 learns where each lies, whatever other objects there are. Member by member where code cannot be
 * generated from text. The keys are quoted: no object is code.
 */
export function writeByNames(keys: readonly string[]): MemberWriter {
  const lines = keys.map((key, i) => `at = ${i}; target.write(members[${JSON.stringify(key)}]);`);
  const body = `let at = 0; try { ${lines.join(' ')} } catch (error) { throw failed(error, at); }`;
  const failed = (error: unknown, at: number): unknown =>
    within(error, memberSegment(keys[at] as string));
  try {
    const make = new Function('failed', `return (target, members) => { ${body} };`);
    return (make as (failed: unknown) => MemberWriter)(failed);
  } catch {
    return writeByKeys(keys);
  }
}
