import t from 'tap';
import {
  Decimal,
  Float,
  FrozenSet,
  NdArray,
  PlainDate,
  PlainDateTime,
  PlainTime,
  TimeDelta,
  Timestamp,
  Tuple,
  Uuid,
  ZonedDateTime,
} from '../../lib/values.js';

t.test('each says what it is, in text and in JSON', async (t) => {
  const moment = new PlainDateTime({ year: 99, month: 3, day: 1, minute: 2, microsecond: 4 });
  const texts: [object, string][] = [
    [new Float(1), '1'],
    [new Timestamp(1_700_000_000, 5), '2023-11-14T22:13:20.000000005Z'],
    [new Timestamp(-1, 999_999_999), '1969-12-31T23:59:59.999999999Z'],
    [new Timestamp(9_000_000_000_000n), '9000000000000.000000000 s since 1970'],
    [new PlainDate(2024, 2, 29), '2024-02-29'],
    [new PlainTime({ hour: 12, offset: -3723 }), '12:00:00.000000-01:02:03'],
    [moment, '0099-03-01T00:02:00.000004'],
    [
      new ZonedDateTime({
        microseconds: 1_700_000_000_000_000n,
        offset: 3600,
        zone: 'Europe/Paris',
      }),
      '2023-11-14T23:13:20.000000+01:00[Europe/Paris]',
    ],
    [new TimeDelta({ days: -1, seconds: 86_399, microseconds: 999_999 }), '-PT0.000001S'],
    [new TimeDelta({ days: 1 }), 'PT86400.000000S'],
    [new Decimal('1e5'), '1E+5'],
    [new Uuid('C9A646D3-9C61-4CB7-BFCD-EE2522C8F633'), 'c9a646d3-9c61-4cb7-bfcd-ee2522c8f633'],
  ];
  for (const [value, text] of texts) {
    t.equal(String(value), text);
    t.equal(String(JSON.parse(JSON.stringify(value))), text);
  }
});

t.test('each is equal to another of equal fields, and frozen', async (t) => {
  const makers: (() => { equals(other: never): boolean })[] = [
    () => new Float(-0),
    () => new Timestamp(1, 2),
    () => new PlainDate(2024, 1, 1),
    () => new PlainTime({ hour: 1, fold: 1 }),
    () => new PlainDateTime({ year: 1, month: 1, day: 1 }),
    () => new ZonedDateTime({ microseconds: 1n, offset: 1, zone: 'a' }),
    () => new TimeDelta({ seconds: 1 }),
    () => new Decimal('1.0'),
    () => new Uuid('c9a646d3-9c61-4cb7-bfcd-ee2522c8f633'),
    () => new NdArray({ dtype: 'bool', shape: [1, 2], data: Uint8Array.of(0, 1) }),
  ];
  for (const make of makers) {
    t.ok(make().equals(make() as never));
    t.ok(Object.isFrozen(make()));
  }
  t.notOk(new Float(0).equals(new Float(-0)));
  t.notOk(new Decimal('1.0').equals(new Decimal('1.00')));
  t.notOk(new PlainTime({}).equals(new PlainTime({ offset: 0 })));
});

t.test('what they cannot be is a RangeError', async (t) => {
  const wrong: (() => unknown)[] = [
    () => new Timestamp(2n ** 63n),
    () => new Timestamp(0, 1e9),
    () => new Timestamp(0.5),
    () => Timestamp.fromDate(new Date(NaN)),
    () => new Timestamp(9_000_000_000_000n).toDate(),
    () => new PlainDate(2023, 2, 29),
    () => new PlainDate(0, 1, 1),
    () => new PlainDate(10_000, 1, 1),
    () => new PlainDate(2023, 1.5, 1),
    () => new PlainTime({ hour: 24 }),
    () => new PlainTime({ fold: 2 }),
    () => new PlainTime({ offset: 86_400 }),
    () => new ZonedDateTime({ microseconds: 10n ** 18n, offset: 0 }),
    () => new ZonedDateTime({ microseconds: 0n, offset: -86_400 }),
    () => new ZonedDateTime({ microseconds: 0n, offset: 0, zone: '\ud800' }),
    () => new TimeDelta({ days: 1e9 }),
    () => new TimeDelta({ seconds: -1 }),
    () => new Decimal('1,5'),
    () => new Decimal(''),
    () => new Decimal('1E+1000000000000000000'),
    () => new Decimal('1'.repeat(4097)),
    () => new Uuid('c9a646d3'),
    () => Uuid.fromBytes(new Uint8Array(15)),
    () => new NdArray({ dtype: 'int8', shape: [2], data: Int8Array.of(1) }),
    () => new NdArray({ dtype: 'int8', shape: [-1], data: Int8Array.of(1) }),
    () => new NdArray({ dtype: 'object' as never, shape: [1], data: Int8Array.of(1) }),
    () => new NdArray({ dtype: 'int8', shape: new Array(33).fill(1), data: Int8Array.of(1) }),
  ];
  for (const make of wrong) t.throws(make, RangeError, String(make));
  t.throws(() => new NdArray({ dtype: 'int8', shape: [1], data: Uint8Array.of(1) }), TypeError);
});

t.test('moments become Dates, rounded down', async (t) => {
  const before = new Timestamp(-1, 999_999_999);
  t.same(before.toDate(), new Date(-1));
  t.same(new ZonedDateTime({ microseconds: -1n, offset: 3600 }).toDate(), new Date(-1));
  t.same(new PlainDate(1970, 1, 2).toDate(), new Date(86_400_000));
  t.same(new PlainDateTime({ year: 1969, month: 12, day: 31 }).toDate(), new Date(-86_400_000));
  t.same(Timestamp.fromDate(new Date(-1)), new Timestamp(-1, 999_000_000));
  t.equal(new TimeDelta({ days: -1, seconds: 86_399 }).toMilliseconds(), -1000);
});

t.test('a Decimal has one text for each number of digits', async (t) => {
  const texts = [
    ['+1.50', '1.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['0.0000001', '1E-7'],
    ['12e3', '1.2E+4'],
    ['-inf', '-Infinity'],
    ['000e-3', '0.000'],
  ];
  for (const [text = '', normal] of texts) t.equal(new Decimal(text).text, normal);
  t.equal(new Decimal('1.5E+3').toNumber(), 1500);
  t.ok(Number.isNaN(new Decimal('-sNaN').toNumber()));
});

t.test('what is frozen refuses to change, and stays what it is', async (t) => {
  const set = new FrozenSet([1, 2]);
  for (const change of [() => set.add(), () => set.delete(), () => set.clear()]) {
    t.throws(change, TypeError);
  }
  t.same([...set], [1, 2]);
  const tuple = new Tuple([1, 2]);
  t.throws(() => tuple.push(3), TypeError);
  t.ok(Array.isArray(tuple));
  t.equal(Object.getPrototypeOf(tuple.map((n) => n + 1)), Array.prototype);
  t.same(Tuple.of(5), new Tuple([5]));
});
