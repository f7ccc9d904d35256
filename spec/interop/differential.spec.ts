/** The same bytes for both of our readers and Python's msgpack: who accepts, who refuses, and what is read. */
import fc from 'fast-check';
import t from 'tap';
import { encode } from '../../lib/values.js';
import { areAlike, comparable } from '../conformance/value-comparison.js';
import { implementations, mapMeaning, type Outcome } from '../conformance/value-implementations.js';
import type { Meaning } from '../conformance/value-vectors.js';
import { value } from '../support/value-arbitraries.js';
import { askPeers, type PeerOutcome } from './msgpack-peers.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
t.setTimeout(isLong ? 3_600_000 : 240_000);
const BATCH = 5_000;
const BATCHES = isLong ? 60 : 1;

/** What ours alone refuses. Each has to be met, or it is no exception. */
const STRICTER = {
  'more than 128 open containers': /nested deeper than 128/,
  'a timestamp that is not the shortest': /extension -1 \(timestamp\) is malformed/,
  'a key that is bytes': /a map key is not a string/,
} as const;

/** What ours alone takes: keys by extension 1 and 2. */
const EXTENSION_KEY = /ExtType|not allowed for map key|Opaque/;

const head = fc.constantFrom(
  ...[0x05, 0x80, 0x81, 0x82, 0x90, 0x91, 0x93, 0xa0, 0xa1, 0xa3],
  ...Array.from({ length: 32 }, (_, i) => 0xc0 + i),
  0xe0,
  0xff,
);
const shortLength = fc.constantFrom(...[[0], [1], [2], [0, 1], [0, 2], [0, 0, 0, 1], [0, 0, 0, 3]]);
/** What looks like values: heads, lengths, letters. */
const grammar = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: head.map((byte) => [byte]) },
      shortLength,
      fc.constant([0x61]),
    ),
    { maxLength: 14 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));
const written = value.map((each) => encode(each));
const changed = fc
  .tuple(
    written,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    fc.nat(3),
  )
  .map(([bytes, places, cut]) => {
    const copy = Uint8Array.from(bytes);
    for (const [place, byte] of places) copy[place % copy.length] = byte;
    return cut === 0 ? copy.subarray(0, -1) : copy;
  });
const deep = fc
  .integer({ min: 120, max: 140 })
  .map((depth) => Uint8Array.from({ length: depth + 1 }, (_, i) => (i < depth ? 0x91 : 0xc0)));
const stamps = fc
  .tuple(
    fc.constantFrom([0xd6], [0xd7], [0xc7, 12]),
    fc.uint8Array({ minLength: 12, maxLength: 12 }),
    fc.boolean(),
  )
  .map(([first, body, isSmall]) => {
    const size = first[0] === 0xd6 ? 4 : first[0] === 0xd7 ? 8 : 12;
    if (isSmall) body.fill(0, 0, size - 1);
    return Uint8Array.from([...first, 0xff, ...body.subarray(0, size)]);
  });
const byteKeys = fc
  .uint8Array({ maxLength: 3 })
  .map((key) => Uint8Array.from([0x81, 0xc4, key.length, ...key, 0x05]));
const bytes = fc.oneof(
  { weight: 4, arbitrary: grammar },
  { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 12 }) },
  { weight: 6, arbitrary: changed },
  { weight: 3, arbitrary: written },
  deep,
  stamps,
  byteKeys,
);

/** Why the outcomes contradict each other; undefined where they do not. */
export function contradiction(ours: Outcome, theirs: PeerOutcome): string | undefined {
  if ('error' in theirs) {
    if ('error' in ours) return undefined;
    return EXTENSION_KEY.test(theirs.error) ? undefined : `only ours takes it: ${theirs.error}`;
  }
  if ('bytes' in theirs || 'bytes' in ours) return 'no reader';
  if ('error' in ours) {
    // What is inside an extension means nothing to msgpack.
    if (theirs.extensions > 0) return undefined;
    const [reason] = Object.entries(STRICTER).find(([, words]) => words.test(ours.message)) ?? [];
    if (reason === 'a key that is bytes' && theirs.byteKeys === 0) return 'no key is bytes';
    return reason === undefined ? `only ours refuses it: ${ours.message}` : undefined;
  }
  // A timestamp is one of ours as well.
  if (theirs.extensions > 0 || /"extension"/.test(JSON.stringify(theirs.meaning))) return undefined;
  return comparable(ours) === comparable({ meaning: lastKeys(theirs.meaning) })
    ? undefined
    : `read as ${JSON.stringify(theirs.meaning)}`;
}

function lastKeys(meaning: Meaning): Meaning {
  return mapMeaning(meaning, (each) => ('map' in each ? { map: [...new Map(each.map)] } : each));
}

const count = { accepted: 0, refused: 0, withExtensions: 0 };
const met = new Set<string>();

function tally(ours: Outcome, theirs: PeerOutcome): void {
  if ('error' in theirs) {
    if ('error' in ours) count.refused++;
  } else if ('meaning' in theirs && 'meaning' in ours) {
    count[theirs.extensions > 0 ? 'withExtensions' : 'accepted']++;
  } else if ('error' in ours && 'extensions' in theirs && theirs.extensions === 0) {
    for (const [reason, words] of Object.entries(STRICTER)) {
      if (words.test(ours.message)) met.add(reason);
    }
  }
}

t.test('three readers take and refuse the same bytes, and read the same', async (t) => {
  const wrong: unknown[] = [];
  let shifted = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const messages = fc
      .sample(bytes, { seed: 20_261_121 + batch, numRuns: BATCH })
      .map((each) => Buffer.from(each).toString('hex'));
    const [ours = [], python = []] = implementations.map((each) =>
      each.run(messages.map((decode) => ({ decode }))),
    );
    const theirs = askPeers(messages.map((hex) => ({ read: hex, with: 'msgpack' as const })));
    for (const [i, hex] of messages.entries()) {
      const [mine, yours, other] = [ours[i], python[i], theirs[i]];
      if (mine === undefined || yours === undefined || other === undefined)
        throw new Error('an answer is missing');
      if (!areAlike(comparable(mine), comparable(yours))) wrong.push({ hex, mine, yours });
      const why = contradiction(mine, other) ?? contradiction(yours, other);
      if (why !== undefined) wrong.push({ hex, why });
      tally(mine, other);
      // A reader that answers another question is found out.
      const next = theirs[(i + 1) % theirs.length];
      if (next !== undefined && contradiction(mine, next) !== undefined) shifted++;
    }
  }
  t.comment(`${BATCH * BATCHES} messages: ${JSON.stringify(count)}`);
  t.strictSame(wrong.slice(0, 5), []);
  t.strictSame([...met].sort(), Object.keys(STRICTER).sort());
  t.ok(count.accepted > BATCHES * 200 && count.refused > BATCHES * 500);
  t.ok(shifted > BATCHES * 500, `${shifted} contradictions among messages that are not the same`);
});
