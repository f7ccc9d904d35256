import { release } from 'ringsnake';
import type { Arena } from './start.js';

/** Half a ring of 64 KiB is less than this, so it goes as a bulk message. */
const BULK_BYTES = 50_000;

/** Some calls; says whether every answer was right. */
export type Work = (arena: Arena, number: number) => Promise<boolean>;

async function* numbers(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

/** 0 + 1 + … */
const sumBelow = (count: number): number => (count * (count - 1)) / 2;

/** Functions that a blocked thread serves answer at once. */
const atOnce = (value: number): Promise<number> => value as unknown as Promise<number>;

/** One of each kind that a call can be. */
export const WORKS = {
  sync: async ({ workbench, bank }, i) =>
    workbench.sync.add(i, 1) === i + 1 && bank.sync.sumSync(3, (value) => atOnce(value)) === 3,
  async: async ({ workbench }, i) =>
    (await workbench.add(i, 1)) === i + 1 && (await workbench.addLater(i, 2)) === i + 2,
  stream: async ({ ticker }) => {
    let total = 0;
    for await (const value of ticker.double(numbers(600))) total += value;
    const [left] = await ticker.takeSome(numbers(1e9), 1);
    return total === 2 * sumBelow(600) && left === 0;
  },
  bulk: async ({ workbench }, i) => {
    const received = await workbench.echoBytes(new Uint8Array(BULK_BYTES).fill(i));
    const right = received.length === BULK_BYTES && received[i % BULK_BYTES] === (i & 0xff);
    // What is left behind is told at the end, and the collector may come later.
    release(received);
    return right;
  },
  callback: async ({ bank }, i) => {
    const called: number[] = [];
    await bank.notify(3, (value) => void called.push(value));
    const sum = await bank.sum(5, async (value) => value + i);
    const name = await bank.open(`Ada ${i}`).name();
    return sum === 10 + 5 * i && called.length === 3 && name === `Ada ${i}`;
  },
  nested: async ({ workbench, bank }, i) => {
    const down = (depth: number): Promise<number> => bank.descend(depth, down);
    const flooded = await workbench.flood(3, i % 100);
    return flooded === 3 && (await down(4)) === 4 && (await workbench.callHost(1)) === 'NOTE 0';
  },
} satisfies Record<string, Work>;

/** The name of a work. */
export type WorkName = keyof typeof WORKS;

export const workNames: readonly WorkName[] = Object.keys(WORKS) as WorkName[];
