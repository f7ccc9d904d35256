/** Arrays and bytes by reference, through a session with a real worker. Normative: spec/wire/bulk.md §6. */
import { release } from 'ringsnake';
import t from 'tap';
import { auditMemory, isSame, samplesOf, startDepot } from '../support/depot/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);
auditMemory(t);

const KIB = 1024;
const THRESHOLD = 32 * KIB;

t.test('arrays arrive whole, in band and by reference, awaited and blocking', async (t) => {
  const { depot } = await startDepot(t);
  for (const length of [0, 1, THRESHOLD / 8 - 1, THRESHOLD / 8, THRESHOLD / 8 + 1, 1 << 17]) {
    const samples = samplesOf(length, 0.5);
    for (const answer of [await depot.echoSamples(samples), depot.sync.echoSamples(samples)]) {
      t.ok(answer instanceof Float64Array);
      t.ok(isSame(answer, samples), `${length} samples`);
      t.equal(release(answer), 8 * length >= THRESHOLD, 'by reference from the threshold on');
    }
  }
});

t.test('bytes arrive whole, as `bytes` in Python, in band and by reference', async (t) => {
  const { depot, carrier } = await startDepot(t);
  for (const length of [THRESHOLD - 1, THRESHOLD, 100_001, 1 << 20, 5 << 20]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
    for (const sent of [bytes, Buffer.from(bytes.buffer)]) {
      const answer = await depot.echoBytes(sent);
      t.ok(Buffer.from(bytes).equals(answer), `${length} bytes`);
      t.equal(release(answer), length >= THRESHOLD);
    }
    const answer = depot.sync.echoBytes(bytes);
    t.ok(Buffer.from(bytes).equals(answer), `${length} bytes, blocking`);
    release(answer);
    t.equal(await carrier.swap(length), true, 'and when Python calls');
  }
});

t.test(
  'buffers and views of them are bytes in Python, and arrive as what they were declared',
  async (t) => {
    const { depot } = await startDepot(t);
    for (const length of [0, 1, THRESHOLD - 1, THRESHOLD, 1 << 20]) {
      const { buffer } = Uint8Array.from({ length: length + 2 }, (_, i) => i % 251);
      const view = new DataView(buffer, 1, length);
      const answers = [await depot.echoView(view), depot.sync.echoView(view)];
      for (const answer of answers) {
        t.ok(answer instanceof DataView);
        t.strictSame([...bytesOf(answer)], [...bytesOf(view)], `a view of ${length} bytes`);
        t.equal(release(answer), length >= THRESHOLD, 'by reference from the threshold on');
      }
      const whole = buffer.slice(1, 1 + length);
      const answer = await depot.echoBuffer(whole);
      t.ok(answer instanceof ArrayBuffer);
      t.strictSame([...new Uint8Array(answer)], [...bytesOf(view)], `${length} bytes`);
      t.equal(release(answer), length >= THRESHOLD);
      t.equal(answer.byteLength, length >= THRESHOLD ? 0 : length);
    }
  },
);

t.test('memory that is somewhere else already is refused', async (t) => {
  const { depot } = await startDepot(t);
  const buffer = new ArrayBuffer(8);
  const view = new DataView(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  await t.rejects(depot.echoBuffer(buffer), {
    message: 'echoBuffer(buffer): expected ArrayBuffer, got a detached ArrayBuffer',
  });
  await t.rejects(depot.echoView(view), {
    message: 'echoView(view): expected DataView, got a detached DataView',
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

t.test('the threshold is a setting, for both directions', async (t) => {
  const low = await startDepot(t, { bulkThreshold: 4096 });
  const never = await startDepot(t, { bulkThreshold: Number.POSITIVE_INFINITY });
  for (const [length, expected] of [
    [4096, true],
    [4088, false],
  ] as const) {
    const answer = await low.depot.echoSamples(samplesOf(length / 8));
    t.equal(release(answer), expected, `${length} bytes`);
  }
  const large = await never.depot.echoSamples(samplesOf(1 << 18));
  t.ok(isSame(large, samplesOf(1 << 18)));
  t.equal(release(large), false, 'a copy of its own');
  for (const bulkThreshold of [0, 4095, -1, Number.NaN, 4096.5])
    await t.rejects(startDepot(t, { bulkThreshold }), RangeError);
});

t.test('what the caller does with its array after the call has no effect', async (t) => {
  const { depot } = await startDepot(t);
  const samples = samplesOf(1 << 14);
  const kept = depot.keep(samples);
  samples.fill(-1);
  await kept;
  t.strictSame(await depot.ends(), [0, (1 << 14) - 1]);
});

t.test('several arrays in one call, also the same one twice', async (t) => {
  const { depot } = await startDepot(t);
  const samples = samplesOf(1 << 14);
  const bytes = new Uint8Array(samples.buffer);
  t.strictSame(await depot.echoBoth(samples, bytes), samples);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => depot.echoBoth(samplesOf(1 << 14, i), bytes)),
  );
  for (const [i, answer] of answers.entries()) {
    t.equal(answer[0], i);
    t.equal(answer.at(-1), i + (1 << 14) - 1);
  }
});

t.test('a part of an array crosses as that part', async (t) => {
  const { depot } = await startDepot(t);
  const part = samplesOf(1 << 15).subarray(7, 7 + (1 << 14));
  t.ok(isSame(await depot.echoSamples(part), samplesOf(1 << 14, 7)));
  const odd = new Uint8Array(samplesOf(1 << 14).buffer, 3, 100_000);
  t.ok(Buffer.from(odd).equals(await depot.echoBytes(odd)));
});

t.test('Python reads a view that nobody can write to', async (t) => {
  const { depot } = await startDepot(t);
  t.equal(await depot.write(samplesOf(1 << 14)), 'TypeError');
  t.equal(await depot.write(samplesOf(8)), 'TypeError', 'as in band');
});

t.test('an array in shared memory leaves without a copy, and is empty then', async (t) => {
  const { worker, depot } = await startDepot(t);
  const samples = worker.allocate(Float64Array, 1 << 14);
  samples.set(samplesOf(1 << 14));
  const answer = await depot.echoSamples(samples);
  t.ok(isSame(answer, samplesOf(1 << 14)));
  t.equal(samples.length, 0);
  const parted = worker.allocate(Float64Array, 1 << 15);
  parted.set(samplesOf(1 << 15));
  t.strictSame(await depot.echoSamples(parted.subarray(5, 5 + (1 << 14))), samplesOf(1 << 14, 5));
  t.equal(parted.length, 0, 'a part takes the whole along');
  const small = worker.allocate(Float64Array, 10).fill(3);
  t.ok(isSame(await depot.echoSamples(small), new Float64Array(10).fill(3)));
  t.equal(small.length, 10, 'below the threshold it is copied');
  t.ok(isSame(depot.sync.makeShared(1 << 14, 2.5), new Float64Array(1 << 14).fill(2.5)));
  t.ok(isSame(await depot.make(1 << 14, 2.5), new Float64Array(1 << 14).fill(2.5)));
});

t.test('an array in shared memory twice in one call, and one that does not go', async (t) => {
  const { worker, depot } = await startDepot(t);
  const bytes = worker.allocate(Uint8Array, 1 << 17);
  bytes.fill(7);
  const samples = new Float64Array(bytes.buffer);
  t.ok(
    isSame(
      await depot.echoBoth(samples, bytes),
      new Float64Array(new Uint8Array(1 << 17).fill(7).buffer),
    ),
  );
  const unsent = worker.allocate(Float64Array, 1 << 14).fill(1);
  await t.rejects(depot.echoBoth(unsent, 'no bytes' as never), {
    code: 'RS_VALIDATION',
    path: 'echoBoth(bytes)',
  });
  t.equal(unsent.length, 1 << 14, 'nothing was sent: it is still ours');
  t.ok(isSame(await depot.echoSamples(unsent), new Float64Array(1 << 14).fill(1)));
  t.throws(() => worker.allocate(Float64Array, -1), RangeError);
  t.throws(() => worker.allocate(Float64Array, 1.5), RangeError);
});

t.test('many calls at once, of all sizes, keep their order', async (t) => {
  const { depot } = await startDepot(t, { ringCapacity: 65536 });
  const sizes = Array.from({ length: 300 }, (_, i) => [10, 5_000, 20_000, 100][i % 4] as number);
  const answers = await Promise.all(
    sizes.map((size, i) => depot.echoSamples(new Float64Array(size + 1).fill(i))),
  );
  for (const [i, answer] of answers.entries()) {
    t.equal(answer.length, (sizes[i] as number) + 1);
    t.equal(answer[0], i);
    t.equal(answer.at(-1), i);
  }
});

t.test('an error is an error, with its place, whatever came by reference', async (t) => {
  const { depot } = await startDepot(t);
  await t.rejects(depot.refuse(samplesOf(1 << 14)), {
    code: 'RS_REMOTE',
    message: /16384 samples are too many/,
  });
  await t.rejects(depot.echoSamples(new Float32Array(1 << 15) as never), {
    code: 'RS_VALIDATION',
    path: 'echoSamples(samples)',
    message: /expected Float64Array/,
  });
});
