// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are template types, in texts that are TypeScript.
/** Types without parts, and values of them by chance. */
import fc from 'fast-check';
import { NdArray } from 'ringsnake/values';

/** What a value is by its kind, in both languages: what unions of one of each can be told apart by. */
export type Looks =
  | 'text'
  | 'number'
  | 'boolean'
  | 'date'
  | 'regexp'
  | 'bytes'
  | 'array'
  | 'numbers'
  | 'set'
  | 'map'
  | 'object'
  | 'anything';

/** A type, as TypeScript writes it, with values. */
export interface RandomType {
  readonly text: string;
  readonly looks: Looks;
  readonly values: fc.Arbitrary<unknown>;
  /** Whether both languages tell its values apart as keys. */
  readonly isKey?: boolean;
  /** Whether it may stand before `[]` without parentheses. */
  readonly isUnit?: boolean;
}

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('', 'constructor', '__proto__', '\0', 'null', '1', '\u2028'),
);
/** Python knows the years 1 to 9999. */
const date = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
const url = fc.webUrl({ withFragments: true, withQueryParameters: true }).map((u) => new URL(u));
const regExp = fc
  .tuple(
    fc.constantFrom('a+', '^x$', '[^/]*', '(?<n>b)|c', '\\d{2,}', '\\/', '.'),
    fc.constantFrom('', 'i', 'm', 's', 'im'),
  )
  .map(([source, flags]) => new RegExp(source, flags));
const whole = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, 1, -1)).map(plus);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Number.NaN, 2 ** 53));
const bigint = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.bigInt({ min: -5n, max: 5n }),
);
const boolean = fc.boolean();

/** An integer has no -0. */
function plus(value: number): number {
  return value + 0;
}

function array(name: string, values: fc.Arbitrary<unknown>): RandomType {
  return { text: name, looks: 'numbers', values, isUnit: true };
}

const short = { maxLength: 9 };

const buffer = fc.uint8Array(short).map((bytes) => bytes.slice().buffer);

const matrix = fc.array(fc.tuple(fc.double(), fc.double()), { maxLength: 4 }).map(
  (rows) =>
    new NdArray({
      dtype: 'float64',
      shape: [rows.length, 2],
      data: Float64Array.from(rows.flat()),
    }),
);

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => noMinusZero(value));

export const SCALARS: readonly RandomType[] = [
  { text: 'string', looks: 'text', values: text, isKey: true, isUnit: true },
  { text: 'number', looks: 'number', values: number, isKey: true, isUnit: true },
  { text: 'boolean', looks: 'boolean', values: boolean, isKey: true, isUnit: true },
  { text: 'bigint', looks: 'number', values: bigint, isKey: true, isUnit: true },
  { text: 'Int', looks: 'number', values: whole, isKey: true, isUnit: true },
  { text: 'Date', looks: 'date', values: date, isUnit: true },
  { text: 'URL', looks: 'text', values: url, isUnit: true },
  { text: 'RegExp', looks: 'regexp', values: regExp, isUnit: true },
  { text: 'Uint8Array', looks: 'bytes', values: fc.uint8Array(short), isUnit: true },
  { text: 'ArrayBuffer', looks: 'bytes', values: buffer, isUnit: true },
  { text: 'DataView', looks: 'bytes', values: buffer.map((b) => new DataView(b)), isUnit: true },
  { text: 'unknown', looks: 'anything', values: json, isUnit: true },
  { text: 'any', looks: 'anything', values: json, isUnit: true },
  array('Int8Array', fc.int8Array(short)),
  array('Uint8ClampedArray', fc.uint8ClampedArray(short)),
  array('Int16Array', fc.int16Array(short)),
  array('Uint16Array', fc.uint16Array(short)),
  array('Int32Array', fc.int32Array(short)),
  array('Uint32Array', fc.uint32Array(short)),
  array('Float32Array', fc.float32Array(short)),
  array('Float64Array', fc.float64Array(short)),
  array('BigInt64Array', fc.bigInt64Array(short)),
  array('BigUint64Array', fc.bigUint64Array(short)),
  array("NDArray<'f64', [number, 2]>", matrix),
  {
    text: '`${number}px`',
    looks: 'text',
    values: fc.integer().map((n) => `${n}px`),
    isKey: true,
    isUnit: true,
  },
  {
    text: "`/${string}/${'a' | 'b.c'}`",
    looks: 'text',
    values: fc.tuple(text, fc.constantFrom('a', 'b.c')).map(([path, end]) => `/${path}/${end}`),
    isKey: true,
    isUnit: true,
  },
];

/** Python has one integer, and -0 as a float: without a type it comes back as what it is, but JSON's tests are of others. */
function noMinusZero(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(noMinusZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, noMinusZero(each)]));
}

export { text as texts };
