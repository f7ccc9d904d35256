import t from 'tap';
import { implementations, mapMeaning, mapNumbers, type Outcome } from './value-implementations.js';
import { loadValueVectors, type Meaning } from './value-vectors.js';

const vectors = loadValueVectors();
const accepted = vectors.filter((vector) => vector.meaning !== undefined);

for (const implementation of implementations) {
  t.test(`VALUE-4: ${implementation.name} rejects every prefix of a value`, async (t) => {
    const prefixes = accepted.flatMap(({ bytes }) => prefixesOf(bytes));
    const outcomes = implementation.run(prefixes.map((bytes) => ({ decode: bytes })));
    const taken = prefixes.filter((_, i) => !isRejection(outcomes[i]));
    t.strictSame(taken, []);
  });
}

t.test(
  'both languages take every single-byte change alike, as a value or as a DecodeError',
  async (t) => {
    const changed = vectors.flatMap(({ bytes }) => (bytes.length <= 32 ? changesOf(bytes) : []));
    const requests = changed.map((bytes) => ({ decode: bytes }));
    const [ours = [], theirs = []] = implementations.map((implementation) =>
      implementation.run(requests).map(comparable),
    );
    const unalike = changed.filter((_, i) => ours[i] !== theirs[i]);
    t.strictSame(unalike.slice(0, 10), []);
    t.equal(ours.length, changed.length);
  },
);

/** All of a short value; the first and the last few of a long one. */
function prefixesOf(bytes: string): string[] {
  const length = bytes.length / 2;
  const all = Array.from({ length }, (_, size) => size);
  const sizes = length <= 300 ? all : [...all.slice(0, 20), ...all.slice(-20)];
  return sizes.map((size) => bytes.slice(0, 2 * size));
}

/** Every value of every byte. */
function changesOf(bytes: string): string[] {
  const original = Buffer.from(bytes, 'hex');
  return [...original.keys()].flatMap((position) =>
    Array.from({ length: 256 }, (_, value) => {
      const changed = Buffer.from(original);
      changed[position] = value;
      return changed.toString('hex');
    }),
  );
}

function isRejection(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'error' in outcome && outcome.error === 'RS_DECODE';
}

/** What both languages can tell, as text. JavaScript puts keys that look like indices first. */
function comparable(outcome: Outcome): string {
  return 'meaning' in outcome
    ? JSON.stringify(sortKeys(mapNumbers(outcome.meaning)))
    : JSON.stringify(outcome);
}

function sortKeys(meaning: Meaning): Meaning {
  return mapMeaning(meaning, (each) =>
    'map' in each ? { map: each.map.toSorted(([a], [b]) => (a < b ? -1 : 1)) } : each,
  );
}
