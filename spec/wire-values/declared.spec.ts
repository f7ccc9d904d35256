import t from 'tap';
import { DecodeError, ValidationError } from '../../lib/errors.js';
import { decode } from '../../lib/wire/value.js';
import { ValueReader } from '../../lib/wire/value-reader.js';
import { ValueWriter } from '../../lib/wire/value-writer.js';

function written(write: (writer: ValueWriter) => void): Uint8Array {
  const writer = new ValueWriter();
  write(writer);
  return writer.written();
}

function hex(write: (writer: ValueWriter) => void): string {
  return Buffer.from(written(write)).toString('hex');
}

function readerOf(bytes: Uint8Array | string): ValueReader {
  const array = typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes, 'hex')) : bytes;
  const reader = new ValueReader();
  reader.reset(array, new DataView(array.buffer, array.byteOffset), 0, array.length);
  return reader;
}

t.test('VALUE-13: a declared number is always a float64 on the wire', async (t) => {
  t.equal(
    hex((w) => w.writeFloat64(1)),
    'cb3ff0000000000000',
  );
  t.equal(
    hex((w) => w.writeFloat64(-0)),
    'cb8000000000000000',
  );
});

t.test('VALUE-13: a declared number is read from any number that is exactly one', async (t) => {
  for (const [bytes, value] of [
    ['cb3ff8000000000000', 1.5],
    ['ca3fc00000', 1.5],
    ['05', 5],
    ['e0', -32],
    ['cdffff', 65535],
    ['cf0020000000000000', 2 ** 53],
    ['d3ffe0000000000000', -(2 ** 53)],
  ] as const) {
    t.equal(readerOf(bytes).readFloat64(), value, bytes);
  }
  t.throws(() => readerOf('cf0020000000000001').readFloat64(), {
    message: 'expected number, got bigint 9007199254740993',
  });
});

t.test('VALUE-14: a declared integer is written in its shortest form, and -0 as 0', async (t) => {
  t.equal(
    hex((w) => w.writeInteger(5)),
    '05',
  );
  t.equal(
    hex((w) => w.writeInteger(-0)),
    '00',
  );
  t.equal(
    hex((w) => w.writeInteger(Number.MIN_SAFE_INTEGER)),
    'd3ffe0000000000001',
  );
  t.equal(readerOf('d3ffe0000000000001').readInteger(), Number.MIN_SAFE_INTEGER);
});

t.test('a declared bigint is read from every integer', async (t) => {
  t.equal(readerOf('05').readBigInt(), 5n);
  t.equal(readerOf('cfffffffffffffffff').readBigInt(), 2n ** 64n - 1n);
  t.equal(readerOf('c70903000000000000000001').readBigInt(), 2n ** 64n);
});

t.test('VALUE-16: a literal is the value itself', async (t) => {
  const members: ReadonlySet<unknown> = new Set(['up', true, 3, 1.5]);
  for (const [value, bytes] of [
    ['up', 'a27570'],
    [true, 'c3'],
    [3, '03'],
    [1.5, 'cb3ff8000000000000'],
  ] as const) {
    t.equal(
      hex((w) => w.writeLiteral(value, members, 'one of them')),
      bytes,
    );
    t.equal(readerOf(bytes).readLiteral(members, 'one of them'), value);
  }
});

t.test(
  'a literal text is found by all its characters, in a block of characters and without one',
  async (t) => {
    const members: ReadonlySet<unknown> = new Set(['up', 'upper', 'über', 'down', '', 'u\u0000']);
    const texts = [
      ...members,
      'left',
      'ud',
      'u',
      'ub',
      '\u00fcbe',
      'uppe',
      'UP',
      'u p',
    ] as string[];
    for (const isBlock of [false, true]) {
      for (const text of texts) {
        const bytes = written((w) => {
          if (isBlock) w.beginBlock();
          w.writeRecordHead('Pair', 2, {});
          w.writeString(text);
          w.writeString('behind it');
          if (isBlock) w.endBlock();
        });
        const reader = readerOf(bytes);
        reader.readRecordHead('Pair', 2);
        if (members.has(text)) {
          t.equal(reader.readLiteral(members, 'one of them'), text);
          t.equal(reader.readString(), 'behind it');
          reader.finish();
        } else t.throws(() => reader.readLiteral(members, 'one of them'), ValidationError, text);
      }
    }
    // Not UTF-8: the byte is the code of the character.
    t.throws(() => readerOf('a4fc626572').readLiteral(members, 'one of them'), DecodeError);
    t.throws(() => readerOf('a2').readLiteral(members, 'one of them'), DecodeError);
    t.throws(() => readerOf('a275').readLiteral(members, 'one of them'), DecodeError);
  },
);

t.test(
  'a moment that no Date reaches is refused, and parts of a millisecond are cut',
  async (t) => {
    const last = 8_640_000_000_000_000;
    t.equal(readerOf('c70cff00000000000007dba8218000').readDate().getTime(), last);
    t.equal(readerOf('c70cff000f423f000007dba8218000').readDate().getTime(), last);
    t.equal(readerOf('d7ff003d08fc00000001').readDate().getTime(), 1000);
    for (const beyond of [
      'c70cff000f4240000007dba8218000',
      'c70cff00000000000007dba8218001',
      'c70cff000000008000000000000000',
      'c70cff000000007fffffffffffffff',
    ])
      t.throws(() => readerOf(beyond).readDate(), ValidationError, beyond);
  },
);

t.test('skipUndefined and skipNil read on only where their value comes next', async (t) => {
  const reader = readerOf('d40000c005');
  t.equal(reader.skipNil(), false);
  t.equal(reader.skipUndefined(), true);
  t.equal(reader.skipUndefined(), false);
  t.equal(reader.skipNil(), true);
  t.equal(reader.position, 4);
  t.equal(reader.readInteger(), 5);
  t.equal(reader.skipUndefined(), false);
  t.equal(reader.skipNil(), false);
  reader.finish();
});

t.test('finish refuses what is left over', async (t) => {
  const reader = readerOf('0506');
  reader.readInteger();
  t.throws(() => reader.finish(), {
    code: 'RS_DECODE',
    message: 'byte 1: more bytes follow the value',
  });
});

t.test('a message ends where it is said to, whatever lies behind it', async (t) => {
  const memory = new Uint8Array(Buffer.from('ffcb3ff8000000000000', 'hex'));
  const reader = new ValueReader();
  reader.reset(memory, new DataView(memory.buffer), 1, 9);
  t.throws(() => reader.readFloat64(), { message: 'byte 0: the message ends inside a value' });
  reader.reset(memory, new DataView(memory.buffer), 1, 10);
  t.equal(reader.readFloat64(), 1.5);
});

t.test('what is read is a copy: the ring is written over again', async (t) => {
  const bytes = written((w) => {
    w.writeArrayHead(2);
    w.writeBytes(new Uint8Array([1, 2]));
    w.writeFloat64Array(new Float64Array([1.5, 2.5]));
  }).slice();
  const reader = readerOf(bytes);
  reader.readArrayHead();
  const data = reader.readBytes();
  const floats = reader.readFloat64Array();
  bytes.fill(0);
  t.same(data, new Uint8Array([1, 2]));
  t.same(floats, new Float64Array([1.5, 2.5]));
  t.equal(floats.byteOffset, 0);
});

t.test('decode makes plain arrays of a Buffer', async (t) => {
  const value = decode(Buffer.from('c403010203', 'hex'));
  t.equal(Object.getPrototypeOf(value), Uint8Array.prototype);
});

t.test('a part of a typed array is written alone', async (t) => {
  const floats = new Float64Array([0, 1.5, 0]).subarray(1, 2);
  t.equal(
    hex((w) => w.writeFloat64Array(floats)),
    'd8060101000101000000000000000000f83f',
  );
});

t.test('VALUE-6: arrays of a declared type are bounded in depth too', async (t) => {
  type Nested = Nested[];
  const endless: Nested = [];
  endless.push(endless);
  const writeNested = (w: ValueWriter, item: Nested): void => w.writeArray(item, writeNested);
  t.throws(() => writeNested(new ValueWriter(), endless), { code: 'RS_ENCODE' });
  const readNested = (r: ValueReader): Nested => r.readArray(readNested);
  t.throws(() => readNested(readerOf('91'.repeat(5000))), {
    code: 'RS_DECODE',
    message: 'byte 128: nested deeper than 128',
  });
});

t.test('a record or an array of a declared type spends the budget', async (t) => {
  t.throws(() => readerOf('ddffffffff').readArrayHead(), { code: 'RS_DECODE' });
  t.throws(() => readerOf('9f').readRecordHead('Point', 15), { code: 'RS_DECODE' });
});
