/** Values of every kind, by chance: values → bytes → values → bytes. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { RingsnakeError } from '../../lib/errors.js';
import { decode, encode } from '../../lib/values.js';
import { value } from '../support/value-arbitraries.js';

const long = process.env['RINGSNAKE_FUZZ'] === '1';
const parameters = { seed: 20_261_121, numRuns: long ? 20_000 : 1_000 };

t.test('every value arrives as it was, and is written alike again', async () => {
  fc.assert(
    fc.property(value, fc.boolean(), (sent, identity) => {
      const bytes = encode(sent, { identity });
      const received = decode(bytes);
      if (!hasErrors(sent) && !isDeepStrictEqual(received, sent)) throw new Error('another value');
      if (Buffer.compare(encode(received, { identity }), bytes) !== 0)
        throw new Error('other bytes');
    }),
    parameters,
  );
});

/** A stack and the frames of a RemoteError are of the place where it was made. */
function hasErrors(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (value instanceof Error) return true;
  if (value instanceof Map) return [...value].flat().some(hasErrors);
  if (value instanceof Set || Array.isArray(value)) return [...value].some(hasErrors);
  return Object.values(value).some(hasErrors);
}

t.test('what a value shares stays shared', async () => {
  const shared = fc.array(value, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(shared, fc.array(fc.nat(2), { minLength: 2, maxLength: 6 }), (objects, order) => {
      const items = objects.map((inner) => ({ inner }));
      const sent = order.map((index) => items[index % items.length]);
      const bytes = encode(sent, { identity: true });
      const received = decode(bytes) as unknown[];
      for (const [i, item] of sent.entries()) {
        if (sent.indexOf(item) !== received.indexOf(received[i])) throw new Error('not shared');
      }
      if (Buffer.compare(encode(received, { identity: true }), bytes) !== 0)
        throw new Error('other bytes');
    }),
    { ...parameters, numRuns: parameters.numRuns / 5 },
  );
});

t.test(
  'bytes by chance, and values with bytes changed, are a value or a coded error',
  async (t) => {
    let accepted = 0;
    const tryBytes = (bytes: Uint8Array): void => {
      try {
        const received = decode(bytes);
        accepted++;
        // What can be read can be written, and read again.
        const again = encode(received, { identity: true });
        if (Buffer.compare(encode(decode(again), { identity: true }), again) !== 0)
          throw new Error(`written otherwise: ${Buffer.from(bytes).toString('hex')}`);
      } catch (error) {
        if (!(error instanceof RingsnakeError)) throw error;
        if (error.code !== 'RS_DECODE') throw error;
      }
    };
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), tryBytes), parameters);
    fc.assert(
      fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (sent, changes) => {
        const bytes = encode(sent);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        tryBytes(bytes);
      }),
      parameters,
    );
    t.comment(`${accepted} were values`);
    t.ok(accepted > 100);
  },
);
