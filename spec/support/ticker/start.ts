import { join } from 'node:path';
import type { SpawnOptions, Worker } from 'ringsnake';
import { root } from '../root.js';
import { start } from '../workers.js';
import { hostTicker } from './serve.js';
import { TickerClient } from './ticker.gen.js';

/** The module of a worker that serves and reads streams. */
export const tickerModule: string = join(root, 'spec', 'support', 'ticker', 'ticker.py');

/** Starts a ticker that the test's end destroys. */
export async function startTicker(
  t: { teardown(action: () => unknown): unknown },
  options: Partial<SpawnOptions> = {},
): Promise<{ worker: Worker; ticker: TickerClient }> {
  const worker = await start(t, { module: tickerModule, serves: [hostTicker()], ...options });
  return { worker, ticker: worker.client(TickerClient) };
}

export async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** 0 to `count - 1`. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Waits until a condition holds that may have to be asked of the other side. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  bound = 10_000,
): Promise<void> {
  const deadline = performance.now() + bound;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${bound} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
