import { join } from 'node:path';
import { spawn } from 'ringsnake';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand } from '../support/python.js';
import { RelayClient, RelayServer } from '../support/relay/relay.gen.js';
import { root } from '../support/root.js';

await auditLeaks(t);

/** A worker that hands on to us, and we to it. */
async function startRelay(t: Test): Promise<RelayClient> {
  let peer: RelayClient | undefined;
  const own = new RelayServer({
    down: (manners) => {
      if (manners === '') return 0;
      const rest = manners.slice(1);
      const client = peer as RelayClient;
      return manners[0] === 's'
        ? client.sync.down(rest) + 1
        : client.down(rest).then((depth) => depth + 1);
    },
  });
  const worker = await spawn({
    module: join(root, 'spec/support/relay/relay.py'),
    python: pythonCommand(),
    serves: [own],
  });
  t.teardown(() => worker.destroy());
  peer = worker.client(RelayClient);
  return peer;
}

t.test('calls go down and back up a hundred deep, however each side makes them', async (t) => {
  const relay = await startRelay(t);
  // The first letter is how Python calls on, the next how TypeScript does.
  for (const pair of ['ss', 'aa', 'sa', 'as', 'aasa']) {
    const manners = pair.repeat(100).slice(0, 100);
    t.equal(await relay.down(manners), 100, `awaited, then ${pair}`);
  }
  // Below a blocking call of TypeScript it can only block.
  const manners = `${'saaa'.repeat(12)}${'ssas'.repeat(13)}`;
  t.equal(await relay.down(manners), 100, 'awaited half of the way');
  t.equal(relay.sync.down('s'.repeat(100)), 100, 'blocking all the way');
  t.equal(relay.sync.down('as'.repeat(50)), 100, 'blocking in TypeScript, awaiting in Python');
});

t.test('two hundred recursions at a time get their own answers', async (t) => {
  const relay = await startRelay(t);
  const manners = Array.from(
    { length: 200 },
    (_, i) => ['sa', 'aa', 'as'][i % 3]?.repeat((i % 5) + 1) ?? '',
  );
  const depths = await Promise.all(manners.map((text) => relay.down(text)));
  t.same(
    depths,
    manners.map(({ length }) => length),
  );
});

t.test(
  'a promise that only the blocked thread could keep is refused, not waited for',
  async (t) => {
    const relay = await startRelay(t);
    // TypeScript blocks; Python calls back; the handler answers with a promise.
    t.throws(() => relay.sync.down('sa'), { code: 'RS_DEADLOCK' });
    t.throws(() => relay.sync.down('aa'), { code: 'RS_DEADLOCK' }, 'also when Python awaits');
    t.throws(() => relay.sync.down('sssa'), { code: 'RS_DEADLOCK' }, 'also further down');
    await t.rejects(relay.down('saassaa'), { code: 'RS_DEADLOCK' }, 'also below an awaited call');
    await t.rejects(relay.down('ssaa'.repeat(25)), { code: 'RS_DEADLOCK' });
    t.equal(await relay.down('sa'), 2, 'where TypeScript awaits, it is kept');
  },
);

t.test(
  'recursion without end stops with an error on both sides, and the session goes on',
  async (t) => {
    const relay = await startRelay(t);
    t.throws(() => relay.sync.down('s'.repeat(10_000)), { code: 'RS_CALL_DEPTH' });
    await t.rejects(relay.down('s'.repeat(10_000)), { code: 'RS_CALL_DEPTH' });
    t.equal(relay.sync.down('s'.repeat(250)), 250, 'as deep as is allowed');
    t.equal(await relay.down('sa'), 2);
  },
);
