/** Many round trips: nothing is kept on either side. With RINGSNAKE_STRESS a million of them. */
import t from 'tap';
import { collectGarbage, collectUntil } from '../support/collector.js';
import { startExplorer } from '../support/explorer/start.js';

const ROUNDS = process.env['RINGSNAKE_STRESS'] === '1' ? 1_000_000 : 8_000;
/** Uses between two turns of the event loop, without which nothing is collected. */
const TURN = 800;
/** Bytes by which each side may have grown since the warm-up. What V8 and CPython keep for themselves is less. */
const GROWTH = 4 * 2 ** 20;
t.setTimeout(1_800_000);

t.test('objects, functions, errors and values leave nothing behind', async (t) => {
  const { worker, py } = await startExplorer(t);
  await py.exec(`
import gc, zoo
from ringsnake._proxies.lent_objects import LentObjects
def lent():
    return sum(len(o.by_number) for o in gc.get_objects() if isinstance(o, LentObjects))
`);
  const zoo = await py.import('zoo');
  const sync = py.sync.of(zoo);
  const error = await py.builtins.ValueError;
  const twice = (x: number): number => x * 2;
  const use = async (i: number): Promise<void> => {
    switch (i % 8) {
      case 0:
        await zoo.Animal(`a${i}`).child();
        break;
      case 1:
        sync.Animal(`b${i}`, 2).child();
        break;
      case 2:
        await zoo.call(twice, i);
        break;
      case 3:
        sync.call((animal: { name: string }) => animal.name, sync.Animal('c'));
        break;
      case 4:
        await Promise.resolve(zoo.fail(error)).catch(() => {});
        break;
      case 5:
        sync.log;
        break;
      case 6:
        for await (const item of py.builtins.list([{}, {}])) void item;
        break;
      default:
        await py.value(zoo.log);
    }
  };
  const run = async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++) {
      await use(i);
      if (i % TURN === 0) await collectGarbage();
    }
  };
  const settle = (): Promise<void> =>
    collectUntil('Python lends only what is kept here', async () => (await py.eval('lent()')) <= 3);
  await run(ROUNDS / 10);
  await settle();
  await py.exec('gc.collect()');
  const before = { here: process.memoryUsage().heapUsed, there: worker.statistics().residentBytes };
  await run(ROUNDS);
  await settle();
  await py.exec('gc.collect()');
  const grown = {
    here: process.memoryUsage().heapUsed - before.here,
    there: (worker.statistics().residentBytes ?? 0) - (before.there ?? 0),
  };
  t.comment(JSON.stringify({ uses: ROUNDS, grown }));
  t.ok(grown.here < GROWTH, `here by ${grown.here} bytes`);
  t.ok(grown.there < GROWTH, `in Python by ${grown.there} bytes`);
});
