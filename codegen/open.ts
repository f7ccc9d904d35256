/** What is open: besides its known values it has others of the same kinds. */
import type { LiteralValue } from './model.js';

/** In the words of errors. */
export type OpenKind = 'string' | 'integer' | 'number' | 'boolean';

/** Of the values that one with these has, known or not. Twin: lib/wire/declared/open.ts. */
export function openKinds(members: readonly LiteralValue[]): readonly OpenKind[] {
  const numbers = members.filter((member) => typeof member === 'number');
  const kinds: readonly (readonly [OpenKind, boolean])[] = [
    ['string', members.some((member) => typeof member === 'string')],
    ['integer', numbers.length > 0 && numbers.every(Number.isSafeInteger)],
    ['number', !numbers.every(Number.isSafeInteger)],
    ['boolean', members.some((member) => typeof member === 'boolean')],
  ];
  return kinds.filter(([, has]) => has).map(([kind]) => kind);
}
