import { SessionClosedError } from '../errors.js';
import { type CallOptions, mergedOptions } from '../session/call-options.js';
import type { ClientClass } from '../session/interface.js';
import { spawn } from '../worker/spawn.js';
import { type Broadcast, broadcastOf, type SettledBroadcast } from './broadcast.js';
import { Dispatcher } from './dispatcher.js';
import { Member } from './member.js';
import { Nesting } from './nesting.js';
import type { PoolPlan } from './options.js';
import { PoolCaller } from './pool-caller.js';
import { Renewals } from './renewals.js';
import { ANY, type Route, routeOfKey } from './routing.js';
import type { PoolState, PoolStatistics } from './statistics.js';

/** How a client of a pool calls. */
export interface PoolClientOptions extends CallOptions {
  /** All calls with the same key go to the same member as long as it is there. Default: each call to the member with the fewest. */
  readonly key?: string;
}

/** How a broadcast answers. */
export interface BroadcastOptions extends CallOptions {
  /** True: what `Promise.allSettled` gives, so that one error does not hide the other results. Default: false. */
  readonly settled?: boolean;
}

/**
 * Python processes that serve the same module, called as if they were one. Made by `pool()`.
 *
 *   state      on                          goes to
 *   starting   all members are up          running
 *   starting   one does not come up        closed
 *   running    the last member has failed  failed     every call rejects
 *   running    close()                     closing    calls that wait or are open go on, new ones reject with SessionClosedError
 *   closing    all calls have ended        closed
 *   any        destroy()                   closed     all calls reject with SessionClosedError
 */
export class Pool {
  readonly #plan: PoolPlan;
  readonly #members: readonly Member[];
  readonly #dispatcher: Dispatcher;
  readonly #renewals: Renewals;
  #state: PoolState = 'starting';
  #closing: Promise<void> | undefined;
  #destroying: Promise<void> | undefined;

  /** For `pool()` only. */
  constructor(plan: PoolPlan) {
    this.#plan = plan;
    const nesting = new Nesting();
    const { serves = [] } = plan.spawn;
    const options = { ...plan.spawn, serves: nesting.around(serves) };
    const owner = {
      launch: () => spawn(options),
      onUp: () => {
        this.#dispatcher.update();
        void this.#renewals.next();
      },
      onDown: (member: Member, error?: Error) => {
        if (error !== undefined) this.#dispatcher.rejectBoundTo(member, error);
        this.#dispatcher.update();
      },
      onFailed: (member: Member, error: Error) => this.#onFailed(member, error),
    };
    this.#members = Array.from({ length: plan.workers }, (_, i) => new Member(i, plan, owner));
    this.#renewals = new Renewals(plan.renew, this.#members);
    this.#dispatcher = new Dispatcher({
      plan,
      members: this.#members,
      nesting,
      onEnd: (running) => this.#renewals.onEnd(running),
    });
  }

  /** For `pool()` only. On failure all processes are gone before this rejects. */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#members.map((member) => member.start()));
    } catch (error) {
      await this.destroy();
      throw error;
    }
    this.#state = 'running';
  }

  /**
   * A client whose calls go to the members. Throws UnknownInterfaceError or SchemaMismatchError, as `Worker.client` does.
   *
   * A blocking call (`client.sync`) goes to the member with the fewest calls, however many it has: it cannot wait in the queue.
   */
  client<Client>(clientClass: ClientClass<Client>, options: PoolClientOptions = {}): Client {
    const { key, ...callOptions } = options;
    const route = key === undefined ? ANY : routeOfKey(key);
    return this.#client(clientClass, route, mergedOptions({}, callOptions));
  }

  /** A client whose calls go to every member that is running when they are made, and answer with an array. */
  broadcast<Client>(
    clientClass: ClientClass<Client>,
    options: BroadcastOptions & { readonly settled: true },
  ): SettledBroadcast<Client>;
  broadcast<Client>(
    clientClass: ClientClass<Client>,
    options?: BroadcastOptions & { readonly settled?: false },
  ): Broadcast<Client>;
  broadcast<Client>(
    clientClass: ClientClass<Client>,
    { settled = false, ...callOptions }: BroadcastOptions = {},
  ): Broadcast<Client> | SettledBroadcast<Client> {
    const options = mergedOptions({}, callOptions);
    const clients = this.#members.map(({ index }) =>
      this.#client(clientClass, { kind: 'member', index }, options),
    );
    return broadcastOf(
      clientClass,
      () => this.#dispatcher.running.map(({ index }) => clients[index] as Client),
      (answers) => (settled ? Promise.allSettled(answers) : Promise.all(answers)),
    ) as Broadcast<Client> | SettledBroadcast<Client>;
  }

  /** Replaces every process by a new one, one after the other, without losing a call. Rejects when one does not start. */
  async renew(): Promise<void> {
    await Promise.all(this.#members.map((member) => this.#renewals.renew(member)));
  }

  /** How the pool is at this moment. */
  statistics(): PoolStatistics {
    const members = this.#members.map((member) => member.statistics());
    const sum = (field: 'outstanding' | 'calls' | 'restarts' | 'renewals'): number =>
      members.reduce((total, member) => total + member[field], 0);
    return Object.freeze({
      state: this.#state,
      members: Object.freeze(members),
      outstanding: sum('outstanding'),
      queued: this.#dispatcher.queued,
      calls: sum('calls'),
      rejected: this.#dispatcher.rejected,
      restarts: sum('restarts'),
      renewals: sum('renewals'),
    });
  }

  /**
   * Lets all accepted calls finish, those that wait in the queue, too, and ends the workers in good order. After `drainTimeout` what still waits
   * rejects with SessionClosedError, and the workers end. May be called again.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends all workers at once. All calls reject with SessionClosedError. */
  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy();
    this.#closing ??= this.#destroying;
    return this.#destroying;
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #client<Client>(clientClass: ClientClass<Client>, route: Route, options: CallOptions): Client {
    const target = { definition: clientClass.definition, route, options };
    // All members run the same module, so the first one that is there knows.
    this.#dispatcher.running[0]?.caller(target);
    return new clientClass(new PoolCaller(this.#dispatcher, target));
  }

  #onFailed(member: Member, error: Error): void {
    this.#dispatcher.rejectBoundTo(member, error);
    if (this.#members.some(({ state }) => state !== 'failed')) return;
    this.#state = 'failed';
    this.#dispatcher.refuse(error);
    this.#dispatcher.rejectQueued(error);
  }

  async #close(): Promise<void> {
    this.#state = 'closing';
    const reason = new SessionClosedError('the pool was closed');
    this.#dispatcher.refuse(reason);
    this.#renewals.stop();
    await this.#dispatcher.quiet(this.#plan.drainTimeout);
    this.#dispatcher.rejectQueued(reason);
    await Promise.all(this.#members.map((member) => member.close()));
    this.#state = 'closed';
  }

  async #destroy(): Promise<void> {
    this.#state = 'closed';
    const reason = new SessionClosedError('the pool was destroyed');
    this.#dispatcher.refuse(reason);
    this.#renewals.stop();
    const destroyed = this.#members.map((member) => member.destroy());
    this.#dispatcher.rejectQueued(reason);
    await Promise.all(destroyed);
  }
}
