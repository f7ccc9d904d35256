import type { SchemaMismatchError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { clientOf, serviceOf, startVersion, versions } from './versions.js';

await auditLeaks(t);

const OLD = `
import type { Int } from 'ringsnake';
export interface Item { id: Int; kind: 'a' | 'b'; note: string }
export interface Shop {
  list(limit?: Int): Promise<Item[]>;
  put(item: Item): Promise<void>;
  gone(): Promise<string>;
}
export interface Asks { ask(what: string): Promise<string> }
`;
const NEW = `
import type { Int } from 'ringsnake';
export interface Item { id: number; kind: 'a' | 'b' | 'c'; weight: number }
export interface Shop {
  list(limit: Int): Promise<Item[]>;
  put(item: Item): Promise<void>;
}
export interface Asks { ask(what: string): Promise<string> }
`;

const DIFFERENCE = `Shop.list(limit): may be absent, and is required, on its way to the server
- limit?: Int
+ limit: Int
Shop.gone: is not served
- gone(): string
Shop.list()[].id: is of another type, on its way to the caller
- id: Int
+ id: number
Shop.list()[].kind: has a member that is not known ("c"), on its way to the caller
- kind: "a" | "b"
+ kind: "a" | "b" | "c"
Shop.list()[].note: is required, and not sent, on its way to the caller
- note: string
Shop.put(item).weight: is required, and not sent, on its way to the server
+ weight: number`;

const SHOP = `
import ringsnake
from api_gen import Item, ShopServer

class MyShop:
    def list(self, limit=None): return [Item(id=1, kind="a", note="n")]
    def put(self, item): pass
    def gone(self): return "here"

`;

const ASKS = `
import ringsnake
from api_gen import AsksServer, Item, ShopClient

class MyAsks:
    def ask(self, what):
        try:
            ringsnake.client(ShopClient)
        except ringsnake.SchemaMismatchError as error:
            return f"{error.code}\\n{error.difference}"
        return "no error"

ringsnake.serve(AsksServer(MyAsks()))
`;

function caught(action: () => unknown): SchemaMismatchError {
  try {
    action();
  } catch (error) {
    return error as SchemaMismatchError;
  }
  throw new Error('nothing was thrown');
}

t.test(
  'interfaces that cannot work together fail when the client is made, with all differences',
  async (t) => {
    const made = await versions(t, { old: OLD, latest: NEW });
    const python = SHOP.replace('note="n"', 'weight=1.0').replace('=None', '');
    const worker = await startVersion(t, made.latest, {
      python: `${python}MyShop.gone = None\nringsnake.serve(ShopServer(MyShop()))\n`,
    });
    const error = caught(() => clientOf(worker, made.old, 'Shop'));
    t.match(error, {
      name: 'SchemaMismatchError',
      code: 'RS_SCHEMA_MISMATCH',
      message: /^Shop differs between the two sides so .* \(- here, \+ there\)\nShop\.list/,
    });
    t.equal(error.difference, DIFFERENCE);
    t.ok(clientOf(worker, made.latest, 'Shop')['list'], 'and the right one works');
  },
);

t.test('the same for a client in Python, which Node.js tells', async (t) => {
  const made = await versions(t, { old: OLD, latest: NEW });
  const shop = { list: () => [], put: () => {} };
  const serves = [serviceOf(made.latest, 'Shop', shop)];
  const worker = await startVersion(t, made.old, { python: ASKS, serves });
  const asks = clientOf(worker, made.old, 'Asks');
  t.equal(await asks['ask'](''), `RS_SCHEMA_MISMATCH\n${DIFFERENCE}`);
  t.equal(asks['sync'].ask(''), `RS_SCHEMA_MISMATCH\n${DIFFERENCE}`, 'while its thread is blocked');
});

t.test(
  'at import, and again after a restart, a client of another schema is made anew',
  async (t) => {
    const more = OLD.replace('note: string', 'extra?: Int; note: string');
    const changed = OLD.replace('ask(what: string)', 'ask(what: string, why?: string)');
    const made = await versions(t, { old: OLD, more, changed });
    const python = `${SHOP}
from api_gen import AsksServer, AsksClient
host = ringsnake.client(AsksClient)
seen = [host.sync.ask("at import")]

class MyAsks:
    def ask(self, what):
        import os
        if what == "die": os._exit(3)
        return str(seen)

ringsnake.serve(AsksServer(MyAsks()))
ringsnake.serve(ShopServer(MyShop()))
`;
    const serves = [serviceOf(made.changed, 'Asks', { ask: (what: string) => `asked ${what}` })];
    const worker = await startVersion(t, made.old, { python, serves, restart: true });
    const shop = clientOf(worker, made.more, 'Shop');
    const asks = clientOf(worker, made.old, 'Asks');
    t.equal(await asks['ask'](''), "['asked at import']");
    t.same(await shop['list'](), [{ id: 1, kind: 'a', note: 'n' }]);
    await t.rejects(asks['ask']('die'));
    t.same(await shop['list'](), [{ id: 1, kind: 'a', note: 'n' }]);
    t.equal(await asks['ask'](''), "['asked at import']");
  },
);

t.test('clients of several schemas work side by side, and equal ones as ever', async (t) => {
  const sources = {
    old: OLD,
    one: OLD.replace('note: string', 'one?: Int; note: string'),
    two: OLD.replace('note: string', 'note: string; two?: Int').replace(
      'gone(): Promise<string>;',
      '',
    ),
  };
  const made = await versions(t, sources);
  const worker = await startVersion(t, made.old, {
    python: `${SHOP}ringsnake.serve(ShopServer(MyShop()))\n`,
  });
  const clients = Object.values(made).map((version) => clientOf(worker, version, 'Shop'));
  for (const client of [...clients, ...clients])
    t.same(await client['list'](), [{ id: 1, kind: 'a', note: 'n' }]);
  t.equal(await clients[1]?.['gone'](), 'here');
  await t.rejects(clients[1]?.['put']({ id: 1, kind: 'x', note: '' }), {
    code: 'RS_VALIDATION',
    message: /put\(item\.kind\): expected "a" or "b"/,
  });
});

t.test('a schema that cannot be read is no reason to crash, on either side', async (t) => {
  const made = await versions(t, { old: OLD });
  const garbage = (name: string, definition: string): string =>
    `import api_gen\n${name}.definition = api_gen.${definition}._replace(schema="interface (", hash="0" * 64)\n`;
  const worker = await startVersion(t, made.old, {
    python: `${SHOP}${garbage('ShopServer', 'shop_definition')}ringsnake.serve(ShopServer(MyShop()))\n`,
  });
  const error = caught(() => clientOf(worker, made.old, 'Shop'));
  t.equal(error.code, 'RS_SCHEMA_MISMATCH');
  t.match(error.message, /they cannot be compared: line 1: expected a name, found `\(`/);

  const serves = [serviceOf(made.old, 'Shop', { list: () => [], put: () => {}, gone: () => '' })];
  const asking = await startVersion(t, made.old, {
    python: ASKS.replace(
      'class MyAsks',
      `${garbage('ShopClient', 'shop_definition')}\nclass MyAsks`,
    ),
    serves,
  });
  t.match(await clientOf(asking, made.old, 'Asks')['ask'](''), /^RS_SCHEMA_MISMATCH\n/);
});

const LENDING = `
export interface Account { name(): Promise<string> }
export interface Item { id: number }
export interface Bank { open(): Promise<Item>; opened(): Promise<Item[]>; give(item: Item): Promise<number>; held(): Promise<number> }
`;
const LENDING_MORE = LENDING.replace(
  'interface Item { id: number }',
  'interface Item { account?: Account; id: number; log?: (text: string) => void }',
);

t.test('objects and functions that the other side has no place for go back at once', async (t) => {
  const made = await versions(t, { old: LENDING, more: LENDING_MORE });
  const python = `
import ringsnake
from api_gen import BankServer, Item

class MyAccount:
    def name(self): return "mine"

def item(number): return Item(account=MyAccount(), id=float(number), log=lambda text: None)

class MyBank:
    def open(self): return item(1)
    def opened(self): return [item(1), item(2)]
    def give(self, item): return item.id
    def held(self): return float(sum(ringsnake.statistics().handles.exported.values()))

ringsnake.serve(BankServer(MyBank()))
`;
  const worker = await startVersion(t, made.more, { python });
  const bank = clientOf(worker, made.old, 'Bank');
  t.same(await bank['open'](), { id: 1 });
  t.same(await bank['opened'](), [{ id: 1 }, { id: 2 }]);
  await until('Python has all of them back', async () => (await bank['held']()) === 0);

  const other = await startVersion(t, made.old, {
    python: python.replace('account=MyAccount(), ', '').replace(', log=lambda text: None', ''),
  });
  const giving = clientOf(other, made.more, 'Bank');
  const item = { id: 3, account: { name: () => 'x' }, log: () => {} };
  t.equal(await giving['give'](item), 3);
  await until('all are back', () => Object.keys(other.handles().exported).length === 0);
});

const BREAKING = `
import ringsnake
from api_gen import AsksServer, shop_definition
from ringsnake._worker import host

class MyAsks:
    def ask(self, what):
        number, index, new, value = eval(what)
        host._sessions[-1].channel.send(25, number, value, index, new)
        return "sent"

ringsnake.serve(AsksServer(MyAsks()))
`;

for (const [what, frame, ends] of [
  ['of an interface that is not served', '(5, 9, 1, ["interface S\\n"])', false],
  ['that is no text', '(5, 0, 1, [5])', false],
  ['that is no array', '(5, 0, 1, None)', false],
  ['that cannot be read', '(5, 0, 1, ["interface ("])', false],
  ['that cannot be read, of which no answer is awaited,', '(0, 0, 1, ["interface ("])', true],
  ['under a number that is not the next', '(5, 0, 7, [shop_definition.schema])', true],
] as const) {
  t.test(`a schema ${what} ${ends ? 'ends the session' : 'harms nobody'}`, async (t) => {
    const made = await versions(t, { old: OLD });
    const serves = [serviceOf(made.old, 'Shop', { list: () => [], put: () => {}, gone: () => '' })];
    const worker = await startVersion(t, made.old, {
      python: BREAKING,
      serves,
      onProtocolError: () => {},
    });
    const asks = clientOf(worker, made.old, 'Asks');
    if (ends) await t.rejects(asks['ask'](frame), { code: /RS_PROTOCOL|RS_WORKER_EXITED/ });
    else {
      t.equal(await asks['ask'](frame), 'sent');
      t.equal(await asks['ask'](frame), 'sent');
    }
  });
}

t.test('more schemas than a session knows end it', async (t) => {
  const made = await versions(t, { old: OLD });
  const serves = [serviceOf(made.old, 'Shop', { list: () => [], put: () => {}, gone: () => '' })];
  const python = BREAKING.replace(
    'number, index, new, value = eval(what)\n        host._sessions[-1].channel.send(25, number, value, index, new)',
    'for new in range(int(what)): host._sessions[-1].channel.send(25, 0, [shop_definition.schema], 0, 1 + new)',
  );
  const worker = await startVersion(t, made.old, { python, serves, onProtocolError: () => {} });
  const asks = clientOf(worker, made.old, 'Asks');
  await t.rejects(asks['ask']('257'), { code: /RS_PROTOCOL|RS_WORKER_EXITED/ });
});
