/** Writes and reads COUNT messages: `node --expose-gc growth-runner.js COUNT [leak]`. By how much the process grew meanwhile. */
import fc from 'fast-check';
import { RingsnakeError } from '../../lib/errors.js';
import { decode, encode } from '../../lib/values.js';
import { ValueReader } from '../../lib/wire/value-reader.js';
import { ValueWriter } from '../../lib/wire/value-writer.js';
import { value } from '../support/value-arbitraries.js';

const [count = '0', ...words] = process.argv.slice(2);
const turns = Math.floor(Number(count) / 4);
const leaks = words.includes('leak');
const values = fc.sample(value, { seed: 9, numRuns: 500 });
const messages = values.map((each) => encode(each));
const writer = new ValueWriter();
const reader = new ValueReader();
const kept: unknown[] = [];

/** One value, and a part of it; a record of a declared type; a list of them. */
function turn(number: number): void {
  const message = messages[number % messages.length] as Uint8Array;
  for (const part of [message, message.subarray(0, number % message.length)]) {
    try {
      const value = decode(part);
      encode(value, { identity: number % 2 === 0 });
      if (leaks && number % 10 === 0) kept.push([value]);
    } catch (error) {
      if (!(error instanceof RingsnakeError)) throw error;
    }
  }
  for (const length of [1, 3]) declared(length, number);
}

function declared(length: number, number: number): void {
  writer.resetPrivate();
  writer.writeArray(Array(length).fill(number), (w, item) => {
    w.writeFloat64(item);
  });
  const bytes = writer.written();
  reader.reset(bytes, undefined, 0, bytes.length);
  reader.readArray((r) => r.readFloat64());
  reader.finish();
}

function used(): number {
  (globalThis.gc as () => void)();
  (globalThis.gc as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

for (let number = 0; number < turns / 4; number++) turn(number);
const before = used();
const resident = process.memoryUsage().rss;
for (let number = 0; number < turns; number++) turn(number);
const grown = used() - before;
const bytes = process.memoryUsage().rss - resident;
process.stdout.write(`${JSON.stringify({ messages: 4 * turns, heap: grown, bytes })}\n`);
