/** Objects and functions by the hundred thousand: all of them live, all of them gone, and one function called that often. objects.md. */
import { release } from 'ringsnake';
import t from 'tap';
import { ExportedObjects } from '../../lib/session/exported-objects.js';
import { accountDefinition } from '../support/bank/bank.gen.js';
import type { Account } from '../support/bank/bank.js';
import { Purse } from '../support/bank/bank-server.js';
import { startBank, untilHeld } from '../support/bank/start-bank.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);
t.setTimeout(3_600_000);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
/** The table takes no more than 2^20. */
const LIVE = LONG ? 1_000_000 : 100_000;
const CHURNED = LONG ? 10_000_000 : 100_000;
const CALLS = LONG ? 1_000_000 : 100_000;
/** One after the other, each a round trip. */
const AWAITED = CALLS / 10;
/** Objects of one answer. */
const PIECE = 1_000;

/** Milliseconds that `work` took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}

t.test('many objects of Python are held at a time, and none afterwards', async (t) => {
  const { worker, bank } = await startBank(t);
  const accounts: Account[] = [];
  const took = await timed(async () => {
    while (accounts.length < LIVE) accounts.push(...(await bank.openMany(PIECE)));
  });
  t.same(worker.handles().imported, { Account: LIVE });
  t.equal(new Set(accounts).size, LIVE);
  t.equal(await accounts.at(-1)?.name(), String(PIECE - 1));
  const released = await timed(async () => {
    for (const account of accounts) release(account);
    await untilHeld(bank, {});
  });
  t.same(worker.handles().imported, {});
  t.comment(JSON.stringify({ figure: 'handles live, ms', count: LIVE, took, released }));
});

t.test('many objects are lent to Python at a time, and none afterwards', async (t) => {
  const { worker, bank } = await startBank(t);
  const others = Array.from({ length: LIVE }, (_, i) => new Purse(String(i)));
  let held: unknown;
  const form = {
    purpose: 'many',
    account: new Purse('Ada'),
    approve: async () => {
      held = worker.handles().exported;
      return true;
    },
    others,
  };
  const took = await timed(async () => {
    const { others: back } = await bank.file(form);
    t.ok(
      others.every((purse, i) => purse === back[i]),
      'they come home',
    );
  });
  t.match(held, { Account: LIVE + 1 });
  await untilHeld(bank, {});
  t.same(worker.handles(), { exported: {}, imported: {} });
  t.comment(JSON.stringify({ figure: 'handles lent, ms', count: LIVE, took }));
});

t.test('objects come and go, and nothing stays', async (t) => {
  const { worker, bank } = await startBank(t);
  let most = 0;
  const took = await timed(async () => {
    for (let count = 0; count < CHURNED; count += PIECE) {
      const accounts = await bank.openMany(PIECE);
      most = Math.max(most, worker.handles().imported['Account'] ?? 0);
      for (const account of accounts) release(account);
    }
  });
  t.equal(most, PIECE, 'never more than one answer has');
  await untilHeld(bank, {});
  t.same(worker.handles(), { exported: {}, imported: {} });
  t.comment(JSON.stringify({ figure: 'handles churned, ms', count: CHURNED, took }));
});

t.test('one call calls a function back that often, waiting or not', async (t) => {
  const { worker, bank } = await startBank(t);
  let called = 0;
  const waited = await timed(async () => {
    t.equal(await bank.sum(AWAITED, async () => ++called && 1), AWAITED);
  });
  t.equal(called, AWAITED);
  let notified = 0;
  let inOrder = true;
  const sent = await timed(async () => {
    await bank.notify(CALLS, (i) => {
      inOrder &&= i === notified++;
    });
    // What was called without waiting comes in order, so before the answer to this.
    await bank.find('');
  });
  t.equal(notified, CALLS);
  t.ok(inOrder);
  await untilHeld(bank, {});
  t.same(worker.handles(), { exported: {}, imported: {} });
  t.comment(
    JSON.stringify({
      figure: 'callbacks of a call, ms',
      count: CALLS,
      sent,
      awaited: AWAITED,
      waited,
    }),
  );
});

t.test('one object more than the table takes is refused, until one comes back', async (t) => {
  const exported = new ExportedObjects({ limit: 2 });
  const [first, ...others] = ['Ada', 'Ben', 'Cem'].map((name) => new Purse(name));
  const lend = (purse: Purse | undefined): number => exported.lend(purse, accountDefinition).id;
  const id = lend(first);
  lend(others[0]);
  t.equal(lend(first), id, 'one that is there already is no other');
  exported.settle(true);
  t.throws(() => lend(others[1]), { code: 'RS_TOO_MANY_HANDLES' });
  t.notOk(exported.release(id, 3), 'more references than there are');
  t.ok(exported.release(id, 2));
  t.ok(lend(others[1]) > 2, 'a number of its own');
});
