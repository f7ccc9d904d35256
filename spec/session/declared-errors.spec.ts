import { isNativeError } from 'node:util/types';
import { RemoteError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { startBank } from '../support/vault/start.js';
import { Closed, InsufficientFunds, LimitReached } from '../support/vault/vault.js';

await auditLeaks(t);

/** What a promise is rejected with. */
async function caught(action: () => unknown): Promise<Error & Record<string, unknown>> {
  try {
    await action();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('nothing was thrown');
}

t.test('what Python raises of a declared class is an instance of it here', async (t) => {
  const { bank } = await startBank(t);
  for (const fail of [() => bank.fail('poor'), () => bank.sync.fail('poor')]) {
    const error = await caught(fail);
    t.ok(error instanceof InsufficientFunds && isNativeError(error));
    t.equal(error.constructor, InsufficientFunds);
    t.match(error, { name: 'InsufficientFunds', message: 'no money', account: 'mine' });
    t.equal(error['missing'], 12.5);
    t.equal(error['shown'], 'mine: 12.5', 'the accessors of the class work');
    t.same(Object.keys(error), ['account', 'missing'], 'as of an object made here, plus nothing');
    t.same(error['notes'], ['come again']);
    t.match(error.cause, { type: 'KeyError', remoteMessage: "'purse'" });
    t.match(
      error.stack,
      /^InsufficientFunds: no money\n[\s\S]*On the other side:\n[\s\S]*vault\.py/,
    );
  }
});

t.test('the nearest declared class is taken, and its constructor is not run', async (t) => {
  const { bank } = await startBank(t);
  const limit = await caught(() => bank.fail('limit'));
  t.ok(limit instanceof LimitReached && limit instanceof InsufficientFunds);
  t.same(limit['limits'], [{ limit: 5, per: 'day' }]);
  t.equal(limit['hint'], 'wait');
  const overdrawn = await caught(() => bank.fail('overdrawn'));
  t.equal(overdrawn.constructor, InsufficientFunds, 'of an undeclared subclass');
  t.match(overdrawn, { message: 'deep', missing: 1 });
  const closed = await caught(() => bank.fail('closed'));
  t.equal(closed.constructor, Closed);
  t.match(closed, { name: 'Closed', message: '' });
});

t.test('a method that does not declare the class throws a RemoteError', async (t) => {
  const { bank } = await startBank(t);
  const error = await caught(() => bank.failUndeclared('poor'));
  t.ok(error instanceof RemoteError);
  t.match(error, { type: 'InsufficientFunds', remoteMessage: 'no money', notes: ['come again'] });
});

t.test('fields that do not fit make a RemoteError that says so, on either side', async (t) => {
  const { bank } = await startBank(t);
  await t.rejects(bank.fail('wrong'), {
    code: 'RS_REMOTE',
    type: 'InsufficientFunds',
    message: /no money \(its fields cannot cross: \.missing: expected number, got string "lots"\)$/,
  });
  await t.rejects(bank.fail('garbled'), {
    code: 'RS_REMOTE',
    message:
      /no money \(the fields of InsufficientFunds do not fit: \.account: expected string, got number 1\)$/,
  });
  t.match(
    await bank.catchFrom('wrong'),
    /^InsufficientFunds '.*expected number, got string "lots"\)'/,
  );
});

t.test('what TypeScript throws of a declared class is caught as it in Python', async (t) => {
  const { bank } = await startBank(t);
  for (const how of ['', 'sync ']) {
    t.equal(
      await bank.catchFrom(`${how}poor`),
      "InsufficientFunds yours lacks 2.5 yours 2.5 ['On the other side:', 'come again']",
    );
    t.equal(
      await bank.catchFrom(`${how}limit`),
      "LimitReached yours lacks 0 yours 0.0 [Limit(limit=3), Limit(limit=9, per='week')] None",
    );
    t.match(await bank.catchFrom(`${how}overdrawn`), /^InsufficientFunds yours lacks 1 yours 1.0/);
    t.equal(await bank.catchFrom(`${how}closed`), "Closed 'for today'");
  }
});

t.test('a declared error passes through Python and comes home as itself', async (t) => {
  const { bank } = await startBank(t);
  const error = await caught(() => bank.pass('poor'));
  t.equal(error.constructor, InsufficientFunds);
  t.match(error, { account: 'yours', missing: 2.5, message: 'yours lacks 2.5' });
  t.match(error.stack, /in pass_[\s\S]*failAtTheTill/, 'with the stacks of all three');
  const closed = await caught(() => bank.pass('closed'));
  t.match(closed, { code: 'RS_REMOTE', type: 'Closed' }, 'not declared by the method between');
});

t.test('declared errors end streams as themselves, in both directions', async (t) => {
  const { bank } = await startBank(t);
  const items: number[] = [];
  const read = async (how: string): Promise<void> => {
    for await (const item of bank.spend(3, how)) items.push(item);
  };
  const readHere = (how: string): void => {
    for (const item of bank.sync.spend(3, how)) items.push(item);
  };
  for (const spend of [read, readHere]) {
    const error = await caught(() => spend('poor'));
    t.equal(error.constructor, InsufficientFunds);
    t.match(error, { message: 'no money', account: 'mine', missing: 12.5, notes: ['come again'] });
    t.match(await caught(() => spend('closed')), { code: 'RS_REMOTE', type: 'Closed' });
  }
  t.same(items, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  for (const how of ['', 'sync ']) {
    const poor = await bank.catchSpending(`${how}poor`);
    t.match(poor, /^InsufficientFunds yours 2\.5 \[.*'come again'\] behind \[0, 1, 2\]$/);
    t.equal(await bank.catchSpending(`${how}closed`), 'RemoteError Closed behind [0, 1, 2]');
  }
});
