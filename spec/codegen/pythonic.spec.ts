/** What is written with generated Python as people write Python, at work. That type checkers take it, misuse.spec.ts says. */
import { join } from 'node:path';
import { spawn } from 'ringsnake';
import t from 'tap';
import { MarketClient } from '../support/market/market.gen.js';
import { type Order, type Payment, Size, SoldOut } from '../support/market/market.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const worker = await spawn({
  module: join(root, 'spec/support/market/market.py'),
  python: pythonCommand(),
});
t.teardown(() => worker.close());
const market = worker.client(MarketClient);

const order: Order = {
  id: 1,
  size: Size.Small,
  payment: { kind: 'card', number: '42' },
  currency: 'EUR',
  createdAt: new Date(0),
};

t.test('`match` tells the branches of a union by their classes', async (t) => {
  const paid = (payment: Payment) => market.buy({ ...order, payment });
  t.match(await paid({ kind: 'card', number: '42' }), /^card 42,/);
  t.match(await paid({ kind: 'cash', coins: [2] }), /^one coin of 2,/);
  t.match(await paid({ kind: 'cash', coins: [1, 2, 5] }), /^3 coins,/);
  t.match(await paid({ kind: 'invoice', address: '', days: 30 }), /^in 30 days,/);
});

t.test('absent and null are told apart, optional parameters have defaults', async (t) => {
  t.equal(await market.buy(order), 'card 42, small, says nothing');
  t.equal(await market.buy({ ...order, note: null }), 'card 42, small, has nothing to say');
  t.equal(await market.buy({ ...order, note: 'a' }, 1), 'card 42, small, A, tip 1.0');
});

t.test('types, members, methods and fields are renamed for Python alone', async (t) => {
  t.match(await market.buy({ ...order, size: Size.XXL }), 'as large as it gets');
  const things: string[] = [];
  const basket = {
    openedAt: new Date(0),
    ownerName: 'Ada',
    add: async (what: string) => things.push(what),
  };
  const count = await market.fill(basket, ['a', 'b']);
  t.equal(
    count,
    2,
    '`fill_up` in Python, which gives the basket back at the end of its `async with`',
  );
  t.same(things, ['a', 'b']);
});

t.test('a record is copied with changes, and shows itself without what is absent', async (t) => {
  t.same(await market.order(7), {
    id: 7,
    size: Size.Small,
    payment: { kind: 'cash', coins: [1, 2] },
    currency: 'EUR',
    createdAt: new Date('2026-01-01'),
    note:
      "Order(id=1, size=<Size.SMALL: 'small'>, payment=Cash(kind='cash', coins=[1, 2]), currency='EUR', " +
      'created_at=datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))',
  });
  t.equal(await market.order(-1), null);
});

t.test(
  'errors are raised with their fields, streams are generators, objects are plain',
  async (t) => {
    const failure = await market.buy({ ...order, id: 0 }).catch((error: unknown) => error);
    t.ok(failure instanceof SoldOut);
    t.match(failure, { message: 'nothing is left', left: 0 });
    const prices: number[] = [];
    for await (const price of market.prices(3)) prices.push(price);
    t.same(prices, [0, 0.5, 1]);
    const basket = await market.open();
    t.equal(await basket.add('a'), 1);
    t.equal(basket.ownerName, 'Ada');
    t.equal(basket.voucher, undefined);
  },
);
