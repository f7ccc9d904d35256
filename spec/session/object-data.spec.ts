/** What objects by reference say of themselves, through both real runtimes and in both directions. */
import { join } from 'node:path';
import { release, spawn, type Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import { type GuestClient, LobbyClient, LobbyServer } from '../support/lobby/lobby.gen.js';
import type { Guest } from '../support/lobby/lobby.js';
import { OwnLobby, Visitor } from '../support/lobby/own.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

async function start(t: Test, mode: string): Promise<LobbyClient> {
  const worker: Worker = await spawn({
    module: join(root, 'spec', 'support', 'lobby', 'lobby.py'),
    python: pythonCommand(),
    args: [mode],
    serves: [new LobbyServer(new OwnLobby())],
  });
  t.teardown(() => worker.destroy());
  return worker.client(LobbyClient);
}

for (const mode of ['echo', 'relay', 'relay sync']) {
  t.test(`an object says of itself what it was when it was sent: ${mode}`, async (t) => {
    const lobby = await start(t, mode);
    const guest = await lobby.open('ada');
    t.equal(guest.id, 'ada');
    t.same(guest.startedAt, new Date('2026-11-22'));
    t.strictSame(guest.holds, [{ name: 'ada' }]);
    t.strictSame(guest.owner, { name: 'ADA', languages: [mode === 'echo' ? 'py' : 'ts'] });
    t.equal(guest.mood, null);
    t.equal(guest.host, undefined);
    t.equal(guest.limit, 7);
    t.equal(guest.visits, 0);
    // The host's own cannot be waited for by the thread that makes it.
    if (mode === 'echo') t.equal(lobby.sync.open('bob').id, 'bob', 'blocking, too');
    t.equal(await lobby.describe(guest), 'ada ADA nobody None 2026-11-22 ada 7 0');
  });

  t.test(`who receives it reads it there: ${mode}`, async (t) => {
    const lobby = await start(t, mode);
    const mine = new Visitor('mine');
    mine.mood = 'merry';
    t.equal(await lobby.describe(mine), 'mine MINE nobody merry 2026-11-22 mine 7 0');
    mine.mood = null;
    mine.host = new Visitor('host');
    delete mine.owner;
    mine.limit = undefined as never;
    await mine.visit();
    const now = 'mine nobody host None 2026-11-22 mine';
    const limit = mode === 'echo' ? 5 : undefined;
    t.equal(await lobby.describe(mine), `${now} ${limit} 1`, 'as it is now, with what is absent');
    t.equal((await lobby.pass(mine)) as Guest, mine, 'and comes home as itself');
  });

  t.test(`objects and functions may be among it: ${mode}`, async (t) => {
    const lobby = await start(t, mode);
    const host = new Visitor('host');
    host.greet = async (name) => `${host.id} greets ${name}`;
    const mine = new Visitor('mine');
    mine.host = host;
    t.equal(await lobby.greetThrough(mine, 'Ada'), 'host greets Ada');
    t.equal(await lobby.greetThrough({ name: 'Bob' }, 'Ada'), 'Bob greets Ada');
    t.equal(await lobby.greetThrough(new Visitor('mute'), 'Ada'), 'in silence');
    const circle = await lobby.circle(['a', 'b', 'c']);
    t.equal(circle.host?.id, 'b');
    t.equal(circle.host?.host?.host, circle, 'also those that lead back');
    const lone = await lobby.circle(['self']);
    t.equal(lone.host, lone);
    const ids: string[] = [];
    for await (const guest of lobby.each(['a', 'b'])) ids.push(guest.id);
    t.strictSame(ids, ['a', 'b'], 'in streams, too');
  });

  t.test(`what is of another type is refused, with all its places: ${mode}`, async (t) => {
    const lobby = await start(t, mode);
    await t.rejects(lobby.wrong(), {
      name: 'ValidationError',
      problems: [
        { path: 'wrong().startedAt', expected: 'Date', actual: 'string "today"' },
        { path: 'wrong().holds[0]', expected: 'Person', actual: 'number 1' },
      ],
    });
    const mine = new Visitor('mine');
    mine.startedAt = 1 as never;
    mine.holds = [{}] as never;
    await t.rejects(lobby.describe(mine), {
      message:
        'describe(guest.startedAt): expected Date, got number 1 (declared at lobby.ts:10)\n' +
        '  describe(guest.holds[0].name): expected string, got undefined (declared at lobby.ts:4)',
    });
    const lacking = { visit: () => 1 };
    await t.rejects(lobby.describe(lacking as never), {
      message: /^describe\(guest\.id\): expected string, got undefined/,
    });
    await t.rejects(lobby.describe({ ...mine } as never), {
      message: /expected Guest, got object without visit\(\)/,
    });
    t.equal((await lobby.open('next')).id, 'next', 'and the session goes on');
  });

  t.test(`an object that cannot be read fails the call alone: ${mode}`, async (t) => {
    const lobby = await start(t, mode);
    await t.rejects(lobby.broken(), { code: 'RS_REMOTE', message: /nobody has counted/ });
    class Broken extends Visitor {
      override get visits(): number {
        throw new RangeError('not today');
      }
    }
    await t.rejects(lobby.describe(new Broken('mine')), {
      name: 'RangeError',
      message: 'not today',
    });
    class Calling extends Visitor {
      override get visits(): number {
        return lobby.sync.describe(new Visitor('inner')).length;
      }
    }
    await t.rejects(lobby.describe(new Calling('mine')), { message: /must not call the peer/ });
    t.equal((await lobby.open('next')).id, 'next');
  });
}

t.test('an object that comes again says what it is now, and stays the same object', async (t) => {
  const lobby = await start(t, 'echo');
  const guest = await lobby.open('ada');
  const other = guest.withOptions({ timeout: 10_000 });
  await guest.visit();
  t.equal(guest.visits, 0, 'nobody has told');
  const again = await lobby.find('ada');
  t.equal(again, guest);
  t.equal(guest.visits, 1);
  t.equal(other.visits, 1, 'whatever options it is called with');
});

t.test('what it said can be read when it was given back', async (t) => {
  const lobby = await start(t, 'echo');
  const guest = await lobby.open('ada');
  release(guest);
  t.equal(guest.id, 'ada');
  await t.rejects(guest.visit(), { code: 'RS_RELEASED' });
});

t.test('it cannot be changed where it arrived, nor read before it has', async (t) => {
  const lobby = await start(t, 'echo');
  const guest = await lobby.open('ada');
  t.throws(() => {
    (guest as { id: string }).id = 'other';
  }, TypeError);
  const coming = lobby.open('coming');
  const early = coming as unknown as GuestClient;
  t.throws(() => early.id, { message: /await it first/ });
  t.equal((await coming).id, 'coming');
  t.equal(early.id, 'coming');
  const home = lobby.pass(new Visitor('mine'));
  await home;
  t.equal((home as unknown as GuestClient).id, 'mine', 'also of one that came home');
  const mine = new Visitor('mine');
  mine.mood = 'merry';
  const [shown = '', ...others] = await lobby.examine(mine);
  t.match(shown, /^GuestClient\(id='mine', owner=Person\(name='MINE', .*mood='merry', limit=7, /);
  t.strictSame(others, [
    'AttributeError',
    'what an object says of itself comes with it: await it first',
    'coming',
    'coming',
    'entered',
    'mine',
  ]);
});

t.test('values nested without end are refused in both languages', async (t) => {
  const lobby = await start(t, 'echo');
  const chain = Array.from({ length: 5000 }).reduce<Visitor>((host, _, i) => {
    const next = new Visitor(String(i));
    next.host = host;
    return next;
  }, new Visitor('first'));
  await t.rejects(lobby.describe(chain), { message: /nested too deeply/ });
  const ids = Array.from({ length: 1000 }, (_, i) => String(i));
  await t.rejects(lobby.circle(ids), { code: 'RS_ENCODE' });
  t.equal((await lobby.open('next')).id, 'next');
});
