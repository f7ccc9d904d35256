/** Values of every kind, by chance: values → bytes → values → bytes. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { RingsnakeError } from '../../lib/errors.js';
import {
  Decimal,
  decode,
  encode,
  FrozenSet,
  NdArray,
  PlainDate,
  PlainDateTime,
  PlainTime,
  RemoteError,
  TimeDelta,
  Timestamp,
  Tuple,
  Uuid,
  ZonedDateTime,
} from '../../lib/values.js';
import { arrayName, DTYPE_OF_ARRAY } from '../../lib/wire/values/dtype.js';

const long = process.env['RINGSNAKE_FUZZ'] === '1';
const parameters = { seed: 20_261_121, numRuns: long ? 20_000 : 1_000 };

const surrogates = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
});
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('a', 'é', 'ÿ'), maxLength: 300 }),
  surrogates,
);
const fold = fc.constantFrom(0, 1);
const offset = fc.integer({ min: -86_399, max: 86_399 });
const localMicroseconds = fc.bigInt({
  min: -62_135_596_800_000_000n,
  max: 253_402_300_799_999_999n,
});
const timestamp = fc
  .tuple(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer({ min: 0, max: 999_999_999 }),
  )
  .map(([seconds, nanoseconds]) => new Timestamp(seconds, nanoseconds))
  .filter(({ isDate }) => !isDate);
const zoned = fc
  .tuple(localMicroseconds, offset, fold, fc.constantFrom('', 'Europe/Paris', 'Marsá/日'))
  .map(([local, offset, fold, zone]) => {
    const microseconds = local - BigInt(offset) * 1_000_000n;
    return new ZonedDateTime({ microseconds, offset, fold, zone });
  });
const decimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.integer({ min: -40, max: 40 }),
  )
  .map(([sign, digits, exponent]) => new Decimal(`${sign}${digits}e${exponent}`));
const arrays = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
  fc.uint8ClampedArray(),
);
const ndarray = fc.tuple(arrays, fc.constantFrom('C', 'F')).map(([data, order]) => {
  const dtype = DTYPE_OF_ARRAY.get(arrayName(data) ?? '')?.name ?? 'uint8';
  return new NdArray({ dtype, shape: [1, data.length, 1], data, order: order as 'C' | 'F' });
});
const scalar = fc.oneof(
  fc.constantFrom(null, undefined, true, false, -0, NaN),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.bigInt({ min: -(2n ** 600n), max: 2n ** 600n }),
  text,
  fc.uint8Array({ maxLength: 300 }),
  fc.date({ noInvalidDate: true }),
  timestamp,
  zoned,
  fc.tuple(localMicroseconds, fold).map(([us, fold]) => PlainDateTime.fromMicroseconds(us, fold)),
  fc.integer({ min: -719_162, max: 2_932_896 }).map((days) => PlainDate.fromDays(days)),
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: 86_399_999_999n }),
      fold,
      fc.option(offset, { nil: undefined }),
    )
    .map(([us, fold, offset]) => PlainTime.fromMicroseconds(us, { fold, offset })),
  fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }).map((us) => TimeDelta.fromMicroseconds(us)),
  decimal,
  fc.uuid().map((uuid) => new Uuid(uuid)),
  fc.webUrl().map((url) => new URL(url)),
  arrays,
  ndarray,
);
/** A Set or a Map would turn it into 0. */
const key = scalar.filter((value) => !Object.is(value, -0));

const { value } = fc.letrec<{ value: unknown; items: unknown[] }>((tie) => ({
  items: fc.array(tie('value'), { maxLength: 6 }),
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'small', withCrossShrink: true },
    scalar,
    tie('items'),
    fc
      .array(fc.tuple(fc.oneof(text, fc.constant('__proto__')), tie('value')), { maxLength: 6 })
      .map(Object.fromEntries),
    fc
      .array(fc.tuple(fc.oneof(key, tie('items')), tie('value')), { maxLength: 6 })
      .map((pairs) => new Map(pairs)),
    fc.array(fc.oneof(key, tie('items')), { maxLength: 6 }).map((items) => new Set(items)),
    fc.array(key, { maxLength: 6 }).map((items) => new FrozenSet(items)),
    tie('items').map((items) => new Tuple(items)),
    fc
      .tuple(text, tie('value'), tie('items'))
      .map(([message, cause, errors]) => new AggregateError(errors, message, { cause })),
    fc
      .record({
        type: text.filter((name) => !/Error$/.test(name)),
        message: text,
        traceback: fc.option(text),
        cause: tie('value'),
        notes: fc.option(fc.array(text, { maxLength: 3 })),
        errors: fc.option(tie('items')),
        code: fc.option(
          fc.oneof(
            text,
            fc.maxSafeInteger().map((n) => n + 0),
          ),
        ),
      })
      .map((details) => new RemoteError(details)),
  ),
}));

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
