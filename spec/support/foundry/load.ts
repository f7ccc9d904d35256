import { release } from 'ringsnake';
import { Random } from '../soak.js';
import type { FoundryClient } from './foundry.gen.js';
import { type LoadReport, merged } from './report.js';
import { Sum } from './served.js';

/** Half a ring of 64 KiB is less than this, so it goes as a bulk message. */
const BULK_BYTES = 50_000;
/** Milliseconds after which a call is given up. */
const PATIENCE = 3;

/** Says whether the answer was right. */
type Piece = (foundry: FoundryClient, lane: Lane) => Promise<boolean>;

/** So that no name comes again: a new lane counts from 1. */
let lanesEver = 0;

interface Lane {
  readonly name: number;
  readonly random: Random;
  last: number;
}

/** Twin: `_PIECES` in spec/support/foundry/foundry.py. */
export const PIECES: Readonly<Record<string, Piece>> = {
  call: async (foundry, lane) => (await foundry.next(lane.name, ++lane.last)) === lane.last,
  later: async (foundry, lane) => (await foundry.nextLater(lane.name, ++lane.last)) === lane.last,
  blocking: async (foundry, lane) => foundry.sync.next(lane.name, ++lane.last) === lane.last,
  bulk: async (foundry, { random }) => {
    const fill = random.next() & 0xff;
    const received = await foundry.echoBytes(new Uint8Array(BULK_BYTES).fill(fill));
    const right = received.length === BULK_BYTES && received.every((byte: number) => byte === fill);
    // What is left behind is told at the end, and the collector may come later.
    release(received);
    return right;
  },
  callback: async (foundry) => {
    const seen: number[] = [];
    const sum = await foundry.each(4, async (i) => {
      seen.push(i);
      return i;
    });
    return sum === 6 && seen.join() === '0,1,2,3';
  },
  stream: async (foundry) => {
    let next = 0;
    for await (const item of foundry.count(40)) if (item !== next++) return false;
    return next === 40;
  },
  'stream left early': async (foundry) => {
    let next = 0;
    for await (const item of foundry.endless()) {
      if (item !== next++) return false;
      if (next === 5) break;
    }
    return next === 5;
  },
  'stream there': async (foundry) => (await foundry.sum(upTo(40))) === 780,
  object: async (foundry) => {
    const total = await foundry.begin();
    const right = (await total.add(2)) === 2 && (await total.add(3)) === 5;
    release(total);
    return right;
  },
  'object there': async (foundry) => (await foundry.visit(new Sum())) === 3,
  timeout: (foundry) =>
    gaveUp('RS_CALL_TIMEOUT', () => foundry.withOptions({ timeout: PATIENCE }).never()),
  'blocking timeout': (foundry) =>
    gaveUp('RS_CALL_TIMEOUT', async () => foundry.withOptions({ timeout: PATIENCE }).sync.never()),
  cancelled: (foundry) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), PATIENCE);
    return gaveUp('AbortError', () => foundry.withOptions({ signal: controller.signal }).never());
  },
};

function* upTo(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function gaveUp(how: string, work: () => Promise<void>): Promise<boolean> {
  const [outcome] = await Promise.allSettled([work()]);
  if (outcome.status === 'fulfilled') return false;
  const { code, name } = outcome.reason as { code?: unknown; name: string };
  if (code !== how && name !== how) throw outcome.reason;
  return true;
}

/** Lanes that work side by side, each piece by piece, until `done` says so. */
export async function putLoad(
  foundry: FoundryClient,
  { lanes, seed, done }: { lanes: number; seed: number; done: () => boolean },
): Promise<LoadReport> {
  const names = Object.keys(PIECES);
  const work = async (number: number): Promise<LoadReport> => {
    const lane: Lane = { name: ++lanesEver, random: new Random(seed + number), last: 0 };
    const report = { right: 0, kinds: {} as Record<string, number>, wrong: [] as string[] };
    while (!done() && report.wrong.length === 0) {
      const kind = names[lane.random.next() % names.length] as string;
      try {
        if (await (PIECES[kind] as Piece)(foundry, lane)) report.right++;
        else report.wrong.push(`${kind}: a wrong answer`);
      } catch (error) {
        report.wrong.push(`${kind}: ${String((error as Error).stack)}`);
      }
      report.kinds[kind] = (report.kinds[kind] ?? 0) + 1;
      // Blocking calls must not keep the event loop from its turn.
      await new Promise(setImmediate);
    }
    return report;
  };
  return merged(await Promise.all(Array.from({ length: lanes }, (_, i) => work(i + 1))));
}
