/** Outcomes of two languages, side by side. */
import { mapMeaning, mapNumbers, type Outcome } from './value-implementations.js';
import type { Meaning } from './value-vectors.js';

/**
 * VALUE-18: what is equal, and what can be a key, is each language's own. Only JavaScript can parse a URL. Python has one empty tuple
 * and one empty frozenset: they are always shared.
 */
const OWN =
  /two equal (items|keys)|cannot be (hashed|-0)|\(URL\) is malformed|"definition":\{"(tuple|frozenset)":\[\]\}/;

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
    // Python reads an offset from the zone that it knows, and loses the name of one that it does not.
    if ('zoned' in each) return { zoned: [each.zoned[0], 0, 0, ''] };
    // What is an AggregateError to JavaScript is an ExceptionGroup to Python.
    if ('error' in each && isGroup(each.error[0]))
      return { error: [GROUP, ...each.error.slice(1)] };
    if ('url' in each) return { url: URL.canParse(each.url) ? new URL(each.url).href : each.url };
    return 'bigint' in each ? { int: each.bigint } : each;
  });
}

const GROUP: Meaning = { str: 'AggregateError' };

function isGroup(name: Meaning | undefined): boolean {
  return name !== undefined && 'str' in name && name.str === 'ExceptionGroup';
}

function byText(a: Meaning, b: Meaning): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
