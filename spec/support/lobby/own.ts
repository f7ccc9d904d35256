import type { Guest, Lobby, Person } from './lobby.js';

/** The twin of `Visitor` in lobby.py. */
export class Visitor implements Guest {
  readonly id: string;
  startedAt = new Date('2026-11-22');
  holds: Person[];
  owner?: Person;
  nickname?: string | null;
  mood: string | null = null;
  host?: Guest;
  greet?: (name: string) => Promise<string>;
  limit = 7;
  #visits = 0;

  constructor(id: string) {
    this.id = id;
    this.holds = [{ name: id }];
    this.owner = { name: id.toUpperCase(), languages: ['ts'] };
  }

  get visits(): number {
    return this.#visits;
  }

  async visit(): Promise<number> {
    return ++this.#visits;
  }
}

class Broken extends Visitor {
  override get visits(): number {
    throw new RangeError('nobody has counted');
  }
}

/** The twin of `Own` in lobby.py. */
export class OwnLobby implements Lobby {
  readonly opened = new Map<string, Visitor>();

  async open(id: string): Promise<Visitor> {
    const visitor = this.opened.get(id) ?? new Visitor(id);
    this.opened.set(id, visitor);
    return visitor;
  }

  async find(id: string): Promise<Visitor | null> {
    return this.opened.get(id) ?? null;
  }

  async describe(guest: Guest): Promise<string> {
    const { id, owner, host, mood, startedAt, holds, limit, visits } = guest;
    const day = startedAt.toISOString().slice(0, 10);
    const held = holds.map(({ name }) => name).join();
    return `${id} ${owner?.name ?? 'nobody'} ${host?.id ?? 'nobody'} ${mood ?? 'None'} ${day} ${held} ${limit} ${visits}`;
  }

  async pass(guest: Guest): Promise<Guest> {
    return guest;
  }

  async circle(ids: string[]): Promise<Guest> {
    const visitors = ids.map((id) => new Visitor(id));
    visitors.forEach((visitor, i) => {
      visitor.host = visitors[(i + 1) % visitors.length] as Visitor;
    });
    return visitors[0] as Visitor;
  }

  async greetThrough(guest: Guest | Person, name: string): Promise<string> {
    if (!('id' in guest)) return `${guest.name} greets ${name}`;
    return (await (guest.host ?? guest).greet?.(name)) ?? 'in silence';
  }

  async *each(ids: string[]): AsyncGenerator<Guest> {
    for (const id of ids) yield new Visitor(id);
  }

  async examine(guest: Guest): Promise<string[]> {
    return [guest.id];
  }

  async broken(): Promise<Guest> {
    return new Broken('broken');
  }

  async wrong(): Promise<Guest> {
    const visitor = new Visitor('wrong');
    visitor.startedAt = 'today' as never;
    visitor.holds = [1 as never];
    return visitor;
  }
}
