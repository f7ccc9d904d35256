/** What objects by reference say of themselves, between versions. */
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { type AnyClient, clientOf, serviceOf, startVersion, versions } from './versions.js';

await auditLeaks(t);

const OLD = `
import type { Int } from 'ringsnake';
export interface Guest {
  readonly id: string; readonly visits: Int; readonly host?: Guest; readonly tell: (x: Int) => Promise<Int>;
  name(): Promise<string>;
}
export interface Lobby {
  open(id: string): Promise<Guest>;
  describe(guest: Guest): Promise<string>;
  back(guest: Guest): Promise<Guest>;
}`;
// Data have changed their places, and are more.
const NEW = `
import type { Int } from 'ringsnake';
export interface Guest {
  name(): Promise<string>;
  readonly host?: Guest; readonly mood?: string; readonly visits: Int; readonly tell: (x: Int, y?: Int) => Promise<Int>; readonly id: string;
}
export interface Lobby {
  back(guest: Guest): Promise<Guest>;
  open(id: string): Promise<Guest>;
  describe(guest: Guest): Promise<string>;
}`;
const SILENT = `
export interface Guest { name(): Promise<string> }
export interface Lobby { open(id: string): Promise<Guest> }`;
const MAYBE = `
export interface Guest { readonly mood?: string; name(): Promise<string> }
export interface Lobby { open(id: string): Promise<Guest> }`;

const PYTHON = `
import ringsnake
from api_gen import LobbyServer

class MyGuest:
    def __init__(self, name, host=None):
        self.id, self.visits, self.mood = name, 2, "merry"
        self.host = host or self
    async def name(self): return self.id.upper()
    async def tell(self, x, y=None): return x + 1

class MyLobby:
    def open(self, name): return MyGuest(name, MyGuest("host"))
    async def describe(self, guest):
        mood = getattr(guest, "mood", "none")
        return f"{guest.id} {guest.visits} {guest.host and guest.host.id} {mood} {await guest.tell(1)} {await guest.name()}"
    def back(self, guest): return guest

ringsnake.serve(LobbyServer(MyLobby()))
`;

interface GivenGuest {
  id: string;
  visits: number;
  mood?: string;
  host?: GivenGuest;
  tell(x: number): Promise<number>;
  name(): string;
}

function guest(id: string, more: Partial<GivenGuest> = {}): GivenGuest {
  const name = () => id.toUpperCase();
  return { id, visits: 3, tell: async (x) => x + 1, name, ...more };
}

async function check(t: Test, lobby: AnyClient, mood: string | undefined): Promise<void> {
  const opened = await lobby['open']('ada');
  t.equal(opened.id, 'ada');
  t.equal(opened.visits, 2);
  t.equal(opened.mood, mood);
  t.equal(opened.host.id, 'host');
  t.equal(opened.host.host, opened.host, 'one that is told already comes without');
  t.equal(await opened.tell(4), 5);
  t.equal(await opened.name(), 'ADA');
  t.equal(await lobby['back'](opened), opened);
  t.equal((await lobby['describe'](opened)).slice(0, 10), 'ada 2 host');
}

t.test('a client of an older interface and a newer server in Python', async (t) => {
  const made = await versions(t, { old: OLD, latest: NEW });
  const worker = await startVersion(t, made.latest, { python: PYTHON });
  const lobby = clientOf(worker, made.old, 'Lobby');
  await check(t, lobby, undefined);
  const mine = guest('mine', { host: guest('other') });
  t.equal(await lobby['describe'](mine), 'mine 3 other None 2 MINE');
  t.equal(await lobby['back'](mine), mine);
});

t.test('a client of a newer interface and an older server in Python', async (t) => {
  const made = await versions(t, { old: OLD, latest: NEW });
  const worker = await startVersion(t, made.old, { python: PYTHON });
  const lobby = clientOf(worker, made.latest, 'Lobby');
  await check(t, lobby, undefined);
  const mine = guest('mine', { mood: 'lost on its way' });
  t.equal(await lobby['describe'](mine), 'mine 3 None none 2 MINE');
});

t.test('one side knows of no data, or of none that must be there', async (t) => {
  const made = await versions(t, { silent: SILENT, maybe: MAYBE, latest: NEW });
  const telling = await startVersion(t, made.latest, { python: PYTHON });
  t.equal(await (await clientOf(telling, made.silent, 'Lobby')['open']('ada')).name(), 'ADA');
  t.equal((await clientOf(telling, made.maybe, 'Lobby')['open']('ada')).mood, 'merry');
  const silent = await startVersion(t, made.silent, { python: PYTHON });
  const opened = await clientOf(silent, made.maybe, 'Lobby')['open']('ada');
  t.equal(opened.mood, undefined);
  t.equal(await opened.name(), 'ADA');
  t.throws(() => clientOf(silent, made.latest, 'Lobby'), {
    code: 'RS_SCHEMA_MISMATCH',
    message: /Guest\.id: is required, and not sent/,
  });
});

const DRIVER = `
export interface Driver { run(): Promise<string[]> }`;
const DRIVING = `
import ringsnake
from api_gen import DriverServer, LobbyClient
${PYTHON.slice(PYTHON.indexOf('class MyGuest'), PYTHON.indexOf('class MyLobby'))}
class MyDriver:
    async def run(self):
        lobby = ringsnake.client(LobbyClient)
        guest = await lobby.open("ada")
        mine = MyGuest("mine")
        return [
            guest.id, str(guest.visits), guest.host.id, str(guest.host.host is guest.host), getattr(guest, "mood", "none"),
            str(await guest.tell(1)), str(await lobby.back(guest) is guest), str(await lobby.back(mine) is mine),
            await lobby.describe(mine),
        ]

ringsnake.serve(DriverServer(MyDriver()))
`;

t.test('a client in Python and a newer server', async (t) => {
  const made = await versions(t, { old: OLD + DRIVER, latest: NEW });
  const host: GivenGuest = guest('host');
  host.host = host;
  const lobby = {
    open: (id: string) => guest(id, { host, mood: 'merry' }),
    back: (given: object) => given,
    describe: async (given: GivenGuest) =>
      `${given.id} ${given.visits} ${given.mood} ${await given.tell(6)} ${given.host === given}`,
  };
  const serves = [serviceOf(made.latest, 'Lobby', lobby)];
  const worker = await startVersion(t, made.old, { python: DRIVING, serves });
  t.same(await clientOf(worker, made.old, 'Driver')['run'](), [
    ...['ada', '3', 'host', 'True', 'none'],
    ...['2', 'True', 'True'],
    'mine 2 undefined 7 true',
  ]);
});
