import t from 'tap';
import { implementations } from './value-implementations.js';
import { loadValueVectors } from './value-vectors.js';

const all = loadValueVectors();

t.test('there are vectors of each kind', async (t) => {
  const accepted = all.filter((vector) => vector.meaning !== undefined);
  const rejected = all.filter((vector) => vector.error !== undefined);
  t.equal(accepted.length + rejected.length, all.length);
  t.ok(accepted.length >= 300);
  t.ok(rejected.length >= 300);
});

for (const implementation of implementations) {
  const vectors = all.filter(({ only = implementation.name }) => only === implementation.name);
  const accepted = vectors.filter((vector) => vector.meaning !== undefined);
  const canonical = accepted.filter((vector) => vector.canonical);
  const rejected = vectors.filter((vector) => vector.error !== undefined);

  t.test(`${implementation.name} reads each accepted vector as its meaning`, async (t) => {
    const outcomes = implementation.run(accepted.map(({ bytes }) => ({ decode: bytes })));
    for (const [i, { title, meaning }] of accepted.entries()) {
      if (meaning === undefined) continue;
      t.strictSame(outcomes[i], { meaning: implementation.seen(meaning) }, title);
    }
  });

  t.test(`VALUE-1: ${implementation.name} writes each canonical vector as its bytes`, async (t) => {
    // What a language cannot tell apart, it cannot write apart: see spec/wire-values for what a declared type adds.
    const own = canonical.filter(({ meaning }) => meaning && implementation.canWrite(meaning));
    t.ok(own.length >= 250);
    const outcomes = implementation.run(
      own.flatMap(({ meaning }) => (meaning === undefined ? [] : [{ encode: meaning }])),
    );
    for (const [i, { title, bytes }] of own.entries()) t.strictSame(outcomes[i], { bytes }, title);
  });

  t.test(`${implementation.name} rejects each rejected vector for its reason`, async (t) => {
    const outcomes = implementation.run(rejected.map(({ bytes }) => ({ decode: bytes })));
    for (const [i, { title, error }] of rejected.entries()) {
      const outcome = outcomes[i];
      t.match(outcome, { error: 'RS_DECODE' }, title);
      t.ok(outcome && 'message' in outcome && outcome.message.endsWith(error as string), title);
    }
  });
}
