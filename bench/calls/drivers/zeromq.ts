import type { Person } from '../../peers/people.js';
import type { Calls, Driver } from './driver.js';
import { Exchange } from './exchange.js';
import { load } from './package.js';
import { Server } from './server.js';

type Frame = string | Uint8Array;

interface Dealer extends AsyncIterable<Buffer[]> {
  connect(endpoint: string): void;
  send(frames: readonly Frame[]): Promise<void>;
  close(): void;
}

interface ZeroMq {
  Dealer: new () => Dealer;
}

/** A JSON frame for each call, and one of bytes where there are any, over ZeroMQ on a Unix socket. */
export const zeromq: Driver = async (start) => {
  const { Dealer } = load<ZeroMq>(start.folder, 'zeromq');
  const { server, at } = await Server.onSocket('rally_zeromq.py', start, (path) => `ipc://${path}`);
  const socket = new Dealer();
  socket.connect(at);
  return {
    calls: new ZeroMqCalls(socket),
    peerPid: server.child.pid,
    close: async () => {
      socket.close();
      await server.stop();
    },
  };
};

class ZeroMqCalls implements Calls {
  readonly #socket: Dealer;
  readonly #exchange = new Exchange();
  /** A socket takes one message at a time. */
  readonly #queue: Frame[][] = [];
  #sending = false;

  constructor(socket: Dealer) {
    this.#socket = socket;
    void this.#receive();
  }

  add(a: number, b: number): Promise<number> {
    return this.#call('add', [a, b]);
  }

  addInCoroutine(a: number, b: number): Promise<number> {
    return this.#call('addInCoroutine', [a, b]);
  }

  record(person: Person): Promise<Person> {
    return this.#call('echo', [person]);
  }

  records(people: readonly Person[]): Promise<Person[]> {
    return this.#call('echo', [people]);
  }

  bytes(data: Uint8Array): Promise<Uint8Array> {
    return this.#call('bytes', [], data);
  }

  sleep(seconds: number): Promise<void> {
    return this.#call('sleep', [seconds]);
  }

  #call<Result>(method: string, args: readonly unknown[], ...payload: Frame[]): Promise<Result> {
    return this.#exchange.request((id) => {
      this.#queue.push([JSON.stringify({ id, method, args }), ...payload]);
      if (!this.#sending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#sending = true;
    for (let frames = this.#queue.shift(); frames !== undefined; frames = this.#queue.shift())
      await this.#socket.send(frames);
    this.#sending = false;
  }

  async #receive(): Promise<void> {
    for await (const [head, payload] of this.#socket) {
      const { id, result } = JSON.parse(`${head}`) as { id: number; result?: unknown };
      this.#exchange.settle(id, payload ?? result);
    }
  }
}
