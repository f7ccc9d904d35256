import type { Readable, Writable } from 'node:stream';
import type { Person } from '../../peers/people.js';
import type { Calls } from './driver.js';
import { Exchange } from './exchange.js';

const NEWLINE = 0x0a;

type Message =
  | { readonly id: number; readonly result: unknown }
  | { readonly callback: number }
  | { readonly item: number };

/** JSON objects, one a line, both ways over any pair of streams; bytes as base64. */
export class JsonLines implements Calls {
  readonly #requests: Writable;
  readonly #exchange = new Exchange();
  /** Chunks of a line that has not ended yet: joined once, so that a long line costs no repeated copying. */
  #parts: Buffer[] = [];
  /** Of the one stream there is. */
  readonly #items: number[] = [];
  #onItem: () => void = () => {};

  constructor(requests: Writable, answers: Readable) {
    this.#requests = requests;
    answers.on('data', (chunk: Buffer) => this.#onChunk(chunk));
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

  async bytes(data: Uint8Array): Promise<Uint8Array> {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
    return Buffer.from(await this.#call<string>('bytes', [text]), 'base64');
  }

  sleep(seconds: number): Promise<void> {
    return this.#call('sleep', [seconds]);
  }

  callBack(times: number): Promise<number> {
    return this.#call('callBack', [times]);
  }

  async *count(items: number): AsyncIterable<number> {
    let ended = false;
    const end = this.#call('count', [items]).then(() => {
      ended = true;
      this.#onItem();
    });
    for (let at = 0; !ended || at < this.#items.length; ) {
      if (at < this.#items.length) yield this.#items[at++] as number;
      else {
        this.#items.length = 0;
        at = 0;
        await new Promise<void>((resolve) => {
          this.#onItem = resolve;
        });
      }
    }
    this.#items.length = 0;
    await end;
  }

  #call<Result>(method: string, args: readonly unknown[]): Promise<Result> {
    return this.#exchange.request((id) => this.#send({ id, method, args }));
  }

  #send(message: object): void {
    this.#requests.write(`${JSON.stringify(message)}\n`);
  }

  #onChunk(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#parts.push(chunk.subarray(start, end));
      const line =
        this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
      this.#parts = [];
      start = end + 1;
      this.#onMessage(JSON.parse(line.toString('utf8')) as Message);
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
  }

  #onMessage(message: Message): void {
    if ('item' in message) {
      this.#items.push(message.item);
      this.#onItem();
    } else if ('callback' in message) this.#send({ answer: message.callback + 1 });
    else this.#exchange.settle(message.id, message.result);
  }
}
