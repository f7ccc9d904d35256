/** Large arrays in synchronous calls into Python on the thread that makes them. */
import { release, type Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import type { Kept } from '../support/lodging/lodging.js';
import { startLodger } from './lodgers.js';

const COUNT = 100_000;
const samples = (): Float64Array => Float64Array.from({ length: COUNT }, (_, i) => i + 0.5);
const SAMPLES = samples();
/** Item by item would take seconds. */
const areSamples = (array: Float64Array): boolean => bytesOf(array).equals(bytesOf(SAMPLES));
const callsSent = (worker: Worker): number =>
  worker.statistics().session.frames.sent['call']?.frames ?? 0;
const outstanding = (worker: Worker): number =>
  worker.statistics().ring?.bulkBytesOutstanding ?? Number.NaN;

t.test('a large array crosses in shared memory, and not through the ring, both ways', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const { sync } = lodger;
  t.equal(sync.keep(samples()), COUNT);
  const kept = sync.kept();
  t.ok(areSamples(kept.samples));
  t.equal(kept.isShared, true);
  const mirrored = sync.mirror(samples());
  t.ok(areSamples(mirrored));
  t.ok(release(mirrored), 'it lies in shared memory');
  t.equal(mirrored.length, 0);
  const fresh = sync.fresh(COUNT);
  t.equal(fresh[COUNT - 1], COUNT - 1);
  t.ok(release(fresh), 'as does what Python has allocated there');
  t.equal(callsSent(worker), 0);
  t.ok(areSamples(await lodger.mirror(samples())), 'and through the ring as ever');
  t.equal(callsSent(worker), 1);
});

t.test('an array from allocate() is handed over without a copy, and is empty then', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const array = worker.allocate(Float64Array, COUNT);
  array.set(samples());
  t.equal(lodger.sync.keep(array), COUNT);
  t.equal(array.length, 0);
  checkKept(t, lodger.sync.kept(), true);
  t.equal(callsSent(worker), 0);
});

t.test('what Python keeps stays, whatever becomes of the array and of the worker', async (t) => {
  const first = await startLodger(t);
  const array = samples();
  first.lodger.sync.keep(array);
  structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });
  t.equal(array.length, 0, 'it was detached');
  t.ok(areSamples(first.lodger.sync.kept().samples));
  const mirrored = first.lodger.sync.mirror(samples());
  await first.worker.close();
  t.ok(areSamples(mirrored));
  t.ok(release(mirrored));
  // A module is imported once, so this is what the first worker was given.
  const { lodger } = await startLodger(t);
  checkKept(t, lodger.sync.kept(), true);
  lodger.sync.letGo();
  t.throws(() => lodger.sync.kept(), { type: 'ValueError', message: /released/ });
});

t.test('memory comes back when Python lets go of it, and serves again', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const { sync } = lodger;
  const array = samples();
  // More than may be lent at a time.
  for (let i = 0; i < 100; i++) {
    array[0] = i;
    sync.keep(array);
    if (outstanding(worker) === 0) t.fail(`array ${i} lies in no segment`);
    const { samples: kept } = sync.kept();
    if (kept[0] !== i) t.fail(`array ${i} begins with ${kept[0]}`);
    release(kept);
    sync.letGo();
    if (outstanding(worker) !== 0) t.fail(`array ${i} was not given back`);
  }
  t.equal(worker.statistics().ring?.bulkBytes, 2 ** 20, 'it was always the same');
});

t.test('what finds no memory to be lent goes in band', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const mirrored = Array.from({ length: 50 }, () => lodger.sync.mirror(samples()));
  for (const each of mirrored) t.ok(areSamples(each));
  t.equal(callsSent(worker), 0);
  const copying = await startLodger(t, { bulkThreshold: Number.POSITIVE_INFINITY });
  copying.lodger.sync.keep(samples());
  checkKept(t, copying.lodger.sync.kept(), false);
});

t.test('the same array twice in a call', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const sum = (COUNT * COUNT) / 2;
  const array = worker.allocate(Float64Array, COUNT);
  array.set(samples());
  t.equal(lodger.sync.sums(array, array), 2 * sum);
  t.equal(array.length, 0);
  const plain = samples();
  t.equal(lodger.sync.sums(plain, plain), 2 * sum);
  t.ok(areSamples(plain));
});

t.test('a call that is not made takes nothing along', async (t) => {
  const { worker, lodger } = await startLodger(t);
  const { sync } = lodger;
  const array = worker.allocate(Float64Array, COUNT);
  array.set(samples());
  t.throws(() => sync.sums(array, 'no array' as never), { code: 'RS_VALIDATION' });
  t.ok(areSamples(array), 'it is as it was');
  const calling = {
    samples: samples(),
    get isShared(): boolean {
      return sync.thread() > 0;
    },
  };
  t.throws(
    () => sync.count(calling),
    { code: 'RS_ENCODE', message: /a getter must not call the peer/ },
    'another message would take along what this one has placed',
  );
  t.equal(sync.keep(array), COUNT);
  t.ok(areSamples(sync.kept().samples));
  sync.letGo();
  t.equal(outstanding(worker), 0);
});

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function checkKept(t: Test, kept: Kept, isShared: boolean): void {
  t.ok(areSamples(kept.samples));
  t.equal(kept.isShared, isShared);
}
