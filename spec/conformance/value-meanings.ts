/** JavaScript's values as meanings, and back. */
import { RemoteError } from '../../lib/errors.js';
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
  TypeRegistry,
  Uuid,
  ZonedDateTime,
} from '../../lib/values.js';
import { arrayName, DTYPE_OF_ARRAY, DTYPES, type DtypeName } from '../../lib/wire/values/dtype.js';
import { floatText, intText, type Meaning, parseFloatText, parseInteger } from './value-vectors.js';

/** What the vectors' registered types are instances of. */
class Named {
  readonly value: unknown;

  constructor(value: unknown) {
    if (value === null) throw new TypeError('null is refused');
    this.value = value;
  }
}

class Opaque {
  readonly body: Uint8Array;

  constructor(body: Uint8Array) {
    if (body.length === 0) throw new TypeError('an empty body is refused');
    this.body = body;
  }
}

const OPAQUE_CODE = 33;

/** As spec/vectors/README.md says. */
export const types = new TypeRegistry()
  .register('registered', {
    type: Named,
    toValue: ({ value }) => value,
    fromValue: (value) => new Named(value),
  })
  .registerExtension(OPAQUE_CODE, {
    type: Opaque,
    toBytes: ({ body }) => body,
    fromBytes: (bytes) => new Opaque(bytes),
  });

export function meaningOf(value: unknown): Meaning {
  return new Describer(value).describe(value);
}

type Scalar = [is: (value: object) => boolean, describe: (value: never) => Meaning];

const SCALARS: readonly Scalar[] = [
  [(v) => v instanceof Uint8Array, (v: Uint8Array) => ({ bytes: hex(v) })],
  [(v) => ArrayBuffer.isView(v), typedArrayMeaning],
  [
    (v) => v instanceof NdArray,
    ({ dtype, shape, order, data }: NdArray) => ({
      ndarray: { dtype, shape: [...shape], order, data: hex(data) },
    }),
  ],
  [(v) => v instanceof Date, (v: Date) => timestampMeaning(Timestamp.fromDate(v))],
  [(v) => v instanceof Timestamp, timestampMeaning],
  [
    (v) => v instanceof ZonedDateTime,
    ({ microseconds, offset, fold, zone }: ZonedDateTime) => ({
      zoned: [`${microseconds}`, offset, fold, zone],
    }),
  ],
  [(v) => v instanceof PlainDateTime, (v: PlainDateTime) => ({ datetime: [`${v}`, v.fold] })],
  [(v) => v instanceof PlainDate, (v: PlainDate) => ({ date: `${v}` })],
  [(v) => v instanceof PlainTime, timeMeaning],
  [
    (v) => v instanceof TimeDelta,
    ({ days, seconds, microseconds }: TimeDelta) => ({ timedelta: [days, seconds, microseconds] }),
  ],
  [(v) => v instanceof Decimal, (v: Decimal) => ({ decimal: `${v}` })],
  [(v) => v instanceof Uuid, (v: Uuid) => ({ uuid: `${v}` })],
  [(v) => v instanceof URL, (v: URL) => ({ url: v.href })],
  [(v) => v instanceof Opaque, ({ body }: Opaque) => ({ extension: [OPAQUE_CODE, hex(body)] })],
];

/** Describes one value; objects that are reached more than once get numbers. */
class Describer {
  readonly #shared = new Set<object>();
  readonly #numbers = new Map<object, number>();

  constructor(value: unknown) {
    this.#count(value, new Set());
  }

  describe(value: unknown): Meaning {
    if (value === null) return { null: true };
    switch (typeof value) {
      case 'undefined':
        return { undefined: true };
      case 'boolean':
        return { bool: value };
      case 'string':
        return { str: value };
      case 'bigint':
        return Number.isSafeInteger(Number(value))
          ? { bigint: intText(value) }
          : { int: intText(value) };
      case 'number':
        return numberMeaning(value);
      default:
        return this.#object(value as object);
    }
  }

  #object(value: object): Meaning {
    const scalar = SCALARS.find(([is]) => is(value));
    if (scalar !== undefined) return scalar[1](value as never);
    if (!this.#shared.has(value)) return this.#container(value);
    const known = this.#numbers.get(value);
    if (known !== undefined) return { reference: known };
    this.#numbers.set(value, this.#numbers.size);
    return { definition: this.#container(value) };
  }

  #container(value: object): Meaning {
    const list = (items: Iterable<unknown>): Meaning[] =>
      Array.from(items, (v) => this.describe(v));
    if (value instanceof Tuple) return { tuple: list(value) };
    if (Array.isArray(value)) return { array: list(value) };
    if (value instanceof FrozenSet) return { frozenset: list(value) };
    if (value instanceof Set) return { set: list(value) };
    if (value instanceof Map)
      return { pairs: [...value].map(([k, v]) => [this.describe(k), this.describe(v)]) };
    if (value instanceof Error) return { error: list(errorFields(value)) };
    if (value instanceof Named) return { named: ['registered', this.describe(value.value)] };
    return { map: Object.entries(value).map(([key, member]) => [key, this.describe(member)]) };
  }

  #count(value: unknown, met: Set<object>): void {
    if (typeof value !== 'object' || value === null || SCALARS.some(([is]) => is(value))) return;
    if (met.has(value)) {
      this.#shared.add(value);
      return;
    }
    met.add(value);
    for (const inner of innerOf(value)) this.#count(inner, met);
  }
}

function innerOf(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Error) return errorFields(value);
  return Object.values(value);
}

function errorFields(error: Error): unknown[] {
  if (error instanceof RemoteError) {
    const { type, remoteMessage, cause, notes, errors, remoteCode } = error;
    const traceback = error.hasTraceback ? error.traceback : null;
    return [type, remoteMessage, traceback, cause, notes, errors, remoteCode];
  }
  const { name, message, stack, cause } = error;
  const { notes, errors, code } = error as Error & Record<string, unknown>;
  return [name, message, stack ?? null, cause, notes ?? null, errors ?? null, code ?? null];
}

function numberMeaning(value: number): Meaning {
  const isInteger = Number.isSafeInteger(value) && !Object.is(value, -0);
  return isInteger ? { int: String(value) } : { float: floatText(value) };
}

function typedArrayMeaning(value: ArrayBufferView): Meaning {
  const dtype = DTYPE_OF_ARRAY.get(arrayName(value) ?? '');
  if (dtype === undefined) throw new Error('decode returned a DataView');
  const shape = [value.byteLength / dtype.size];
  return { ndarray: { dtype: dtype.name, shape, order: 'C', data: hex(value) } };
}

function timestampMeaning({ seconds, nanoseconds }: Timestamp): Meaning {
  return { timestamp: [`${seconds}`, nanoseconds] };
}

function timeMeaning(time: PlainTime): Meaning {
  const text = new PlainTime({ ...time, offset: undefined }).toString();
  return { time: time.offset === undefined ? [text, time.fold] : [text, time.fold, time.offset] };
}

function hex({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

export function hostValue(meaning: Meaning): unknown {
  return new Maker().make(meaning);
}

/** Makes one value; numbers its definitions. */
class Maker {
  readonly #definitions: unknown[] = [];

  make(meaning: Meaning): unknown {
    if ('definition' in meaning) return this.#define(meaning.definition);
    if ('reference' in meaning) return this.#definitions[meaning.reference];
    if ('null' in meaning) return null;
    return makeScalar(meaning) ?? this.#container(meaning);
  }

  #define(meaning: Meaning): unknown {
    const number = this.#definitions.push(undefined) - 1;
    const value = this.#container(meaning, (made) => {
      this.#definitions[number] = made;
    });
    this.#definitions[number] = value;
    return value;
  }

  /** Those that may hold themselves are announced before they are filled. */
  #container(meaning: Meaning, announce: (made: object) => void = () => {}): unknown {
    const list = (items: Meaning[]): unknown[] => items.map((item) => this.make(item));
    if ('array' in meaning) {
      const made: unknown[] = [];
      announce(made);
      for (const item of meaning.array) made.push(this.make(item));
      return made;
    }
    if ('map' in meaning) return this.#object(meaning.map, announce);
    if ('pairs' in meaning) {
      const made = new Map<unknown, unknown>();
      announce(made);
      for (const [key, value] of meaning.pairs) made.set(this.make(key), this.make(value));
      return made;
    }
    if ('tuple' in meaning) return new Tuple(list(meaning.tuple));
    if ('set' in meaning) return new Set(list(meaning.set));
    if ('frozenset' in meaning) return new FrozenSet(list(meaning.frozenset));
    if ('named' in meaning) return new Named(this.make(meaning.named[1]));
    if ('error' in meaning) return makeError(list(meaning.error));
    return undefined;
  }

  #object(pairs: [string, Meaning][], announce: (made: object) => void): object {
    const made = {};
    announce(made);
    for (const [key, member] of pairs) {
      const value = this.make(member);
      // Assignment would call the setter of `__proto__`.
      Object.defineProperty(made, key, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return made;
  }
}

function makeScalar(meaning: Meaning): unknown {
  if ('bool' in meaning) return meaning.bool;
  if ('str' in meaning) return meaning.str;
  if ('int' in meaning) return integer(parseInteger(meaning.int));
  if ('bigint' in meaning) return parseInteger(meaning.bigint);
  if ('float' in meaning) return float(parseFloatText(meaning.float));
  if ('bytes' in meaning) return bytes(meaning.bytes);
  if ('decimal' in meaning) return new Decimal(meaning.decimal);
  if ('uuid' in meaning) return new Uuid(meaning.uuid);
  if ('url' in meaning) return new URL(meaning.url);
  if ('ndarray' in meaning) return makeArray(meaning.ndarray);
  if ('extension' in meaning) return new Opaque(bytes(meaning.extension[1]));
  return makeMoment(meaning);
}

function integer(value: bigint): number | bigint {
  const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return isSafe ? Number(value) : value;
}

/** A whole number would be written as an integer. */
function float(value: number): number | Float {
  return Number.isSafeInteger(value) ? new Float(value) : value;
}

function makeMoment(meaning: Meaning): unknown {
  if ('timestamp' in meaning) {
    const timestamp = new Timestamp(BigInt(meaning.timestamp[0]), meaning.timestamp[1]);
    return timestamp.isDate ? timestamp.toDate() : timestamp;
  }
  if ('zoned' in meaning) {
    const [microseconds, offset, fold, zone] = meaning.zoned;
    return new ZonedDateTime({ microseconds: BigInt(microseconds), offset, fold, zone });
  }
  if ('datetime' in meaning) {
    const [text, fold] = meaning.datetime;
    return new PlainDateTime({ ...dayOf(text), ...clockOf(text.slice(11)), fold });
  }
  if ('date' in meaning) {
    const { year, month, day } = dayOf(meaning.date);
    return new PlainDate(year, month, day);
  }
  if ('time' in meaning) {
    const [text, fold, offset] = meaning.time;
    return new PlainTime({ ...clockOf(text), fold, offset });
  }
  if ('timedelta' in meaning) {
    const [days, seconds, microseconds] = meaning.timedelta;
    return new TimeDelta({ days, seconds, microseconds });
  }
  return undefined;
}

function dayOf(text: string): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return { year, month, day };
}

function clockOf(text: string): {
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
} {
  const [hour = 0, minute = 0, second = 0, microsecond = 0] = text.split(/[:.]/).map(Number);
  return { hour, minute, second, microsecond };
}

function makeArray(fields: {
  dtype: string;
  shape: number[];
  order: string;
  data: string;
}): object {
  const { shape, data } = fields;
  const dtype = DTYPES[fields.dtype as DtypeName];
  const order = fields.order === 'F' ? 'F' : 'C';
  const items = new dtype.array(bytes(data).buffer);
  const isPlain = dtype.plain && shape.length === 1 && order === 'C';
  return isPlain ? items : new NdArray({ dtype: dtype.name, shape, order, data: items });
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

const BUILT_IN = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function makeError(fields: unknown[]): Error {
  const [name, message, stack, cause, notes, errors, code] = fields as [
    string,
    string,
    string | null,
    unknown,
    string[] | null,
    unknown[] | null,
    string | number | null,
  ];
  if (name !== 'AggregateError' && !Object.hasOwn(BUILT_IN, name))
    return new RemoteError({ type: name, message, traceback: stack, cause, notes, errors, code });
  const options = cause === undefined ? {} : { cause };
  const error =
    name === 'AggregateError'
      ? new AggregateError(errors ?? [], message, options)
      : new BUILT_IN[name as keyof typeof BUILT_IN](message, options);
  return Object.assign(error, { stack, notes, errors, code });
}
