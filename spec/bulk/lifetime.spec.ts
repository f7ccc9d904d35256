/** How long the memory of a value lasts, and who gives it back. Normative: spec/wire/bulk.md §6. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { release, type Worker } from 'ringsnake';
import t from 'tap';
import { collectUntil } from '../support/collector.js';
import {
  auditMemory,
  descriptors,
  isSame,
  samplesOf,
  segmentsMapped,
  startDepot,
  stored,
} from '../support/depot/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);
auditMemory(t);

const MIB = 1 << 20;
/** Items of a mebibyte. */
const LENGTH = MIB / 8;
/** Values may have half of it: two arrays of a mebibyte. */
const FOR_TWO = { bulkLimit: 4 * MIB };

/** Whether there is memory for one more array, which is tried and given back. */
function hasRoom(worker: Worker, length: number = LENGTH): boolean {
  try {
    return release(worker.allocate(Float64Array, length));
  } catch (error) {
    if ((error as { code?: string }).code === 'RS_BACKPRESSURE') return false;
    throw error;
  }
}

t.test('views outlive their call, in Python', async (t) => {
  const { worker, depot } = await startDepot(t, FOR_TWO);
  await depot.keep(samplesOf(LENGTH, 1));
  await depot.keep(samplesOf(LENGTH, 2));
  t.equal(hasRoom(worker), false, 'Python holds all there is');
  for (let i = 0; i < 20; i++) await depot.echoBytes(new Uint8Array(MIB).fill(255));
  t.strictSame(await depot.ends(), [1, LENGTH, 2, LENGTH + 1], 'nobody wrote over them');
  await depot.drop();
  t.equal(hasRoom(worker), true);
});

t.test('views outlive their call, in JavaScript', async (t) => {
  const { depot } = await startDepot(t, FOR_TWO);
  const first = await depot.echoSamples(samplesOf(LENGTH, 1));
  const second = depot.sync.echoSamples(samplesOf(LENGTH, 2));
  const others = await Promise.all(
    Array.from({ length: 20 }, (_, i) => depot.echoSamples(samplesOf(LENGTH, 100 + i))),
  );
  t.ok(isSame(first, samplesOf(LENGTH, 1)));
  t.ok(isSame(second, samplesOf(LENGTH, 2)));
  for (const [i, other] of others.entries()) t.equal(other[0], 100 + i);
  const ownMemory = others.filter((other) => !release(other));
  t.equal(ownMemory.length, 20, 'when Python has no more to lend, they come in band');
});

t.test('Python gives back at the end of a scope', async (t) => {
  const { worker, depot } = await startDepot(t, FOR_TWO);
  for (let i = 0; i < 10; i++) {
    const samples = worker.allocate(Float64Array, LENGTH).fill(i);
    t.equal(await depot.scoped(samples), i * LENGTH, 'though the view itself is kept');
  }
  t.equal(hasRoom(worker), true);
  await t.rejects(depot.ends(), /released/, 'and can be used no more');
});

t.test('JavaScript gives back with release, and what it held is empty', async (t) => {
  const { depot } = await startDepot(t, FOR_TWO);
  for (let i = 0; i < 10; i++) {
    const samples = await depot.makeShared(LENGTH, i);
    const part = samples.subarray(10);
    t.equal(part[0], i);
    t.equal(release(part), true, 'any view of it will do');
    t.same([samples.length, part.length, part[0]], [0, 0, undefined]);
    t.equal(release(samples), false, 'once');
  }
  t.equal(release(new Float64Array(10)), false);
  t.equal(release(new Float64Array(new SharedArrayBuffer(80))), false);
});

t.test('a view of a view keeps the memory, whatever became of the first', async (t) => {
  const { depot } = await startDepot(t, FOR_TWO);
  const part = (await depot.makeShared(LENGTH, 3)).subarray(LENGTH - 2);
  await collectUntil('some collections', countdown(5));
  for (let i = 0; i < 5; i++) release(await depot.makeShared(LENGTH, 4));
  t.same([...part], [3, 3]);
  release(part);
});

t.test('what nobody refers to is given back by the collector, on either side', async (t) => {
  const { worker, depot } = await startDepot(t, FOR_TWO);
  const before = await answered(depot.makeShared(LENGTH, 1));
  t.equal(before, 'lent');
  t.equal(await answered(depot.makeShared(LENGTH, 2)), 'lent');
  t.equal(await answered(depot.makeShared(LENGTH, 3)), 'RS_REMOTE', 'Python has lent all there is');
  let outcome = '';
  await collectUntil('JavaScript gave it back', countdown(5));
  outcome = await answered(depot.makeShared(LENGTH, 3));
  t.equal(outcome, 'lent');
  worker.allocate(Float64Array, LENGTH);
  worker.allocate(Float64Array, LENGTH);
  t.equal(hasRoom(worker), false);
  await collectUntil('what was allocated and never sent is free', () => hasRoom(worker));
});

/** What became of an array that nobody keeps. */
async function answered(array: Promise<Float64Array>): Promise<string> {
  return array.then(
    () => 'lent',
    (error: { code: string }) => error.code,
  );
}

function countdown(turns: number): () => boolean {
  let left = turns;
  return () => left-- <= 0;
}

t.test('a call that fails takes no memory along', async (t) => {
  const { worker, depot } = await startDepot(t, FOR_TWO);
  for (let i = 0; i < 10; i++) {
    await t.rejects(depot.refuse(samplesOf(LENGTH)), { code: 'RS_REMOTE' });
    await t.rejects(depot.echoBoth(samplesOf(LENGTH), 1 as never), { code: 'RS_VALIDATION' });
  }
  t.equal(hasRoom(worker), true);
});

t.test('views stay readable when the worker is killed', async (t) => {
  const { worker, depot, carrier } = await startDepot(t);
  const answer = await depot.echoSamples(samplesOf(LENGTH, 5));
  t.equal(await carrier.carry(3, LENGTH), 3);
  // An open call keeps Node alive.
  const open = t.rejects(carrier.carry(1_000_000, 1), { code: 'RS_WORKER_EXITED' });
  process.kill(worker.pid, 'SIGKILL');
  await open;
  stored.splice(3);
  await t.rejects(depot.echoSamples(answer), { code: 'RS_WORKER_EXITED' });
  t.ok(isSame(answer, samplesOf(LENGTH, 5)));
  t.same(
    stored.map((samples) => samples[0]),
    [0, 1, 2],
  );
  t.equal(release(answer), true);
  t.throws(() => worker.allocate(Float64Array, 1000), { code: 'RS_WORKER_EXITED' });
});

t.test('views stay readable after an orderly end', async (t) => {
  const { worker, depot } = await startDepot(t);
  const answer = await depot.echoSamples(samplesOf(LENGTH, 6));
  const unsent = worker.allocate(Float64Array, LENGTH).fill(7);
  await worker.close();
  t.ok(isSame(answer, samplesOf(LENGTH, 6)));
  t.equal(unsent.at(-1), 7);
  t.equal(release(answer), true);
  t.equal(release(unsent), true);
});

t.test('the limit holds on both sides, and calls go on beyond it', async (t) => {
  // In band they are larger than half a ring, and need segments all the same: the half that values leave.
  const { worker, depot, carrier } = await startDepot(t, { ...FOR_TWO, ringCapacity: 1 << 16 });
  for (let i = 0; i < 10; i++) await depot.keep(samplesOf(LENGTH, i));
  t.equal((await depot.ends()).length, 20, 'eight of ten came in band');
  t.equal(await carrier.carry(10, LENGTH), 45);
  t.equal(stored.splice(0).filter((samples) => release(samples)).length, 2);
  await t.rejects(depot.echoSamples(samplesOf(LENGTH * 8)), { code: 'RS_MESSAGE_TOO_LARGE' });
  await depot.drop();
  t.equal(hasRoom(worker), true);
});

t.test('many arrays at once wait for room like any other message', async (t) => {
  const { depot } = await startDepot(t, { ...FOR_TWO, ringCapacity: 1 << 16 });
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => depot.echoSamples(samplesOf(LENGTH / 4, i))),
  );
  for (const [i, answer] of answers.entries()) {
    t.strictSame([answer[0], answer.at(-1)], [i, i + LENGTH / 4 - 1]);
    release(answer);
  }
});

t.test(
  'however many calls hold no more memory and no more descriptors than the first ones',
  async (t) => {
    const { depot, carrier } = await startDepot(t);
    const samples = new Float64Array(LENGTH);
    const go = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) {
        samples[0] = i;
        const answer =
          i % 2 === 0 ? await depot.echoSamples(samples) : depot.sync.echoSamples(samples);
        if (answer[0] !== i) throw new Error(`call ${i} got ${answer[0]}`);
        // Most are left to the collector.
        if (i % 10 === 0) release(answer);
        if (i % 50 === 0) await nextTurn();
      }
    };
    await go(500);
    await collectUntil('the first ones are collected', countdown(5));
    const before = { ours: await holdings(carrier), segments: segmentsMapped() };
    await go(process.env['RINGSNAKE_STRESS'] ? 10_000 : 2_500);
    for (let i = 0; i < 20; i++) {
      await carrier.carry(25, LENGTH);
      // Those that came in band would be memory that the spec holds itself.
      stored.splice(0);
    }
    stored.splice(0);
    await collectUntil('the others are collected', countdown(5));
    const after = { ours: await holdings(carrier), segments: segmentsMapped() };
    t.comment(JSON.stringify({ before, after }));
    // What a side may hold at most: 32 pieces of ours, 32 of Python's, and 64 MiB of each.
    t.ok(after.segments <= 2 * 32 + 6, `${after.segments} segments`);
    t.ok(after.ours.descriptors <= before.ours.descriptors + 64);
    t.ok(after.ours.pythonDescriptors <= before.ours.pythonDescriptors + 64);
    t.ok(after.ours.pythonMiB < before.ours.pythonMiB + 96);
    t.ok(after.ours.mib < before.ours.mib + 192);
  },
);

async function holdings(carrier: {
  descriptors(): Promise<number>;
  resident(): Promise<number>;
}): Promise<{ descriptors: number; mib: number; pythonDescriptors: number; pythonMiB: number }> {
  return {
    descriptors: descriptors(),
    mib: Math.round(process.memoryUsage.rss() / MIB),
    pythonDescriptors: await carrier.descriptors(),
    pythonMiB: Math.round((await carrier.resident()) / 1024),
  };
}
