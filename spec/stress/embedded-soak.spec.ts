/** Many round trips to Python in this process: what was held across the border is released on both sides, and neither heap grows. With RINGSNAKE_STRESS a million. */
import { embed, release } from 'ringsnake';
import t, { type Test } from 'tap';
import { startLodger } from '../embedding/lodgers.js';
import { BankClient } from '../support/bank/bank.gen.js';
import { bankServer, Purse } from '../support/bank/bank-server.js';
import { bankModule, untilHeld } from '../support/bank/start-bank.js';
import { collectGarbage, collectUntil } from '../support/collector.js';
import { modules } from '../support/explorer/start.js';
import { pythonCommand } from '../support/python.js';

const ROUNDS = process.env['RINGSNAKE_STRESS'] === '1' ? 1_000_000 : 20_000;
/** Uses between two turns of the event loop, without which nothing is collected. */
const TURN = 2000;
/** By which each may have grown since the warm-up, however many rounds: what allocators and compilers keep for themselves. */
const BYTES = 8 * 2 ** 20;
const RESIDENT_BYTES = 24 * 2 ** 20;
const BLOCKS = 5_000;
t.setTimeout(3_600_000);

const NOTES = [{ title: 'kept?', pages: 1, tags: ['a', 'é'] }];

/** One use after the other, of each kind. */
async function startUses(t: Test) {
  const { worker: other, lodger } = await startLodger(t);
  const worker = await embed({
    module: bankModule,
    python: pythonCommand(),
    serves: [bankServer(() => worker.handles())],
  });
  t.teardown(() => worker.destroy());
  const bank = worker.client(BankClient);
  const { py } = other;
  await py.exec(`
import sys
sys.path.append(${JSON.stringify(modules)})
import gc, zoo
from ringsnake._proxies.lent_objects import LentObjects
def lent():
    return sum(len(o.by_number) for o in gc.get_objects() if isinstance(o, LentObjects))
def blocks():
    gc.collect()
    return sys.getallocatedblocks()
`);
  const zoo = await py.import('zoo');
  const sync = py.sync.of(zoo);
  const twice = (x: number): number => x * 2;
  const uses: readonly ((i: number) => unknown)[] = [
    () => lodger.sync.echo(NOTES),
    () => lodger.echo(NOTES),
    () => lodger.sync.ask(1),
    () => lodger.complain('about it').catch(() => {}),
    async (i) => release(await bank.open(`a${i}`)),
    (i) => bank.open(`b${i}`),
    (i) => bank.visit(new Purse(`c${i}`)),
    (i) => bank.sum(1, async (j) => i + j),
    (i) => sync.Animal(`d${i}`).child(),
    (i) => zoo.call(twice, i),
  ];
  const settle = async (): Promise<void> => {
    await untilHeld(bank, {});
    await collectUntil(
      'nothing is held',
      () => Object.keys(worker.handles().imported).length === 0,
    );
    await collectUntil(
      'Python lends only what is kept',
      async () => (await py.eval('lent()')) <= 3,
    );
    t.same(worker.handles(), { exported: {}, imported: {} });
  };
  return { uses, settle, blocks: async () => Number(await py.eval('blocks()')) };
}

t.test('a million round trips, or a few, leave both heaps as they were', async (t) => {
  const { uses, settle, blocks } = await startUses(t);
  const run = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      await uses[i % uses.length]?.(i);
      if (i % TURN === 0) await collectGarbage();
    }
    await settle();
  };
  const measure = async () => ({
    blocks: await blocks(),
    heap: process.memoryUsage().heapUsed,
    resident: process.memoryUsage.rss(),
  });
  await run(Math.max(ROUNDS / 10, 10_000));
  const before = await measure();
  const started = performance.now();
  await run(ROUNDS);
  const seconds = (performance.now() - started) / 1000;
  const after = await measure();
  t.comment(
    JSON.stringify({ figure: 'embedded round trips', rounds: ROUNDS, seconds, before, after }),
  );
  t.ok(after.heap - before.heap < BYTES, 'of JavaScript');
  t.ok(after.blocks - before.blocks < BLOCKS, 'of Python');
  t.ok(after.resident - before.resident < RESIDENT_BYTES, 'and of the process');
});
