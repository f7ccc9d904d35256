import { join } from 'node:path';
import { type SpawnOptions, spawn, type Worker } from 'ringsnake';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { BankClient, TillServer } from './vault.gen.js';
import { Closed, InsufficientFunds, LimitReached } from './vault.js';

/** Not declared; what it derives from is. */
class Overdrawn extends InsufficientFunds {}

/** Has a name of its own. */
class Unheard extends Error {}

function failAtTheTill(how: string): never {
  switch (how) {
    case 'poor':
      throw Object.assign(new InsufficientFunds('yours', 2.5), { notes: ['come again'] });
    case 'limit':
      throw new LimitReached('yours', [{ limit: 3 }, { limit: 9, per: 'week' }]);
    case 'overdrawn':
      throw new Overdrawn('yours', 1);
    case 'closed':
      throw new Closed('for today');
    case 'wrong':
      throw new InsufficientFunds('yours', 'lots' as never);
    case 'unheard':
      throw new Unheard('of', { cause: new TypeError('inside') });
    case 'group':
      throw new AggregateError([new Unheard('one'), new AggregateError([1], 'inner')], 'several');
    case 'empty group':
      throw new AggregateError([], 'of nothing');
    case 'file':
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    case 'surrogate':
      throw new Error('half \udc00 here');
    case 'noted':
      throw Object.assign(new Error('look'), { notes: ['first \ud800', 'second'] });
    case 'throws when looked at':
      throw Object.defineProperty(new Error('look'), 'message', {
        get() {
          throw new Error('no');
        },
      });
    default:
      throw new Error(how);
  }
}

/** What the worker may call. */
export const till: TillServer = new TillServer({
  fail: failAtTheTill,
  async *spend(count, how) {
    for (let i = 0; i < count; i++) yield i;
    failAtTheTill(how);
  },
});

/** Starts a bank that the test's end destroys. */
export async function startBank(
  t: { teardown(action: () => unknown): unknown },
  options: Partial<SpawnOptions> = {},
): Promise<{ worker: Worker; bank: BankClient }> {
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'vault', 'vault.py'),
    python: pythonCommand(),
    serves: [till],
    ...options,
  });
  t.teardown(() => worker.destroy());
  return { worker, bank: worker.client(BankClient) };
}
