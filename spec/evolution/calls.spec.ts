import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { clientOf, serviceOf, startVersion, versions } from './versions.js';

await auditLeaks(t);

const OLD = `
import type { Int } from 'ringsnake';
export interface Item { id: Int; name: string; tags: string[]; parent: Item | null }
export interface Query { text: string; limit?: Int }
export interface Progress { done: Int; total: Int }
export class Missing extends Error { id: Int = 0; what: string = '' }
export interface Cursor { next(): Promise<Item | null>; jump(to: Int): Promise<void> }
export interface Store {
  find(query: Query): Promise<Item[]>;
  unchanged(text: string): Promise<string>;
  /** @throws {Missing} */
  watch(from: Int): AsyncIterable<Item>;
  load(ids: Int[], onProgress: (progress: Progress) => Promise<boolean>): Promise<Int>;
  open(query: Query): Promise<Cursor>;
  /** @throws {Missing} */
  get(id: Int): Promise<Item>;
  total(items: Item[]): Promise<number>;
  mode(mode: 'fast' | 'slow'): Promise<'done' | 'failed' | 'half'>;
}`;

// Fields have changed their places and are more, methods too; the callback's argument has lost a field.
const NEW = `
import type { Int } from 'ringsnake';
export interface Item { parent: Item | null; weight: number; tags: string[]; name: string; id: Int }
export interface Query { exact?: boolean; limit?: Int; text: string }
export interface Progress { rate?: number; total: Int; done: Int }
export class Missing extends Error { hint?: string; what: string = ''; id: Int = 0 }
export interface Cursor { close(): Promise<void>; jump(to: Int): Promise<void>; next(): Promise<Item | null> }
export interface Store {
  added(): Promise<string>;
  open(query: Query): Promise<Cursor>;
  mode(mode: 'slow' | 'fast' | 'other'): Promise<'failed' | 'done'>;
  total(items: Item[], factor?: number): Promise<number>;
  /** @throws {Missing} */
  get(id: Int): Promise<Item>;
  load(ids: Int[], onProgress: (progress: Progress) => Promise<boolean>): Promise<Int>;
  /** @throws {Missing} */
  watch(from: Int): AsyncIterable<Item>;
  unchanged(text: string): Promise<string>;
  find(query: Query): Promise<Item[]>;
}`;
// What the caller sends of an item the newer server requires a weight of: so total() cannot cross.
const SERVED = NEW.replace('total(items: Item[], factor?', 'total(items: Bare[], factor?').replace(
  'export interface Query',
  'export interface Bare { parent: Bare | null; id: Int }\nexport interface Query',
);

const PYTHON = `
import ringsnake
from api_gen import Cursor, Item, Missing, Progress, Store, StoreServer

def item(number):
    parent = None if number == 0 else item(number - 1)
    return Item(parent=parent, weight=0.5, tags=["a", "b"], name=f"item {number}", id=number)

class MyCursor:
    def __init__(self): self.at = 0
    def close(self): pass
    def jump(self, to): self.at = to
    def next(self):
        self.at += 1
        return item(self.at) if self.at < 9 else None

class MyStore:
    def added(self): return "added"
    def open(self, query): return MyCursor()
    def mode(self, mode): return "done" if mode == "fast" else "failed"
    def total(self, items, factor=None): return float(sum(each.id for each in items)) * (2 if factor is None else factor)
    def get(self, id):
        if id > 4: raise Missing("no such item", hint="look", what="item", id=id)
        return item(id)
    async def load(self, ids, on_progress):
        for at, _ in enumerate(ids):
            if not await on_progress(Progress(rate=0.25, total=len(ids), done=at + 1)): return at
        return len(ids)
    def watch(self, from_):
        for number in range(from_, from_ + 3): yield item(number % 3)
        raise Missing("the end", what="stream", id=from_)
    def unchanged(self, text): return text * 2
    def find(self, query):
        assert query.exact is None
        return [item(at) for at in range(query.limit or 1)] if query.text == "all" else []

ringsnake.serve(StoreServer(MyStore()))
`;

function item(id: number): object {
  return { id, name: `item ${id}`, tags: ['a', 'b'], parent: id === 0 ? null : item(id - 1) };
}

t.test('a client of an older interface calls a newer server in Python', async (t) => {
  const made = await versions(t, { old: OLD, served: SERVED });
  const worker = await startVersion(t, made.served, { python: PYTHON });
  const store = clientOf(worker, made.old, 'Store');

  t.same(await store.find({ text: 'all', limit: 3 }), [item(0), item(1), item(2)]);
  t.same(store.sync.find({ text: 'all' }), [item(0)], 'blocking');
  t.equal(await store.unchanged('ab'), 'abab');
  t.equal(await store.mode('fast'), 'done');
  t.equal(await store.total([item(2), item(3)]), 10, 'a parameter that it does not know is absent');

  const seen: object[] = [];
  const loaded = await store.load([7, 8, 9], async (progress: object) => {
    seen.push(progress);
    return seen.length < 2;
  });
  t.equal(loaded, 1);
  t.same(seen, [
    { done: 1, total: 3 },
    { done: 2, total: 3 },
  ]);

  const cursor = await store.open({ text: '' });
  t.same(await cursor.next(), item(1));
  await cursor.jump(8);
  t.equal(await cursor.next(), null);
  t.same(await store.open({ text: '' }).next(), item(1), 'before it is there');

  const items: unknown[] = [];
  const missing = await t.rejects(async () => {
    for await (const each of store.watch(1)) items.push(each);
  });
  t.same(items, [item(1), item(2), item(0)]);
  t.match(missing, { message: 'the end', id: 1, what: 'stream' });
  await t.rejects(store.get(5), { name: 'Missing', id: 5, what: 'item', message: 'no such item' });
  t.same(store.sync.get(1), item(1));
});

t.test(
  'a client of a newer interface calls an older server, if it only has more to give',
  async (t) => {
    const more = OLD.replace('tags: string[];', 'tags: string[]; note?: string;').replace(
      'limit?: Int }',
      'limit?: Int; exact?: boolean }',
    );
    const made = await versions(t, { old: OLD, more });
    const python = PYTHON.replace('weight=0.5, ', '')
      .replace('rate=0.25, ', '')
      .replace('hint="look", ', '')
      .replace('assert query.exact is None', 'assert not hasattr(query, "exact")')
      .replace('items, factor=None', 'items')
      .replace('(2 if factor is None else factor)', '2');
    const worker = await startVersion(t, made.old, { python });
    const store = clientOf(worker, made.more, 'Store');
    t.same(await store.find({ text: 'all', limit: 2, exact: true }), [item(0), item(1)]);
    const sent = { ...item(3), note: 'dropped there' };
    t.equal(await store.total([sent]), 6);
  },
);

/** Serves what `Driver` asks for by calling the host's `Store`. */
const DRIVER = `
export interface Driver { run(what: string): Promise<string>; blocking(what: string): Promise<string> }`;
const DRIVING = `
import ringsnake
from api_gen import Cursor, Driver, DriverServer, Item, Missing, Progress, Query, StoreClient

def item(number):
    return Item(id=number, name=f"item {number}", tags=["a", "b"], parent=None if number == 0 else item(number - 1))

class MyDriver:
    async def run(self, what):
        store = ringsnake.client(StoreClient)
        if what == "find":
            return repr([each.id for each in await store.find(Query(text="all", limit=3))])
        if what == "same":
            found = await store.find(Query(text="all", limit=3))
            return repr(found == [item(0), item(1), item(2)])
        if what == "unchanged":
            return await store.unchanged("ab")
        if what == "total":
            return repr(await store.total([item(2), item(3)]))
        if what == "load":
            seen = []
            async def on_progress(progress):
                seen.append((progress.done, progress.total))
                return len(seen) < 2
            return repr((await store.load([7, 8, 9], on_progress), seen))
        if what == "watch":
            seen = []
            try:
                async for each in store.watch(1):
                    seen.append(each.id)
            except Missing as missing:
                return repr((seen, missing.id, missing.what, missing.message))
        if what == "open":
            cursor = await store.open(Query(text=""))
            first = await cursor.next()
            await cursor.jump(8)
            early = await store.open(Query(text="")).next()
            return repr((first == item(1), await cursor.next(), early == item(1)))
        if what == "get":
            try:
                await store.get(5)
            except Missing as missing:
                return repr((missing.id, missing.what, missing.message))
        raise ValueError(what)

    def blocking(self, what):
        store = ringsnake.client(StoreClient).sync
        if what == "watch":
            seen = []
            try:
                for each in store.watch(1):
                    seen.append(each.id)
            except Missing as missing:
                return repr((seen, missing.id))
        return repr(store.find(Query(text="all", limit=2)) == [item(0), item(1)])

ringsnake.serve(DriverServer(MyDriver()))
`;

function storeOf(weight: object): object {
  const item = (id: number): object => ({
    ...{ id, name: `item ${id}`, tags: ['a', 'b'], parent: id === 0 ? null : item(id - 1) },
    ...weight,
  });
  return {
    find: ({ limit = 1 }) => Array.from({ length: limit }, (_, i) => item(i)),
    unchanged: (text: string) => text + text,
    *watch(from: number) {
      for (let i = from; i < from + 3; i++) yield item(i % 3);
      throw missing('the end', { id: from, what: 'stream' });
    },
    async load(ids: number[], onProgress: (progress: object) => Promise<boolean>) {
      for (const i of ids.keys()) {
        if (!(await onProgress({ rate: 0.25, done: i + 1, total: ids.length }))) return i;
      }
      return ids.length;
    },
    open: () => {
      let at = 0;
      return {
        close: () => {},
        jump: (to: number) => {
          at = to;
        },
        next: () => (++at < 9 ? item(at) : null),
      };
    },
    get: (id: number) => {
      if (id > 4) throw missing('no such item', { id, what: 'item' });
      return item(id);
    },
    total: (items: { id: number }[]) => items.reduce((sum, { id }) => sum + id, 0),
    mode: () => 'done',
    added: () => 'added',
  };
}

let missing: (message: string, fields: object) => Error;

t.test('a client of an older interface in Python calls a newer server', async (t) => {
  const made = await versions(t, { old: OLD + DRIVER, served: SERVED });
  const { Missing } = (await import(`${made.served.folder}/api.js`)) as {
    Missing: new (message: string) => Error;
  };
  missing = (message, fields) => Object.assign(new Missing(message), fields);
  const serves = [serviceOf(made.served, 'Store', storeOf({ weight: 0.5 }))];
  const worker = await startVersion(t, made.old, { python: DRIVING, serves });
  const driver = clientOf(worker, made.old, 'Driver');
  const answers: Record<string, string> = {
    find: '[0, 1, 2]',
    same: 'True',
    unchanged: 'abab',
    total: '5.0',
    load: '(1, [(1, 3), (2, 3)])',
    watch: "([1, 2, 0], 1, 'stream', 'the end')",
    open: '(True, None, True)',
    get: "(5, 'item', 'no such item')",
  };
  for (const [what, answer] of Object.entries(answers))
    t.equal(await driver.run(what), answer, what);
  t.equal(driver.sync.run('find'), answers['find'], 'while this thread is blocked');
  t.equal(await driver.blocking('find'), 'True');
  t.equal(await driver.blocking('watch'), '([1, 2, 0], 1)');
});
