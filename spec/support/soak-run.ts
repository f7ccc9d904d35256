import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Channel } from 'ringsnake/ring';
import { Random, SoakReceiver, SoakSender } from './soak.js';

/** What one side of a soak saw. */
export interface SoakReport {
  readonly received: number;
  readonly corrupt: number;
  readonly misplaced: number;
}

/** Sends and receives `limit` records at once, in bursts and with pauses of random length, so both sides park now and then. */
export async function runSoak(
  channel: Channel,
  { limit, seed }: { readonly limit: number; readonly seed: number },
): Promise<SoakReport> {
  const receiver = new SoakReceiver();
  await Promise.all([sendAll(channel, { limit, seed }), receiveAll(channel, { limit, receiver })]);
  const { received, corrupt, misplaced } = receiver;
  return { received, corrupt, misplaced };
}

async function sendAll(
  channel: Channel,
  { limit, seed }: { limit: number; seed: number },
): Promise<void> {
  const sender = new SoakSender(seed);
  const random = new Random(seed + 100);
  let burst = 0;
  for (let sent = 0; sent < limit; sent++) {
    const record = sender.next();
    if (!channel.trySend(record)) await channel.send(record);
    if (burst-- > 0) continue;
    burst = random.next() % 200;
    await (random.next() % 500 === 0 ? pause(random.next() % 2) : nextTurn());
  }
}

async function receiveAll(
  channel: Channel,
  { limit, receiver }: { limit: number; receiver: SoakReceiver },
): Promise<void> {
  while (receiver.received < limit) {
    await channel.readable();
    channel.consumer.read((bytes, offset, length) => receiver.take(bytes, offset, length));
  }
}
