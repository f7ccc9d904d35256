/** Both languages on the same sequences of messages, by chance. */
import fc from 'fast-check';
import t from 'tap';
import { ValueEncoder } from '../../lib/values.js';
import { document, value } from '../support/value-arbitraries.js';
import { implementations, type Step } from './sequence-implementations.js';
import { areAlike, comparable } from './value-comparison.js';
import type { Outcome } from './value-implementations.js';
import { meaningOf } from './value-meanings.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
if (isLong) t.setTimeout(600_000);
const sampling = { seed: 20_261_121, numRuns: isLong ? 10_000 : 500 };

const documents = fc.sample(
  fc.array(fc.tuple(document, fc.boolean()), { minLength: 1, maxLength: 8 }),
  sampling,
);
const mixed = fc
  .sample(fc.array(fc.oneof(document, value), { minLength: 1, maxLength: 6 }), sampling)
  .map((values) => {
    const encoder = new ValueEncoder();
    return values.map((each) => encoder.encode([each, each]));
  });
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
const changed = fc.sample(changes, sampling).map((places, i) => {
  const messages = (mixed[i] ?? []).map((bytes) => Uint8Array.from(bytes));
  for (const [which, place, byte] of places) {
    const bytes = messages[which % messages.length] as Uint8Array;
    bytes[place % bytes.length] = byte;
  }
  return messages;
});

t.test('both languages write a sequence as the same bytes', async (t) => {
  const sequences = documents.map((messages) =>
    messages.flatMap(([each, isSent]): Step[] => [
      { encode: { array: [meaningOf(each), meaningOf(each)] } },
      ...(isSent ? [] : [{ rollback: true } as const]),
    ]),
  );
  const [ours = [], theirs = []] = implementations.map((implementation) =>
    implementation.run(sequences),
  );
  const unalike = sequences.filter((_, i) => JSON.stringify(ours[i]) !== JSON.stringify(theirs[i]));
  const shapes = ours.filter((outcomes) => JSON.stringify(outcomes).includes('d409')).length;
  t.comment(`${shapes} of ${sequences.length} refer to shapes`);
  t.ok(shapes > sequences.length / 10);
  t.strictSame(unalike.slice(0, 3), []);
});

for (const [what, sequences] of [
  ['what TypeScript writes', mixed],
  ['what was changed on the way', changed],
] as const) {
  t.test(`both languages read ${what} alike, message by message`, async (t) => {
    const steps = sequences.map((messages) =>
      messages.map((bytes) => ({ decode: Buffer.from(bytes).toString('hex') })),
    );
    const [ours = [], theirs = []] = implementations.map((implementation) =>
      implementation
        .run(steps)
        .map((outcomes) => outcomes.map((outcome) => comparable(outcome as Outcome))),
    );
    const unalike = steps.filter((_, i) => !isAlike(ours[i] ?? [], theirs[i] ?? []));
    const accepted = ours.flat().filter((outcome) => !outcome.startsWith('{"error":"RS')).length;
    t.comment(`${accepted} of ${ours.flat().length} messages are values`);
    t.strictSame(unalike.slice(0, 3), []);
  });
}

/** Where one language refuses what only the other can have, it may have lost shapes: what comes then is not compared. */
function isAlike(ours: readonly string[], theirs: readonly string[]): boolean {
  for (const [i, outcome] of ours.entries()) {
    const other = theirs[i] ?? '';
    if (outcome === other) continue;
    return areAlike(outcome, other);
  }
  return true;
}
