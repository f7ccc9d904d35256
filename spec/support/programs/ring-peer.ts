/**
 * The other end of a channel, in a Node of its own; descriptor 3 is the channel's socket. Twin: ring_peer.py.
 *
 *   ring-peer VERB [ARGUMENT] [adaptive|sleep]
 *
 *   echo           sends every message back until the channel closes, then prints its statistics
 *   echo-blocking  the same, with blocking calls
 *   echo-in-place  the same, by the ends of the rings
 *   count N        sends the numbers below N, four bytes each, then closes
 *   die N          the same, then kills itself
 *   tell SEED      sends numbers without end, in bursts with pauses, and writes after each how many there are into descriptor 4
 *   hold           takes nothing, until its standard input ends
 *   soak N         sends N records of soak.ts in bursts, with pauses, while it receives N; prints what was wrong with them
 *   keep N         receives N bulk messages and keeps them; releases one for each line on its standard input
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Bulk, Channel, type Message } from 'ringsnake/ring';
import { Random } from '../soak.js';
import { runSoak } from '../soak-run.js';

const [verb, argument = '0', waiting = 'adaptive'] = process.argv.slice(2) as [
  string,
  string?,
  ('adaptive' | 'sleep')?,
];
const channel = Channel.attach(3, { waiting });
console.log('attached');

function bytesOf(message: Message): Uint8Array {
  return message instanceof Bulk ? message.bytes : message;
}

async function echo(): Promise<void> {
  for await (const message of channel) {
    await channel.send(bytesOf(message));
    if (message instanceof Bulk) message.release();
  }
  console.log(JSON.stringify(channel.statistics()));
}

function echoBlocking(): void {
  try {
    while (true) {
      const message = channel.receiveSync() as Message;
      channel.sendSync(bytesOf(message));
      if (message instanceof Bulk) message.release();
    }
  } catch (error) {
    if ((error as { code?: string }).code !== 'RS_CHANNEL_CLOSED') throw error;
  }
  console.log(JSON.stringify(channel.statistics()));
}

function echoInPlace(): void {
  const { producer, consumer } = channel;
  // What there was no room for, or what is too large for the ring.
  const late: Uint8Array[] = [];
  while (consumer.waitSync(-1) === 0) {
    consumer.read((bytes, offset, length) => {
      const message = bytes.subarray(offset, offset + length);
      const fits = late.length === 0 && length <= producer.maxPayload;
      if (!fits || !producer.write(message)) late.push(message.slice());
    });
    for (const message of late.splice(0)) channel.sendSync(message);
  }
  console.log(JSON.stringify(channel.statistics()));
}

function count(limit: number): void {
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < limit; i++) {
    view.setUint32(0, i, true);
    channel.sendSync(bytes);
  }
}

function tell(seed: number): never {
  const random = new Random(seed + 1);
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let number = 0; ; ) {
    for (let burst = random.next() % 8; burst >= 0; burst--) {
      view.setUint32(0, number, true);
      channel.sendSync(bytes);
      number++;
      view.setUint32(0, number, true);
      writeSync(4, bytes, 0, 4, 0);
    }
    Atomics.wait(never, 0, 0, (random.next() % 2000) / 1000);
  }
}

async function keep(limit: number): Promise<void> {
  const kept: Bulk[] = [];
  while (kept.length < limit) {
    const message = await channel.receive();
    if (message instanceof Bulk) kept.push(message);
  }
  console.log('kept');
  for await (const _ of createInterface(process.stdin)) kept.shift()?.release();
}

async function soak(limit: number): Promise<void> {
  const report = await runSoak(channel, { limit, seed: 2 });
  console.log(JSON.stringify({ ...report, statistics: channel.statistics() }));
}

switch (verb) {
  case 'echo':
    await echo();
    break;
  case 'echo-blocking':
    echoBlocking();
    break;
  case 'echo-in-place':
    echoInPlace();
    break;
  case 'count':
    count(Number(argument));
    break;
  case 'die':
    count(Number(argument));
    process.kill(process.pid, 'SIGKILL');
    break;
  case 'tell':
    tell(Number(argument));
    break;
  case 'hold':
    for await (const _ of process.stdin);
    break;
  case 'soak':
    await soak(Number(argument));
    break;
  case 'keep':
    await keep(Number(argument));
    break;
  default:
    throw new Error(`no such verb: ${verb}`);
}
channel.close();
