/** Messages to and from codecs that are not ours: msgpackr here, msgpack and msgspec in Python. */
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import { encode } from '../../lib/values.js';
import { implementations, mapNumbers } from '../conformance/value-implementations.js';
import { meaningOf } from '../conformance/value-meanings.js';
import type { Meaning } from '../conformance/value-vectors.js';
import { value } from '../support/value-arbitraries.js';
import {
  askPeers,
  type Peer,
  type PeerOutcome,
  peerMeaning,
  readByMsgpackr,
} from './msgpack-peers.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
t.setTimeout(isLong ? 600_000 : 240_000);
const sampling = { seed: 20_261_121, numRuns: isLong ? 50_000 : 1_500 };

/** What crosses without an extension: VALUE-2 says which strings do. */
const text = fc.oneof(
  fc.string({
    maxLength: 300,
    unit: fc.integer({ min: 0, max: 0x7f }).map((c) => String.fromCharCode(c)),
  }),
  fc.string({ unit: 'grapheme', maxLength: 30 }).filter((each) => each.length < 24),
);
const { plain } = fc.letrec<{ plain: unknown }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, -0, NaN, 2 ** 53, -(2 ** 63), 3.5e38),
    fc.double(),
    fc.float(),
    fc.maxSafeInteger(),
    fc.integer({ min: -40, max: 300 }),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('plain'), { maxLength: 20 }),
    fc.array(fc.tuple(text, tie('plain')), { maxLength: 18 }).map(Object.fromEntries),
  ),
}));

const samples = fc.sample(plain, sampling);
const meanings = samples.map(meaningOf);
const [, python] = implementations;

/** Numbers by their value, and members in an order that does not depend on the language. */
function normal(meaning: Meaning): string {
  return JSON.stringify(mapNumbers(sorted(meaning)));
}

function sorted(meaning: Meaning): Meaning {
  if ('array' in meaning) return { array: meaning.array.map(sorted) };
  if (!('map' in meaning)) return meaning;
  const members = meaning.map.map(([key, item]): [string, Meaning] => [key, sorted(item)]);
  return { map: members.toSorted(([a], [b]) => (a < b ? -1 : 1)) };
}

function read(outcome: PeerOutcome | undefined): string {
  return outcome !== undefined && 'meaning' in outcome
    ? normal(outcome.meaning)
    : JSON.stringify(outcome);
}

/** The first few places at which they differ. */
function unlike(found: readonly string[], wanted: readonly string[]): unknown[] {
  const places = wanted.flatMap((each, i) =>
    found[i] === each ? [] : [{ found: found[i], wanted: each }],
  );
  return [...places.slice(0, 3), ...(found.length === wanted.length ? [] : ['not as many'])];
}

const wanted = meanings.map(normal);
const written = [
  ['TypeScript', samples.map((each) => Buffer.from(encode(each)).toString('hex'))],
  ['Python', (python?.run(meanings.map((encode) => ({ encode }))) ?? []).map(bytesOf)],
] as const;

function bytesOf(outcome: object): string {
  if ('bytes' in outcome) return String(outcome.bytes);
  throw new Error(JSON.stringify(outcome));
}

t.test('the comparison tells two values from each other', async (t) => {
  const moved = [...wanted.slice(1), ''];
  t.ok(unlike(moved, wanted).length > 2);
});

for (const [language, messages] of written) {
  t.test(`msgpackr reads what ${language} writes of plain data`, async (t) => {
    const found = messages.map((hex) =>
      normal(peerMeaning(readByMsgpackr(Buffer.from(hex, 'hex')))),
    );
    t.strictSame(unlike(found, wanted), []);
  });

  for (const peer of ['msgpack', 'msgspec'] as const) {
    t.test(`${peer} reads what ${language} writes of plain data`, async (t) => {
      const found = askPeers(messages.map((hex) => ({ read: hex, with: peer }))).map(read);
      t.strictSame(unlike(found, wanted), []);
    });
  }
}

const MINUS_ZERO = JSON.stringify({ float: '-0' });
const ZERO = JSON.stringify({ int: '0' });
const packr = new Packr({ useRecords: false });
const foreign: readonly (readonly [string, readonly string[]])[] = [
  ['msgpackr', samples.map((each) => packr.pack(each).toString('hex'))],
  ...(['msgpack', 'msgspec'] as const).map((peer): [Peer, string[]] => [
    peer,
    askPeers(meanings.map((meaning) => ({ write: meaning, with: peer }))).map(bytesOf),
  ]),
];

for (const [peer, messages] of foreign) {
  for (const implementation of implementations) {
    t.test(`${implementation.name} reads what ${peer} writes of plain data`, async (t) => {
      const outcomes = implementation.run(messages.map((decode) => ({ decode })));
      // msgpackr writes -0 as 0.
      const kept =
        peer === 'msgpackr' ? wanted.map((each) => each.replaceAll(MINUS_ZERO, ZERO)) : wanted;
      t.strictSame(
        unlike(
          outcomes.map((each) => read(each as PeerOutcome)),
          kept,
        ),
        [],
      );
    });
  }
}

t.test('floats of 32 bits are read as what they are', async (t) => {
  const floats = fc.sample(fc.float(), sampling).map(meaningOf);
  const messages = askPeers(
    floats.map((meaning) => ({ write: meaning, with: 'msgpack, short floats' as const })),
  ).map(bytesOf);
  for (const implementation of implementations) {
    const outcomes = implementation.run(messages.map((decode) => ({ decode })));
    t.strictSame(
      unlike(
        outcomes.map((each) => read(each as PeerOutcome)),
        floats.map(normal),
      ),
      [],
    );
  }
});

t.test('every other reader comes to the end of a message of ours, whatever is in it', async (t) => {
  const messages = fc
    .sample(fc.tuple(value, fc.boolean()), sampling)
    .map(([each, identity]) => Buffer.from(encode(each, { identity })).toString('hex'));
  const seen = askPeers(messages.map((hex) => ({ read: hex, with: 'msgpack, any keys' as const })));
  t.strictSame(seen.filter((outcome) => 'error' in outcome).slice(0, 3), []);
  const count = seen.filter((outcome) => 'extensions' in outcome && outcome.extensions > 0).length;
  t.comment(`${count} of ${messages.length} have extensions`);
  t.ok(count > messages.length / 10);
  const wrong = messages.filter((hex) => {
    try {
      readByMsgpackr(Buffer.from(hex, 'hex'));
      return false;
    } catch (error) {
      t.comment(String(error));
      return true;
    }
  });
  t.strictSame(wrong.slice(0, 3), []);
  // An extension whose length is off by one is not come to the end of.
  const cut = messages.map((hex) => hex.slice(0, -2)).filter((hex) => hex !== '');
  const after = askPeers(cut.map((hex) => ({ read: hex, with: 'msgpack, any keys' as const })));
  t.ok(after.every((outcome) => 'error' in outcome));
});
