import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { HostServer, type WorkbenchClient } from '../support/workbench/workbench.gen.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

t.test('far more than the ring holds is sent in order, and nothing is lost', async (t) => {
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
  const texts = Array.from({ length: 2000 }, (_, i) => `${i} `.padEnd(10_000, 'x'));
  t.strictSame(await Promise.all(texts.map((text) => workbench.echoText(text))), texts);
});

t.test('two full rings do not wait for each other', async (t) => {
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
  const texts = Array.from({ length: 500 }, (_, i) => `${i} `.padEnd(15_000, 'y'));
  const [flooded, ...echoed] = await Promise.all([
    workbench.flood(500, 15_000),
    ...texts.map((text) => workbench.echoText(text)),
  ]);
  t.equal(flooded, 500);
  t.strictSame(echoed, texts);
});

t.test('two full rings, and ten thousand handlers on either side that call back', async (t) => {
  const CALLS = 10_000;
  const here: { workbench?: WorkbenchClient } = {};
  const callingBack = new HostServer({
    note: async (text) => {
      const sum = (await here.workbench?.add(1, text.length)) as number;
      return sum === text.length + 1 ? text.toUpperCase() : 'wrong';
    },
    refuse: () => {},
  });
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536, serves: [callingBack] });
  here.workbench = workbench;
  const [flooded, ...called] = await Promise.all([
    workbench.flood(CALLS, 20),
    ...Array.from({ length: CALLS }, () => workbench.callHost(1)),
  ]);
  t.equal(flooded, CALLS);
  t.strictSame([...new Set(called)], ['NOTE 0']);
});

t.test('a blocking call gets through a full ring', async (t) => {
  const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
  const waiting = Array.from({ length: 200 }, () => workbench.echoText('z'.repeat(10_000)));
  t.equal(workbench.sync.add(20, 3), 23);
  t.equal((await Promise.all(waiting)).length, 200);
});

t.test('calls are refused while more than 64 MiB wait, and taken again afterwards', async (t) => {
  // In band, or most of them would not wait.
  const { workbench } = await startWorkbench(t, { bulkThreshold: Number.POSITIVE_INFINITY });
  const blocked = workbench.block(500);
  const data = new Uint8Array(1 << 20);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => workbench.echoBytes(data)),
  );
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  t.ok(refused.length > 10 && refused.length < 50);
  for (const { reason } of refused) t.equal(reason.code, 'RS_BACKPRESSURE');
  await blocked;
  t.equal(await workbench.add(1, 1), 2);
});
