/** Objects by reference that say something of themselves. */

export interface Person {
  name: string;
  languages?: string[];
}

/** Inherited. */
export interface Dated {
  readonly startedAt: Date;
}

export interface Holding<T> {
  readonly holds: T;
}

/** Who is there. */
export interface Guest extends Dated, Holding<Person[]> {
  /** As it was announced. */
  readonly id: string;
  readonly owner?: Person;
  readonly nickname?: string | null;
  readonly mood: string | null;
  /** May be itself. */
  readonly host?: Guest;
  readonly greet?: (name: string) => Promise<string>;
  /** @default 5 @int */
  readonly limit?: number;
  /** @py visits_so_far */
  get visits(): number;
  visit(): Promise<number>;
}

export interface Lobby {
  open(id: string): Promise<Guest>;
  /** Opened before, or not. */
  find(id: string): Promise<Guest | null>;
  /** What the receiver sees of it. */
  describe(guest: Guest): Promise<string>;
  pass(guest: Guest): Promise<Guest>;
  /** Each is the host of the next, the last that of the first. */
  circle(ids: string[]): Promise<Guest>;
  /** Has a host, who greets; or is one. */
  greetThrough(guest: Guest | Person, name: string): Promise<string>;
  each(ids: string[]): AsyncIterable<Guest>;
  /** How it shows itself, and what comes of changing it, of reading one that is to come, and of reading one that was given back. */
  examine(guest: Guest): Promise<string[]>;
  /** One of which something cannot be read. */
  broken(): Promise<Guest>;
  /** One of which something is of another type. */
  wrong(): Promise<Guest>;
}
