/** Messages of many strings: their characters travel in blocks, both ways. */
import fc from 'fast-check';
import { ValidationError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

const UNITS_OF_A_BLOCK = 16_384;
const LONGEST_IN_A_BLOCK = 256;

/** Strings that one byte a character holds, that two hold, that UTF-8 does not. */
const text = fc.oneof(
  { arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 40 }), weight: 6 },
  {
    arbitrary: fc.string({ unit: fc.nat(0xff).map((code) => String.fromCharCode(code)) }),
    weight: 2,
  },
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
  fc
    .tuple(fc.constantFrom('a', 'é', '日', '😀'), fc.integer({ min: 250, max: 260 }))
    .map(([unit, length]) => unit.repeat(length)),
);

t.test('any list of strings comes back as it went', async (t) => {
  const { workbench } = await startWorkbench(t);
  const numRuns = process.env['RINGSNAKE_FUZZ'] === '1' ? 20_000 : 500;
  fc.assert(
    fc.property(fc.array(text, { maxLength: 60 }), (texts) => {
      t.strictSame(workbench.sync.echoTexts(texts), texts);
    }),
    { seed: 20_261_121, numRuns },
  );
});

t.test('a string ends where a block ends, before it and behind it', async (t) => {
  const { workbench } = await startWorkbench(t);
  for (const unit of ['a', 'é', '日', '😀']) {
    const full = unit.repeat(LONGEST_IN_A_BLOCK / unit.length);
    const blocks = Array.from({ length: (3 * UNITS_OF_A_BLOCK) / LONGEST_IN_A_BLOCK }, () => full);
    for (const first of ['', 'x', 'xy', full]) {
      const texts = [first, ...blocks, first];
      t.strictSame(
        await workbench.echoTexts(texts),
        texts,
        `${JSON.stringify(unit)} after ${first.length}`,
      );
    }
  }
});

t.test('one wide character among thousands costs nobody a character', async (t) => {
  const { workbench } = await startWorkbench(t);
  const narrow = Array.from({ length: 5000 }, (_, i) => `item ${i} é`);
  for (const at of [0, 1, 2500, 4999]) {
    const texts = narrow.with(at, '日本');
    t.strictSame(await workbench.echoTexts(texts), texts);
  }
});

t.test('a message of strings that outgrows the ring arrives whole', async (t) => {
  const { workbench } = await startWorkbench(t);
  const texts = Array.from({ length: 200_000 }, (_, i) => `a string, number ${i}, of some length`);
  t.strictSame(await workbench.echoTexts(texts), texts);
  t.strictSame(workbench.sync.echoTexts(texts), texts);
});

t.test('a list that breaks off in the middle leaves nothing behind', async (t) => {
  const { workbench } = await startWorkbench(t);
  const broken = ['one', 'two', 3 as unknown as string];
  const error: unknown = await workbench.echoTexts(broken).catch((thrown: unknown) => thrown);
  t.ok(error instanceof ValidationError);
  t.match(error, { path: 'echoTexts(texts[2])', message: 'expected string, got number 3' });
  t.strictSame(await workbench.echoTexts(['four']), ['four']);
  t.equal(await workbench.echoText('five'), 'five');
});
