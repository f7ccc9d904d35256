import { PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { eventually, startTicker } from '../support/ticker/start.js';

await auditLeaks(t);

const CHUNKS = 50;
const SIZE = 10_000;
const TOTAL = CHUNKS * SIZE;

t.test('a stream of bytes is a Readable, with its backpressure', async (t) => {
  const { ticker } = await startTicker(t);
  let total = 0;
  const slow = new Writable({
    highWaterMark: SIZE,
    write(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      setImmediate(done);
    },
  });
  await pipeline(Readable.from(ticker.chunks(CHUNKS, SIZE), { objectMode: false }), slow);
  t.equal(total, TOTAL);
});

t.test('a Readable that is destroyed stops the producer', async (t) => {
  const { ticker } = await startTicker(t);
  const readable = Readable.from(ticker.endless());
  for await (const item of readable) if (item === 3) break;
  t.ok(readable.destroyed);
  await eventually('the finally block', () => ticker.finished());
});

t.test('a Readable is a parameter, and so is a Writable by way of a PassThrough', async (t) => {
  const { ticker } = await startTicker(t);
  const readable = Readable.from(chunks(), { objectMode: false });
  t.equal(await ticker.size(readable), TOTAL);
  const through = new PassThrough();
  const size = ticker.size(through);
  for (const chunk of chunks()) through.write(chunk);
  through.end();
  t.equal(await size, TOTAL);
  const doubled = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, Buffer.concat([chunk, chunk]));
    },
  });
  const [doubledSize] = await Promise.all([
    ticker.size(doubled),
    pipeline(Readable.from(chunks()), doubled),
  ]);
  t.equal(doubledSize, 2 * TOTAL);
});

t.test('an error in a Readable reaches the handler', async (t) => {
  const { ticker } = await startTicker(t);
  const broken = new Readable({
    read() {
      this.destroy(new Error('the disk is gone'));
    },
  });
  await t.rejects(ticker.size(broken), { message: /the disk is gone/ });
});

t.test('ReadableStream on both ends of a call', async (t) => {
  const { ticker } = await startTicker(t);
  const web = ticker.web(CHUNKS, SIZE);
  t.ok(web instanceof ReadableStream);
  t.equal(await ticker.size(web), TOTAL);
  const cancelled = ticker.endless().toWeb();
  const reader = cancelled.getReader();
  t.equal((await reader.read()).value, 0);
  await reader.cancel();
  await eventually('the finally block', () => ticker.finished());
});

t.test('a TransformStream lies between two calls', async (t) => {
  const { ticker } = await startTicker(t);
  const half = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk.subarray(0, chunk.length / 2));
    },
  });
  t.equal(await ticker.size(ticker.web(CHUNKS, SIZE).pipeThrough(half)), TOTAL / 2);
});

function* chunks(): Generator<Uint8Array> {
  for (let i = 0; i < CHUNKS; i++) yield new Uint8Array(SIZE).fill(i);
}
