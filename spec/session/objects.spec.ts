import { release } from 'ringsnake';
import t from 'tap';
import type { AccountClient } from '../support/bank/bank.gen.js';
import { Purse } from '../support/bank/bank-server.js';
import { startBank, untilHeld } from '../support/bank/start-bank.js';
import { collectGarbage } from '../support/collector.js';

t.test('an object crosses by reference, and its methods run where it is', async (t) => {
  const { bank, run } = await startBank(t);
  const account = await bank.open('Ada');
  await account.deposit(5);
  t.equal(await account.name(), 'Ada');
  t.equal(await account.balance(), 5);
  t.equal(account.sync.balance(), 5, 'blocking, too');
  t.equal(bank.sync.open('Bob').sync.name(), 'Bob');
  const many = await bank.openMany(3);
  t.same(await Promise.all(many.map((one) => one.name())), ['0', '1', '2']);
  t.equal(await bank.find(''), null);
  t.equal(await (await bank.find('Cid'))?.name(), 'Cid');
  await t.rejects(account.refuse(), { code: 'RS_REMOTE', message: /Ada refuses/ });
  t.same(await run('calls'), ['Ada', 5, ['0', '1', '2'], [null, 'Bob']], 'from Python, too');
});

t.test('streams lend objects and functions, one after the other', async (t) => {
  const { bank, run } = await startBank(t);
  // In functions of their own: the variable of a loop holds its last object.
  const namesOf = async (accounts: AsyncIterable<AccountClient>): Promise<string[]> => {
    const names: string[] = [];
    for await (const account of accounts) names.push(await account.name());
    return names;
  };
  const names = await namesOf(bank.openAll(300));
  t.same(
    names,
    names.map((_, index) => String(index)),
  );
  t.equal(names.length, 300);
  const purses = [new Purse('a'), new Purse('b')];
  for (const purse of purses) await purse.deposit(2);
  t.equal(await bank.totalOf(purses), 4);
  const sumsOf = async (
    adders: AsyncIterable<(b: number) => Promise<number>>,
  ): Promise<number[]> => {
    const sums: number[] = [];
    for await (const adder of adders) sums.push(await adder(1));
    return sums;
  };
  t.same(await sumsOf(bank.adders(3)), [1, 2, 3]);
  await untilHeld(bank, {});
  t.same(await run('streams'), [['0', '1', '2'], 4, [1, 2]], 'from Python, too');
});

t.test('an object that goes home is itself, and one that comes again is the same', async (t) => {
  const { bank, run } = await startBank(t);
  const mine = new Purse('mine');
  const theirs = await bank.open('theirs');
  t.equal(await bank.echo(mine), mine);
  t.equal(await bank.echo(theirs), theirs);
  t.equal(await theirs.same(), theirs);
  t.equal(await bank.visit(mine), 1);
  t.equal(await mine.balance(), 1);
  t.equal(await bank.visit(theirs), 1);
  t.equal(await bank.total([mine, theirs, mine]), 3);
  t.same(await run('identity'), [true, true, true, 1, 1], 'from Python, too');
});

t.test('a call on a result that is not there yet costs no round trip', async (t) => {
  const { bank, run } = await startBank(t);
  t.equal(await bank.open('Ada').deposit(2), 2);
  t.equal(await bank.openLater('Bob').same().same().name(), 'Bob');
  const coming = bank.openLater('Cid');
  const name = coming.name();
  const object = await coming;
  t.equal(await coming, object, 'it is a promise like any other');
  t.equal(await name, 'Cid');
  t.equal(await coming.name(), 'Cid', 'and goes on when it is there');
  t.equal(bank.open('Dan').sync.name(), 'Dan');
  const failing = bank.openNothing();
  await t.rejects(failing.same().name(), { message: /no such account/ });
  await t.rejects(failing.balance(), { message: /no such account/ });
  await t.rejects(failing, { message: /no such account/ });
  const own = new Purse('own');
  t.equal(await bank.echo(own).name(), 'own', 'also on what comes home');
  const deep = Array.from({ length: 500 }).reduce<ReturnType<typeof bank.open>>(
    (one) => one.same(),
    bank.open('deep'),
  );
  t.equal(await deep.name(), 'deep');
  t.same(await run('pipelining'), [2, 'Bob', true, 'Cid', 'RangeError: there is no such account']);
});

t.test('more calls than results are kept for are answered all the same', async (t) => {
  const { bank } = await startBank(t);
  const coming = Array.from({ length: 3000 }, (_, i) => bank.open(String(i)));
  const names = await Promise.all(coming.map((one) => one.name()));
  t.same(
    names,
    coming.map((_, i) => String(i)),
  );
});

t.test('what was released cannot be used, and its owner forgets it', async (t) => {
  const { worker, bank, run } = await startBank(t);
  {
    using account = await bank.open('Ada');
    t.equal(await account.name(), 'Ada');
  }
  const account = await bank.open('Bob');
  t.equal(release(account), true);
  t.equal(release(account), false, 'once is enough');
  await t.rejects(account.name(), { code: 'RS_RELEASED', message: /this Account was released/ });
  await t.rejects(bank.visit(account), { code: 'RS_RELEASED' });
  t.throws(() => account.sync.name(), { code: 'RS_RELEASED' });
  const again = await bank.open('Cid');
  const twice = await bank.echo(again);
  t.equal(twice, again);
  release(again);
  const add = await bank.adder(1);
  t.equal(await add(2), 3);
  release(add);
  await t.rejects(add(2), { code: 'RS_RELEASED' });
  t.same(worker.handles().imported, {});
  await untilHeld(bank, {});
  t.equal(release({}), false);
  t.same(await run('releasing'), [
    'Ada',
    ['RS_RELEASED', 'RS_RELEASED', 'RS_RELEASED'],
    3,
    [true, false, false],
  ]);
});

t.test('a release that crosses a new reference on its way loses nothing', async (t) => {
  const { bank } = await startBank(t);
  const mine = new Purse('mine');
  await bank.keepAccount(mine);
  for (let round = 0; round < 200; round++) {
    // Python gives it back while it is being sent again.
    const [released] = await Promise.all([bank.releaseKept(), bank.keepAccount(mine)]);
    t.equal(released, true);
    t.equal(await bank.useKeptAccount(), 0);
  }
});

t.test('100,000 objects come and go, and none is left', async (t) => {
  const { worker, bank, run } = await startBank(t);
  const held = await bank.open('held');
  for (let round = 0; round < 100; round++) {
    await bank.openMany(1000);
    if (round % 20 === 19) await collectGarbage();
  }
  await untilHeld(bank, { Account: 1 });
  t.same(worker.handles(), { exported: {}, imported: { Account: 1 } });
  t.equal(await held.name(), 'held');
  t.same(await run('garbage'), [{ Account: 1 }, 'held'], 'nor of those that Python had');
});

t.test('objects and functions lie in records, with what is data', async (t) => {
  const { bank } = await startBank(t);
  const account = new Purse('Ada');
  const done: string[] = [];
  const approve = async (amount: number): Promise<boolean> => amount < 100;
  const onDone = (text: string): void => void done.push(text);
  const form = { purpose: 'loan', account, approve, onDone, others: [account] };
  const back = await bank.file(form);
  t.equal(back.account, account);
  t.equal(back.approve, approve);
  t.equal(back.onDone, onDone);
  t.equal(back.others[0], account);
  t.equal(await account.balance(), 10);
  t.same(done, ['loan of Ada']);
});

t.test('what is no such object or function is refused with its path', async (t) => {
  const { worker, bank } = await startBank(t);
  const wrong = (value: unknown): never => value as never;
  await t.rejects(bank.echo(wrong(5)), {
    code: 'RS_VALIDATION',
    path: 'echo(account)',
    expected: 'Account',
    actual: 'number 5',
  });
  await t.rejects(bank.echo(wrong({ name() {} })), {
    code: 'RS_VALIDATION',
    path: 'echo(account)',
    actual: 'object without balance()',
  });
  await t.rejects(bank.total([new Purse(''), wrong(null)]), {
    code: 'RS_VALIDATION',
    path: 'total(accounts[1])',
    actual: 'null',
  });
  await t.rejects(bank.sum(1, wrong('f')), {
    code: 'RS_VALIDATION',
    path: 'sum(f)',
    expected: '(i: number) => number',
    actual: 'string "f"',
  });
  t.same(worker.handles().exported, {}, 'what was written before the mistake is taken back');
  t.equal(await bank.echo(bank.open('Ada') as never).name(), 'Ada', 'and one to come can be given');
});

t.test('the handles of a worker that is gone fail with its end', async (t) => {
  const { worker, bank } = await startBank(t);
  const account = await bank.open('Ada');
  const add = await bank.adder(1);
  const open = bank.openLater('Bob');
  process.kill(worker.pid, 'SIGKILL');
  await t.rejects(open, { code: 'RS_WORKER_EXITED' });
  await t.rejects(account.name(), { code: 'RS_WORKER_EXITED' });
  await t.rejects(add(1), { code: 'RS_WORKER_EXITED' });
  t.same(worker.handles(), { exported: {}, imported: {} });
  release(account);
});
