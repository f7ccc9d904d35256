/** What `ringsnake explain` says about each code of `diagnostics.ts`. */
import type { DiagnosticCode } from './diagnostics.js';
import { INPUTS } from './explanations/inputs.js';
import { MEMBERS } from './explanations/members.js';
import { TYPES } from './explanations/types.js';

export interface Explanation {
  /** Lines of at most 120 columns. */
  readonly text: string;
  /** An example that gets the code, and one that does not. Files that declare interfaces, unless the text says otherwise. */
  readonly wrong?: string;
  readonly right?: string;
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = { ...INPUTS, ...TYPES, ...MEMBERS };

/** Empty only while a new code has none: its hint is shown instead. */
export function explanationOf(code: DiagnosticCode): Partial<Explanation> {
  return EXPLANATIONS[code] ?? {};
}
