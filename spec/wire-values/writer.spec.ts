import t from 'tap';
import { ValueWriter } from '../../lib/wire/value-writer.js';

/** A writer in a window of `room` bytes that starts at 8, and what lies around the window. */
function writerInWindow(room: number): { writer: ValueWriter; memory: Uint8Array } {
  const memory = new Uint8Array(8 + room + 8).fill(0xee);
  const writer = new ValueWriter();
  writer.reset(memory, new DataView(memory.buffer), 8, 8 + room);
  return { writer, memory };
}

const error = new Error('e', { cause: [new Date(5)] });
const steps: [string, (writer: ValueWriter) => void][] = [
  ['an array head', (writer) => writer.writeArrayHead(20)],
  ['an integer', (writer) => writer.writeInteger(70_000)],
  ['a short string', (writer) => writer.writeString('twelve chars')],
  ['a string outside ASCII', (writer) => writer.writeString('日本語 und Umlaute')],
  ['a long string', (writer) => writer.writeString('é'.repeat(200))],
  ['a float', (writer) => writer.writeFloat64(-0)],
  ['bytes', (writer) => writer.writeBytes(new Uint8Array(300).fill(7))],
  ['an array of floats', (writer) => writer.writeFloat64Array(new Float64Array(40).fill(1.5))],
  ['a big integer', (writer) => writer.writeBigInt(-(2n ** 200n))],
  ['a long string of ASCII', (writer) => writer.writeString('ascii '.repeat(20))],
  [
    'ASCII but for one character',
    (writer) => writer.writeString(`${'a'.repeat(60)}é${'a'.repeat(60)}`),
  ],
  ['ASCII after that', (writer) => writer.writeString('ascii '.repeat(20))],
  ['UTF-16', (writer) => writer.writeString('日本'.repeat(30))],
  ['a small set', (writer) => writer.writeValue(new Set([1, 2]))],
  ['a set in a map', (writer) => writer.writeValue(new Map([[1, new Set(['a'.repeat(300)])]]))],
  ['an error', (writer) => writer.writeValue(error)],
  ['typed arrays', (writer) => writer.writeValue([Int16Array.of(1), new Float32Array(70)])],
  ['undefined', (writer) => writer.writeUndefined()],
];

function writeAll(writer: ValueWriter): string {
  for (const [, write] of steps) write(writer);
  return Buffer.from(writer.written()).toString('hex');
}

t.test('what outgrows its window keeps its bytes, wherever the window ends', async (t) => {
  const roomy = writerInWindow(4096);
  const expected = writeAll(roomy.writer);
  t.ok(roomy.writer.inPlace);
  for (let room = 0; room <= expected.length / 2; room++) {
    const { writer, memory } = writerInWindow(room);
    const bytes = writeAll(writer);
    if (bytes !== expected) t.equal(bytes, expected, `a window of ${room}`);
    if (writer.inPlace !== (room === expected.length / 2)) t.fail(`inPlace with ${room}`);
    if (
      memory.slice(0, 8).some((b) => b !== 0xee) ||
      memory.slice(8 + room).some((b) => b !== 0xee)
    ) {
      t.fail(`wrote outside a window of ${room}`);
    }
  }
});

t.test('a message that has moved keeps growing in private memory', async (t) => {
  const { writer } = writerInWindow(4);
  writer.writeArrayHead(50_000);
  for (let i = 0; i < 50_000; i++) writer.writeFloat64(i);
  t.equal(writer.inPlace, false);
  t.equal(writer.length, 3 + 9 * 50_000);
  t.equal(writer.written().length, writer.length);
});

t.test('reset returns to the lent window, also after a message that moved', async (t) => {
  const { writer, memory } = writerInWindow(16);
  const view = new DataView(memory.buffer);
  writer.writeString('far too long for sixteen bytes: '.repeat(3));
  t.equal(writer.inPlace, false);
  writer.reset(memory, view, 8, 24);
  writer.writeString('ünlaut'); // through the native path, whose Buffer must be the window's again
  t.equal(writer.inPlace, true);
  t.same(memory.subarray(8, 16), Buffer.from('a7c3bc6e6c617574', 'hex'));
});

t.test('reserve gives an index at which the caller may write', async (t) => {
  const { writer, memory } = writerInWindow(16);
  const at = writer.reserve(4);
  writer.view.setUint32(at, 0x01020304);
  writer.writeNil();
  t.equal(at, 8);
  t.equal(writer.length, 5);
  t.same(memory.subarray(8, 13), Buffer.from('01020304c0', 'hex'));
});

t.test('a window inside a larger array buffer is written at its own place', async (t) => {
  const buffer = new ArrayBuffer(64);
  const part = new Uint8Array(buffer, 16, 32);
  const writer = new ValueWriter();
  writer.reset(part, new DataView(buffer, 16, 32), 4, 32);
  writer.writeString('ü');
  t.same(new Uint8Array(buffer, 20, 3), Buffer.from('a2c3bc', 'hex'));
});
