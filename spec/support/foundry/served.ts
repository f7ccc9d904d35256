import { callContext, type Implementation } from 'ringsnake';
import { FoundryServer } from './foundry.gen.js';
import type { Foundry, Total } from './foundry.js';

/** A sum that starts with nothing. */
export class Sum implements Total {
  #value = 0;

  async add(value: number): Promise<number> {
    this.#value += value;
    return this.#value;
  }
}

/** Twin: `Foundry` in spec/support/foundry/foundry.py. */
class HostFoundry implements Implementation<Foundry> {
  readonly #last = new Map<number, number>();
  #misplaced = 0;

  next(lane: number, number: number): number {
    if (number !== (this.#last.get(lane) ?? 0) + 1) this.#misplaced++;
    this.#last.set(lane, number);
    return number;
  }

  async nextLater(lane: number, number: number): Promise<number> {
    await new Promise(setImmediate);
    return this.next(lane, number);
  }

  echoBytes(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  async each(count: number, f: (i: number) => Promise<number>): Promise<number> {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await f(i);
    return sum;
  }

  *count(count: number): Generator<number> {
    for (let i = 0; i < count; i++) yield i;
  }

  async *endless(): AsyncGenerator<number> {
    for (let i = 0; ; i++) {
      yield i;
      await new Promise(setImmediate);
    }
  }

  async sum(values: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const value of values) sum += value;
    return sum;
  }

  begin(): Total {
    return new Sum();
  }

  async visit(total: Total): Promise<number> {
    await total.add(1);
    return total.add(2);
  }

  never(): Promise<void> {
    const signal = callContext()?.signal as AbortSignal;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  misplaced(): number {
    return this.#misplaced;
  }
}

/** A foundry that TypeScript serves, and how many numbers came to it twice, or not in order. */
export function hostFoundry(): {
  readonly service: FoundryServer;
  readonly misplaced: () => number;
} {
  const foundry = new HostFoundry();
  return { service: new FoundryServer(foundry), misplaced: () => foundry.misplaced() };
}
