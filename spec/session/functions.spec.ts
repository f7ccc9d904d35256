import t from 'tap';
import { startBank } from '../support/bank/start-bank.js';
import { until } from '../support/processes.js';

t.test('a function is called where it is, from def and from async def', async (t) => {
  const { bank, run } = await startBank(t);
  t.equal(await bank.sum(4, async (i) => i * i), 14);
  t.equal(await bank.sumSync(4, async (i) => i * i), 14, 'a blocking call waits for the promise');
  t.equal(await bank.sum(3, ((i: number) => i) as never), 3, 'one that answers at once');
  const seen: number[] = [];
  await bank.notify(3, (i) => void seen.push(i));
  await until('all have come', () => seen.length === 3);
  t.same(seen, [0, 1, 2]);
  const mine = async (a: number): Promise<number> => a;
  t.equal(await bank.echoFunction(mine), mine);
  const add = await bank.adder(1);
  t.equal(await bank.echoFunction(add), add);
  t.equal(await add(2), 3);
  t.same(
    await run('functions'),
    [[14, 3], [0, 1, 2], true, "RemoteError: KeyError: 'no 0.0'"],
    'from Python, too',
  );
});

t.test('what a function throws reaches who called it, with its own name', async (t) => {
  const { bank } = await startBank(t);
  const error = await bank
    .sum(1, async () => {
      throw new RangeError('not that one');
    })
    .catch((caught: unknown) => caught);
  t.match(error, { code: 'RS_REMOTE', type: 'RemoteError', message: 'not that one' });
  await bank.notify(3, () => {
    throw new RangeError('nobody hears of it');
  });
  t.equal(await bank.sum(1, async () => 1), 1, 'and the session goes on');
  await t.rejects(
    bank.sum(1, async () => 'one' as never),
    { message: /expected number, got string "one"/ },
  );
});

t.test('a function can be called long after the call that brought it', async (t) => {
  const { bank } = await startBank(t);
  await bank.keep(async (text) => text.toUpperCase());
  t.equal(await bank.useKept('later'), 'LATER');
  t.equal(await bank.releaseKept(), true);
  await t.rejects(bank.useKept('gone'), { message: /was released/ });
});

t.test('functions call each other back across the sides, 80 deep', async (t) => {
  const { bank, run } = await startBank(t);
  const next = async (depth: number): Promise<number> =>
    depth === 0 ? 0 : 1 + (await bank.descend(depth - 1, next));
  t.equal(await bank.descend(80, next), 80);
  t.equal(await run('recursion'), 40);
});

t.test('a function may be absent or null', async (t) => {
  const { bank } = await startBank(t);
  t.equal(await bank.optional(), 'absent');
  t.equal(await bank.optional(null), 'null');
  t.equal(await bank.optional(async (text) => text), 'called');
});
