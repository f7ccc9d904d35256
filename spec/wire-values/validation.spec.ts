import t from 'tap';
import { EncodeError, ValidationError } from '../../lib/errors.js';
import { mismatch, within } from '../../lib/wire/validation.js';
import { encode } from '../../lib/wire/value.js';
import { ValueReader } from '../../lib/wire/value-reader.js';
import { ValueWriter } from '../../lib/wire/value-writer.js';

// biome-ignore lint/suspicious/noExplicitAny: wrong types are the subject here.
type Wrong = any;

function writer(): ValueWriter {
  return new ValueWriter();
}

function reader(value: unknown): ValueReader {
  return readerOf(encode(value));
}

function readerOf(bytes: Uint8Array): ValueReader {
  const reader = new ValueReader();
  reader.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length);
  return reader;
}

const previews: [unknown, string][] = [
  [12345, 'number 12345'],
  [-0, 'number -0'],
  ['a', 'string "a"'],
  ['say "x"\n', 'string "say \\"x\\"\\n"'],
  ['x'.repeat(50), `string "${'x'.repeat(37)}…"`],
  [true, 'boolean true'],
  [7n, 'bigint 7'],
  [null, 'null'],
  [undefined, 'undefined'],
  [[1], 'array'],
  [{}, 'object'],
  [Object.create(null), 'object'],
  [new Uint8Array(1), 'bytes'],
  [Buffer.alloc(1), 'bytes'],
  [new Float64Array(1), 'Float64Array'],
  [new Float32Array(1), 'Float32Array'],
  [new Map(), 'Map'],
  [() => 1, 'function'],
  [Symbol('s'), 'symbol'],
];

t.test('a mismatch names the kind of the value and shows the start of it', async (t) => {
  for (const [value, expected] of previews) {
    t.equal(mismatch('Point', value).message, `expected Point, got ${expected}`);
  }
});

t.test('a huge value is shown by its start only, and at once', async (t) => {
  t.ok(mismatch('string', 2n ** 10_000_000n).message.length < 80);
  t.ok(mismatch('number', '\ud83d\udc0d'.repeat(100_000)).message.isWellFormed());
});

t.test('an object that throws when it is asked its class is still described', async (t) => {
  const throwing = Object.defineProperty({}, 'constructor', {
    get() {
      throw new Error('no');
    },
  });
  t.equal(mismatch('string', throwing).message, 'expected string, got object');
});

t.test(
  'within puts segments in front, outermost last, and leaves other errors alone',
  async (t) => {
    let error: unknown = mismatch('number', 'a');
    for (const segment of ['.x', '[0]', '', 'points']) error = within(error, segment);
    t.match(error, {
      path: 'points[0].x',
      message: 'points[0].x: expected number, got string "a"',
    });
    const encodeError = within(new EncodeError('no'), '.a');
    t.match(encodeError, { path: '.a' });
    const other = new TypeError('other');
    t.equal(within(other, '.x'), other);
    t.equal(other.message, 'other');
  },
);

const literal: ReadonlySet<unknown> = new Set(['up', 'down', 1, true]);
const writes: [string, string, (value: Wrong) => void, unknown[]][] = [
  ['writeBoolean', 'boolean', (v) => writer().writeBoolean(v), [0, 'true', null, undefined]],
  [
    'writeFloat64',
    'number',
    (v) => writer().writeFloat64(v),
    ['1', 1n, null, undefined, new Number(1)],
  ],
  [
    'writeInteger',
    'integer',
    (v) => writer().writeInteger(v),
    [1.5, NaN, 2 ** 53, '1', 1n, undefined],
  ],
  ['writeBigInt', 'bigint', (v) => writer().writeBigInt(v), [1, '1', undefined]],
  [
    'writeString',
    'string',
    (v) => writer().writeString(v),
    [1, null, undefined, ['a'], new String('a')],
  ],
  [
    'writeBytes',
    'bytes',
    (v) => writer().writeBytes(v),
    [[1], 'a', new Uint16Array(1), new ArrayBuffer(1)],
  ],
  [
    'writeFloat64Array',
    'Float64Array',
    (v) => writer().writeFloat64Array(v),
    [[1], new Float32Array(1)],
  ],
  [
    'writeArray',
    'array',
    (v) => writer().writeArray(v, () => {}),
    [{ length: 0 }, new Set(), 'ab'],
  ],
  [
    'writeRecordHead',
    'Point',
    (v) => writer().writeRecordHead('Point', 0, v),
    [null, [], 'x', undefined],
  ],
  ['writeLiteral', 'a way', (v) => writer().writeLiteral(v, literal, 'a way'), ['left', 2, false]],
];

for (const [name, expected, write, values] of writes) {
  t.test(`${name} refuses what is not ${expected}`, async (t) => {
    for (const value of values) {
      t.throws(() => write(value), { code: 'RS_VALIDATION', expected, path: '' });
    }
  });
}

const reads: [string, string, (r: ValueReader) => unknown, unknown[]][] = [
  ['readBoolean', 'boolean', (r) => r.readBoolean(), [1, null, undefined, []]],
  [
    'readFloat64',
    'number',
    (r) => r.readFloat64(),
    ['1', null, true, {}, 2n ** 53n + 2n, -(2n ** 63n)],
  ],
  ['readInteger', 'integer', (r) => r.readInteger(), [1.5, -0, 2n ** 53n, '1', null, 2n ** 70n]],
  ['readBigInt', 'bigint', (r) => r.readBigInt(), [1.5, '1', undefined, new Float64Array(1)]],
  ['readString', 'string', (r) => r.readString(), [1, new Uint8Array(1), null]],
  ['readBytes', 'bytes', (r) => r.readBytes(), ['a', [1], new Float64Array(1)]],
  ['readFloat64Array', 'Float64Array', (r) => r.readFloat64Array(), [[1], undefined, 2n ** 70n]],
  ['readNil', 'null', (r) => r.readNil(), [undefined, 0, false]],
  ['readVoid', 'void', (r) => r.readVoid(), [undefined, 0]],
  ['readArray', 'array', (r) => r.readArray((item) => item.readNil()), [{}, 'a', null]],
  ['readRecordHead', 'Point', (r) => r.readRecordHead('Point', 2), [{}, null, 'a']],
  ['readLiteral', 'a way', (r) => r.readLiteral(literal, 'a way'), ['left', 2, [], {}, null]],
];

for (const [name, expected, read, values] of reads) {
  t.test(`${name} refuses a value of another kind`, async (t) => {
    for (const value of values) {
      t.throws(() => read(reader(value)), { code: 'RS_VALIDATION', expected, path: '' });
    }
  });

  t.test(`${name} refuses malformed bytes with a DecodeError`, async (t) => {
    for (const bytes of [
      '',
      'c1',
      'd9',
      'a261',
      'cb00',
      'cc',
      'dc00',
      'c4',
      'c403',
      'd40500',
      'c7',
      'd4',
    ]) {
      t.throws(() => read(readerOf(Buffer.from(bytes, 'hex'))), { code: 'RS_DECODE' }, bytes);
    }
  });
}

t.test('what was found is in the message', async (t) => {
  t.throws(() => reader(12345).readString(), { message: 'expected string, got number 12345' });
  t.throws(() => reader([1]).readString(), { message: 'expected string, got array' });
  t.throws(() => reader(undefined).readString(), { message: 'expected string, got undefined' });
  t.throws(() => reader(1.5).readInteger(), { message: 'expected integer, got number 1.5' });
  t.throws(() => reader([1]).readRecordHead('Point', 2), {
    message: 'expected Point of 2 fields, got array of 1',
  });
  t.throws(() => reader([1, 2, 3]).readRecordHead('arguments', 2), {
    message: 'expected 2 arguments, got 3',
  });
});

t.test('a float is no integer even when it is whole', async (t) => {
  const w = writer();
  w.writeFloat64(3);
  t.throws(() => readerOf(w.written()).readInteger(), {
    message: 'expected integer, got number 3.0',
  });
});

t.test('items of arrays add their index to the path', async (t) => {
  const names = [['a'], ['b', 7]] as unknown as string[][];
  const writeName = (w: ValueWriter, name: string) => w.writeString(name);
  t.throws(() => writer().writeArray(names, (w, list) => w.writeArray(list, writeName)), {
    code: 'RS_VALIDATION',
    path: '[1][1]',
  });
  t.throws(() => reader(names).readArray((r) => r.readArray((item) => item.readString())), {
    code: 'RS_VALIDATION',
    path: '[1][1]',
  });
});

t.test('a ValidationError of the reader is of the class that callers know', async (t) => {
  t.throws(() => reader(1).readString(), ValidationError);
});
