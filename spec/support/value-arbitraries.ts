/** Values by chance. */
import fc from 'fast-check';
import {
  Decimal,
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

/** Any value that crosses. */
export const { value } = fc.letrec<{ value: unknown; items: unknown[] }>((tie) => ({
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

const SOME_KEYS = ['a', 'b', 'id', '__proto__', '7', 'ключ', 'a key that is longer than others, é'];

/** Objects and arrays in which the same few keys come again and again. */
export const { document } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, undefined, true, 'text', 7, 0.5),
    fc.array(tie('document'), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.constantFrom(...SOME_KEYS), tie('document')), { maxLength: 4 })
      .map(Object.fromEntries),
  ),
}));
