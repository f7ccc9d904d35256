/** The driver in Node over `ringsnake/ring`: `ring-party.js CAPACITY WAITING PEER...`. Twin: bench/limit/driver.h. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bulk, Channel, type Waiting } from 'ringsnake/ring';
import { type FullOrder, obeyOrders, startPeer, TaskKind, task } from './driver.js';
import { Times } from './times.js';
import { Windows } from './windows.js';

const IN_FLIGHT = 64;
const END = new Uint8Array(0);

const [capacity, waiting = '', ...command] = process.argv.slice(2);
const channel = Channel.create({ ringCapacity: Number(capacity), waiting: parseWaiting(waiting) });
const { producer, consumer } = channel;
const times = new Times();
/** Nobody ever changes it: to sleep on. */
const nothing = new Int32Array(new SharedArrayBuffer(4));
/** Keeps what visitors read alive for the compiler. */
let seen = 0;

function parseWaiting(text: string): Waiting {
  if (text === 'sleep') return 'sleep';
  return text.startsWith('spin:') ? { spin: Number(text.slice('spin:'.length)) } : 'adaptive';
}

type Action = (order: FullOrder) => Uint32Array | Promise<Uint32Array>;

const actions: Record<FullOrder['action'], Action> = {
  call: (order) => {
    // In place or not here; the peer takes one message at a time anyway.
    const payload = start({ ...order, batch: 1 }, TaskKind.echo);
    return order.batch > 1
      ? timed(order, () => {
          write(payload);
          producer.flush();
          consumer.waitSync(-1);
          consumer.read(look);
        })
      : timed(order, () => {
          channel.sendSync(payload);
          channel.receiveSync();
        });
  },
  async await(order) {
    const payload = start(order, TaskKind.echo);
    const end = performance.now() + order.milliseconds;
    times.start();
    do {
      if (order.pause > 0) await silence(order.pause);
      channel.trySend(payload);
      await channel.receive();
    } while (times.next(end));
    channel.sendSync(END);
    return times.values;
  },
  answer: (order) => {
    const payload = start(order, TaskKind.answer);
    return timed(order, () => {
      channel.sendSync(payload);
      channel.receiveSync();
    });
  },
  bulk: (order) => {
    start(order, TaskKind.answer);
    return timed(order, () => {
      const bulk = channel.tryAllocate(order.payloadBytes);
      if (bulk === undefined) throw new Error('the peer has kept every segment');
      bulk.bytes[0] = 7;
      channel.trySendBulk(bulk);
      channel.receiveSync();
    });
  },
  async pipelined(order) {
    const payload = start(order, TaskKind.echo);
    const end = performance.now() + order.milliseconds;
    const windows = new Windows(order);
    let inFlight = 0;
    for (let more = true; more || inFlight > 0; more &&= performance.now() < end) {
      for (; more && inFlight < IN_FLIGHT; inFlight++) write(payload);
      producer.flush();
      await channel.readable();
      const records = consumer.read(look);
      windows.count(records);
      inFlight -= records;
    }
    channel.sendSync(END);
    return windows.values;
  },
  send: (order) => {
    const payload = start(order, TaskKind.sink);
    const end = performance.now() + order.milliseconds;
    do {
      if (order.batch === 1) channel.sendSync(payload);
      else for (let i = 0; i < order.batch; i++) write(payload);
      // A look at the clock costs as much as a small record.
    } while (everyFew(order) || performance.now() < end);
    producer.flush();
    channel.sendSync(END);
    const report = channel.receiveSync();
    if (report === undefined || report instanceof Bulk) throw new Error('that is no report');
    return new Uint32Array(Uint8Array.from(report).buffer);
  },
  receive: (order) => {
    start(order, TaskKind.source);
    const windows = new Windows(order);
    let ended = false;
    const visit = (bytes: Uint8Array, offset: number, length: number): void => {
      look(bytes, offset, length);
      ended = length === 0;
    };
    while (!ended) {
      consumer.waitSync(-1);
      windows.count(consumer.read(visit));
    }
    return windows.values;
  },
};

/** Gives the peer its task. Returns the payload of every record that follows. */
function start(order: FullOrder, kind: number): Uint8Array {
  channel.sendSync(task(kind, order));
  return new Uint8Array(order.payloadBytes).fill(7);
}

/** Lets both sides fall asleep. */
async function silence(milliseconds: number): Promise<void> {
  await sleep(milliseconds);
  times.restart();
}

/** Makes one call after the other. */
function timed({ milliseconds, pause }: FullOrder, call: () => void): Uint32Array {
  const end = performance.now() + milliseconds;
  times.start();
  do {
    if (pause > 0) {
      Atomics.wait(nothing, 0, 0, pause);
      times.restart();
    }
    call();
  } while (times.next(end));
  channel.sendSync(END);
  return times.values;
}

/** Adds to the open batch, or waits until there is room. */
function write(payload: Uint8Array): void {
  if (!producer.write(payload)) channel.sendSync(payload);
}

let sent = 0;
function everyFew({ batch, payloadBytes }: FullOrder): boolean {
  return batch === 1 && payloadBytes < 4096 && ++sent % 64 !== 0;
}

/** Reads both ends of a message, as a reader of fields would. */
function look(bytes: Uint8Array, offset: number, length: number): void {
  if (length > 0) seen ^= (bytes[offset] as number) ^ (bytes[offset + length - 1] as number);
}

const peer = startPeer(command, channel.descriptor);
channel.closeDescriptor();
const exited = once(peer, 'exit');
await obeyOrders(peer, (order) => actions[order.action](order));
channel.close();
await exited;
if (seen > 255) throw new Error('a byte is more than a byte');
