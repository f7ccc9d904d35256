/** Both readers on the same bytes: values by chance, and the same with a few bytes changed. */
import fc from 'fast-check';
import t from 'tap';
import { encode } from '../../lib/values.js';
import { value } from '../support/value-arbitraries.js';
import { areAlike, comparable } from './value-comparison.js';
import { implementations } from './value-implementations.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
if (isLong) t.setTimeout(600_000);
const sampling = { seed: 20_261_121, numRuns: isLong ? 50_000 : 2_000 };

const written = fc.sample(
  fc.tuple(value, fc.boolean()).map(([each, identity]) => encode(each, { identity })),
  sampling,
);
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
const changed = fc.sample(changes, sampling).map((places, i) => {
  const bytes = Uint8Array.from(written[i] ?? []);
  for (const [place, byte] of places) bytes[place % bytes.length] = byte;
  return bytes;
});

for (const [what, messages] of [
  ['what TypeScript writes', written],
  ['what was changed on the way', changed],
] as const) {
  t.test(`both languages read ${what} alike`, async (t) => {
    const requests = messages.map((bytes) => ({ decode: Buffer.from(bytes).toString('hex') }));
    const [ours = [], theirs = []] = implementations.map((implementation) =>
      implementation.run(requests).map(comparable),
    );
    const unalike = requests.filter((_, i) => !areAlike(ours[i] ?? '', theirs[i] ?? ''));
    const accepted = ours.filter(
      (text) => text.startsWith('{"meaning"') || !text.startsWith('{"error":"RS'),
    ).length;
    t.comment(`${accepted} of ${ours.length} are values`);
    t.strictSame(unalike.slice(0, 5), []);
  });
}
