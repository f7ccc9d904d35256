/** What declared types read in a quicker way is what the untyped reader reads: moments, and keys of dictionaries. */
import t from 'tap';
import { Timestamp } from '../../lib/values.js';
import { decode } from '../../lib/wire/value.js';
import { ValueReader } from '../../lib/wire/value-reader.js';
import { ValueWriter } from '../../lib/wire/value-writer.js';

function readerOf(bytes: Uint8Array): ValueReader {
  const reader = new ValueReader();
  reader.reset(bytes, undefined, 0, bytes.length);
  return reader;
}

/** What it returns, or the class of its error. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

function declaredTime(bytes: Uint8Array): unknown {
  return outcome(() => {
    const reader = readerOf(bytes);
    const time = reader.readDate().getTime();
    reader.finish();
    return time;
  });
}

function untypedTime(bytes: Uint8Array): unknown {
  return outcome(() => {
    const value = decode(bytes);
    if (!(value instanceof Timestamp)) return (value as Date).getTime();
    try {
      return value.toDate().getTime();
    } catch (error) {
      // Well-formed, and no Date: where one is declared, it is refused as that.
      return error instanceof RangeError ? 'ValidationError' : error;
    }
  });
}

/** A sequence that is the same in each run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const HEADS = { 4: [0xd6, 0xff], 8: [0xd7, 0xff], 12: [0xc7, 12, 0xff] } as const;
const LAST = 8_640_000_000_000n;
const EDGES = [0n, -1n, LAST, -LAST, LAST + 1n, -LAST - 1n, 2n ** 34n, 2n ** 34n - 1n, -1n << 63n];

t.test('a declared Date is the moment that the untyped reader finds, in every form', async (t) => {
  const random = sequence(3);
  let dates = 0;
  const differ: string[] = [];
  for (let i = 0; i < 60_000; i++) {
    const size = ([4, 8, 12] as const)[i % 3] as 4 | 8 | 12;
    const body = Buffer.from(Array.from({ length: size }, () => random(256)));
    const nanoseconds = random(4) === 0 ? 0 : random(1_000_000_010);
    if (size === 8 && i % 2 === 0) body.writeUInt32BE((nanoseconds * 4 + random(4)) % 2 ** 32);
    if (size === 12) {
      body.writeUInt32BE(nanoseconds);
      const seconds = EDGES[random(EDGES.length)] as bigint;
      body.writeBigInt64BE(i % 2 === 0 ? seconds : BigInt(random(2 ** 45)) - 2n ** 44n, 4);
    }
    const bytes = Uint8Array.from([...HEADS[size], ...body]);
    const expected = untypedTime(bytes);
    const found = declaredTime(bytes);
    if (typeof found === 'number') dates++;
    if (!Object.is(found, expected))
      differ.push(`${Buffer.from(bytes).toString('hex')}: ${found}, not ${expected}`);
  }
  t.same(differ.slice(0, 5), []);
  t.ok(dates > 20_000, `${dates} were dates`);
});

t.test('what is cut off, of another type or in a longer form is what it is', async (t) => {
  const words =
    'd6ff000000 d7ff00000000000000 c70cff00 c7 c70c d6 d7 d6fe00000000 d7fe0000000000000000';
  const more = 'c70cfe000000000000000000000000 c708ff0000000400000000 c80004ff00000000';
  for (const word of `${words} ${more}`.split(' ')) {
    const bytes = Uint8Array.from(Buffer.from(word, 'hex'));
    t.equal(declaredTime(bytes), untypedTime(bytes), word);
  }
});

const LONG = 'a key that is longer than all that are kept';
const KEYS = [
  'a',
  'b',
  'ab',
  'ba',
  '',
  '__proto__',
  'é',
  '漢字',
  LONG,
  'x'.repeat(31),
  'x'.repeat(32),
];

function written(value: Record<string, string>, inBlock: boolean): Uint8Array {
  const writer = new ValueWriter();
  writer.resetPrivate();
  if (inBlock) writer.beginBlock();
  writer.writeDict(value, (writer, item) => writer.writeString(item));
  if (inBlock) writer.endBlock();
  return Uint8Array.from(writer.written());
}

t.test(
  'keys of dictionaries are their own, whatever keys came before in their places',
  async (t) => {
    const random = sequence(5);
    const differ: string[] = [];
    for (let i = 0; i < 5000; i++) {
      const pairs = Array.from({ length: random(6) }, () => {
        const key = random(3) === 0 ? `k${random(3000)}` : (KEYS[random(KEYS.length)] as string);
        return [key, `value of ${key}`] as const;
      });
      const value = Object.fromEntries(pairs);
      for (const inBlock of [true, false]) {
        const reader = readerOf(written(value, inBlock));
        const read = reader.readDict((reader) => reader.readString());
        reader.finish();
        const [found, expected] = [read, value].map((each) => JSON.stringify(Object.entries(each)));
        if (found !== expected) differ.push(`${found}, not ${expected}`);
      }
    }
    t.same(differ.slice(0, 5), []);
  },
);
