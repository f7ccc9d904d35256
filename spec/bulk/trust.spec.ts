/** What a worker changes after it has sent it. */
import { release } from 'ringsnake';
import t from 'tap';
import { auditMemory, isSame, samplesOf, startDepot, stored } from '../support/depot/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);
auditMemory(t);

const LENGTH = 1 << 14;

t.test('a worker that is trusted could change what it has lent', async (t) => {
  const { depot } = await startDepot(t);
  const samples = await depot.makeToSpoil(LENGTH, 2);
  await depot.spoil();
  t.equal(samples[0], -1);
  t.equal(release(samples), true);
});

t.test('of one that is not, all is copied as it comes', async (t) => {
  const { depot, carrier } = await startDepot(t, { trusted: false, bulkLimit: 1 << 20 });
  const samples = await depot.makeToSpoil(LENGTH, 2);
  await depot.spoil();
  t.ok(isSame(samples, new Float64Array(LENGTH).fill(2)));
  t.equal(release(samples), false, 'memory of our own');
  for (let i = 0; i < 20; i++) t.equal((await depot.makeShared(LENGTH, i))[0], i);
  t.ok(isSame(await depot.echoSamples(samplesOf(LENGTH)), samplesOf(LENGTH)));
  t.equal(await carrier.carry(20, LENGTH), 190);
  t.equal(stored.filter((one) => release(one)).length, 0);
});

t.test('messages of any size are copied, too', async (t) => {
  const { depot } = await startDepot(t, {
    trusted: false,
    bulkThreshold: Number.POSITIVE_INFINITY,
  });
  for (const length of [0, 10, 1000, 1 << 19])
    t.ok(isSame(await depot.echoSamples(samplesOf(length)), samplesOf(length)));
  await t.rejects(depot.refuse(samplesOf(3)), { code: 'RS_REMOTE', message: /3 samples/ });
});
