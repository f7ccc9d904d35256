import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { areAlike, comparable } from './value-comparison.js';
import { implementations, type Outcome } from './value-implementations.js';
import { loadValueVectors, type Meaning } from './value-vectors.js';

const all = loadValueVectors();
const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
if (isLong) t.setTimeout(600_000);

for (const implementation of implementations) {
  t.test(`VALUE-4: ${implementation.name} rejects every prefix of a value`, async (t) => {
    const prefixes = all
      .filter(({ only = implementation.name }) => only === implementation.name)
      .flatMap(({ bytes, meaning }) => (meaning === undefined ? [] : prefixesOf(bytes)));
    const outcomes = implementation.run(prefixes.map((bytes) => ({ decode: bytes })));
    const taken = prefixes.filter((_, i) => !isRejection(outcomes[i]));
    t.strictSame(taken, []);
  });
}

t.test(
  'every single-byte change is a value that is written alike again, or a DecodeError',
  async (t) => {
    const [typescript] = implementations;
    const wrong: string[] = [];
    let count = 0;
    for (const { bytes } of all.filter((vector) => vector.bytes.length <= (isLong ? 1000 : 48))) {
      for (const changed of changesOf(bytes, isLong ? EVERY : SOME)) {
        const [outcome] = typescript?.run([{ decode: changed }]) ?? [];
        count++;
        if (outcome === undefined || 'bytes' in outcome) wrong.push(changed);
        else if ('error' in outcome && outcome.error !== 'RS_DECODE') wrong.push(changed);
        else if ('meaning' in outcome && !isStable(outcome.meaning)) wrong.push(changed);
      }
    }
    t.comment(`${count} changes`);
    t.strictSame(wrong.slice(0, 10), []);
  },
);

/** Written and read again it is the same. */
function isStable(meaning: Meaning): boolean {
  const [written] = implementations[0]?.run([{ encode: meaning }]) ?? [];
  if (written === undefined || !('bytes' in written)) return false;
  const [again] = implementations[0]?.run([{ decode: written.bytes }]) ?? [];
  return isDeepStrictEqual(again, { meaning });
}

t.test('both languages take every single-byte change alike', async (t) => {
  const values = isLong ? EVERY : SOME;
  const changed = all.flatMap(({ bytes }) => (bytes.length <= 32 ? changesOf(bytes, values) : []));
  const requests = changed.map((bytes) => ({ decode: bytes }));
  const [ours = [], theirs = []] = implementations.map((implementation) =>
    implementation.run(requests).map(comparable),
  );
  const unalike = changed.filter((_, i) => !areAlike(ours[i] ?? '', theirs[i] ?? ''));
  t.comment(`${changed.length} changes`);
  t.strictSame(unalike.slice(0, 10), []);
  t.equal(ours.length, changed.length);
});

const EVERY: readonly number[] = Array.from({ length: 256 }, (_, value) => value);
/** Each kind of head, and the ends of their ranges. */
const SOME: readonly number[] = [
  ...[0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x10, 0x11, 0x13, 0x14],
  ...[0x16, 0x20, 0x21, 0x7f, 0x80, 0x81, 0x90, 0x91, 0x97, 0xa0, 0xa1, 0xc0, 0xc1, 0xc3, 0xc4],
  ...[0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcf, 0xd0, 0xd3, 0xd4, 0xd5, 0xd8, 0xd9, 0xdb, 0xdc],
  ...[0xdd, 0xdf, 0xe0, 0xff],
];

/** All of a short value; the first and the last few of a long one. */
function prefixesOf(bytes: string): string[] {
  const length = bytes.length / 2;
  const all = Array.from({ length }, (_, size) => size);
  const sizes = length <= 300 ? all : [...all.slice(0, 20), ...all.slice(-20)];
  return sizes.map((size) => bytes.slice(0, 2 * size));
}

/** Each of `values` in place of every byte. */
function changesOf(bytes: string, values: readonly number[]): string[] {
  const original = Buffer.from(bytes, 'hex');
  return [...original.keys()].flatMap((position) =>
    values.map((value) => {
      const changed = Buffer.from(original);
      changed[position] = value;
      return changed.toString('hex');
    }),
  );
}

function isRejection(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && 'error' in outcome && outcome.error === 'RS_DECODE';
}
