import t from 'tap';
import {
  AccountClient,
  accountDefinition,
  BankClient,
  bankDefinition,
} from '../support/bank/bank.gen.js';
import { Purse } from '../support/bank/bank-server.js';
import { startBank, untilHeld } from '../support/bank/start-bank.js';

/** A client of the same schema whose `echo` sends that extension: what no generator would write. */
function forging(type: number, body: readonly number[]): typeof BankClient {
  const methods = bankDefinition.methods.map((method) =>
    method.name !== 'echo'
      ? method
      : Object.assign(Object.create(method) as typeof method, {
          writeArguments: (writer: Parameters<typeof method.writeArguments>[0]) => {
            writer.writeArrayHead(1);
            writer.writeExtension(type, Uint8Array.from(body));
          },
        }),
  );
  class Forging extends BankClient {
    static override readonly definition = { ...bankDefinition, methods };
  }
  return Forging;
}

for (const [what, type, body, expected] of [
  ['a number that was never given', 24, [231, 3, 0, 0, 1, 0, 0, 0], { code: 'RS_UNKNOWN_HANDLE' }],
  [
    'an owner that is nobody',
    24,
    [1, 0, 0, 0, 2, 0, 0, 0],
    { code: 'RS_REMOTE', type: 'DecodeError' },
  ],
  [
    'padding that is not zero',
    24,
    [1, 0, 0, 0, 0, 0, 0, 1],
    { code: 'RS_REMOTE', type: 'DecodeError' },
  ],
  ['a reference that is too short', 24, [1, 0, 0, 0], { code: 'RS_REMOTE', type: 'DecodeError' }],
  [
    'a stream for an object',
    25,
    [1, 0, 0, 0],
    { code: 'RS_VALIDATION', actual: 'StreamReference' },
  ],
] as const) {
  t.test(`${what} is answered with an error, and the session goes on`, async (t) => {
    const { worker, bank } = await startBank(t);
    const forged = worker.client(forging(type, body));
    await t.rejects(forged.echo(new Purse('')).then(), expected);
    t.equal(await bank.open('Ada').name(), 'Ada');
  });
}

t.test('an object of another interface than the declared one is refused', async (t) => {
  const { worker, bank } = await startBank(t);
  const add = await bank.adder(1);
  const forged = worker.client(forging(24, [1, 0, 0, 0, 1, 0, 0, 0]));
  await t.rejects(forged.echo(new Purse('')).then(), {
    code: 'RS_VALIDATION',
    expected: 'Account',
    actual: '(b: number) => number',
  });
  t.equal(await add(1), 2);
});

t.test('a method that an object has not is answered with an error', async (t) => {
  const { worker } = await startBank(t);
  class Longer extends AccountClient {
    static override readonly definition = {
      ...accountDefinition,
      methods: [...accountDefinition.methods, accountDefinition.methods[0] as never],
    };
    readonly beyond: () => Promise<unknown>;
    constructor(caller: ConstructorParameters<typeof AccountClient>[0]) {
      super(caller);
      this.beyond = () => caller.call(accountDefinition.methods.length, []);
    }
  }
  const methods = bankDefinition.methods.map((method) =>
    method.name === 'find'
      ? Object.assign(Object.create(method) as typeof method, {
          readResult: (reader: Parameters<typeof method.readResult>[0]) =>
            reader.readObject(Longer),
        })
      : method,
  );
  class Finding extends BankClient {
    static override readonly definition = { ...bankDefinition, methods };
  }
  const account = (await worker.client(Finding).find('Ada')) as Longer;
  await t.rejects(account.beyond(), { code: 'RS_UNKNOWN_METHOD', message: /method 5 of object/ });
  t.equal(await account.name(), 'Ada');
});

t.test('what Python forges is answered with errors, or ignored', async (t) => {
  const { bank, run } = await startBank(t);
  t.same(await run('forging'), [
    'RS_UNKNOWN_HANDLE',
    'RS_UNKNOWN_HANDLE',
    'RS_UNKNOWN_METHOD',
    'RS_UNKNOWN_HANDLE',
    'Ada',
  ]);
  t.equal(await bank.open('Ada').name(), 'Ada');
});

t.test('references in a message that is refused go back', async (t) => {
  const { bank, worker } = await startBank(t);
  const methods = bankDefinition.methods.map((method) =>
    method.name !== 'openMany'
      ? method
      : Object.assign(Object.create(method) as typeof method, {
          readResult: (reader: Parameters<typeof method.readResult>[0]) => reader.readString(),
        }),
  );
  class Refusing extends BankClient {
    static override readonly definition = { ...bankDefinition, methods };
  }
  await t.rejects(worker.client(Refusing).openMany(10), { code: 'RS_VALIDATION' });
  await untilHeld(bank, {});
  t.same(worker.handles().imported, {});
});
