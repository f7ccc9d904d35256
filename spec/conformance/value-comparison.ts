/** Outcomes of two languages, side by side. */
import { mapMeaning, mapNumbers, type Outcome } from './value-implementations.js';
import type { Meaning } from './value-vectors.js';

/** VALUE-18: what is equal, and what can be a key, is each language's own. Only JavaScript can parse a URL. */
const OWN = /two equal (items|keys)|cannot be (hashed|-0)|\(URL\) is malformed/;

/** Compares what `comparable` made. */
export function areAlike(ours: string, theirs: string): boolean {
  return ours === theirs || OWN.test(ours) || OWN.test(theirs);
}

/** What both languages can tell, as text. JavaScript puts keys that look like indices first. */
export function comparable(outcome: Outcome): string {
  return 'meaning' in outcome
    ? JSON.stringify(sortKeys(mapNumbers(outcome.meaning)))
    : JSON.stringify(outcome);
}

/** In an order that does not depend on the language, and with one type of integer. */
function sortKeys(meaning: Meaning): Meaning {
  return mapMeaning(meaning, (each) => {
    if ('map' in each) return { map: each.map.toSorted(([a], [b]) => (a < b ? -1 : 1)) };
    if ('set' in each) return { set: each.set.toSorted(byText) };
    if ('frozenset' in each) return { frozenset: each.frozenset.toSorted(byText) };
    return 'bigint' in each ? { int: each.bigint } : each;
  });
}

function byText(a: Meaning, b: Meaning): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
