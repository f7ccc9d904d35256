/**
 * Is in the middle of something, and leaves without a word: a process by itself, a worker_threads thread when it is terminated.
 *
 *   leaver WAY STEPS exit|throw     descriptor 3 is the channel's socket, for the ways of rings
 *
 * In a thread `workerData` is `{ way, descriptor }`. Says when it is in the middle, and which worker it has: `begun PID`.
 */
import { spawn as spawnProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { pool, spawn, type Worker } from 'ringsnake';
import { Bulk, Channel } from 'ringsnake/ring';
import { closeDescriptor, controlSocketPair } from '../../../lib/ring/descriptors.js';
import { Foundries } from '../foundry/start.js';
import { pythonCommand, pythonEnvironment } from '../python.js';
import { pythonPeer } from '../ring-peers.js';
import { HostServer, WorkbenchClient } from '../workbench/workbench.gen.js';
import { workbenchModule } from '../workers.js';

interface Given {
  readonly way: string;
  readonly descriptor: number;
}

const given = (workerData ?? { way: process.argv[2], descriptor: 3 }) as Given;
const [steps = '', manner] = parentPort === null ? process.argv.slice(3) : [];
/** Left to go; a thread goes on for ever. */
let left = parentPort === null ? Number(steps) : Number.POSITIVE_INFINITY;

const EXIT_CODE = 7;
/** More than half of the ring, so it goes as a bulk message. */
const BULK_BYTES = 40_000;
const SMALL = { ringCapacity: 65_536 };
const FOR_EVER_MS = 60_000;

/** One more step done: leaves if it was the last. */
function step(): void {
  if (left-- > 0) return;
  if (manner === 'throw') throw new Error('on purpose');
  process.exit(EXIT_CODE);
}

function say(pid = 0): void {
  if (parentPort === null) process.stdout.write(`begun ${pid}\n`);
  else parentPort.postMessage(pid);
}

const attach = (): Channel => {
  const channel = Channel.attach(given.descriptor, { bulkLimit: 1_000_000 });
  say();
  return channel;
};

/** Numbers, four bytes each, so that the other side can tell what it lacks. */
function* numbers(): Generator<Uint8Array> {
  for (let number = 0; ; number++) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, number, true);
    yield bytes;
  }
}

const startWorker = async (): Promise<[Worker, WorkbenchClient]> => {
  const host = new HostServer({
    note: (text) => {
      step();
      return text;
    },
    refuse: () => {},
  });
  const worker = await spawn({
    module: workbenchModule,
    python: pythonCommand(),
    serves: [host],
  });
  say(worker.pid);
  return [worker, worker.client(WorkbenchClient)];
};

/** What it may be in the middle of. None ends by itself. */
const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  async 'ring: awaiting'() {
    const channel = attach();
    for (const number of numbers()) {
      await channel.send(number);
      await channel.receive();
      step();
    }
  },
  async 'ring: in a visitor'() {
    const channel = attach();
    const sent = numbers();
    let next = sent.next().value as Uint8Array;
    while (true) {
      while (channel.producer.write(next)) next = sent.next().value as Uint8Array;
      channel.producer.flush();
      await channel.readable();
      channel.consumer.read(() => step());
    }
  },
  async 'ring: blocked'() {
    const channel = attach();
    for (const number of numbers()) {
      channel.sendSync(number);
      channel.receiveSync();
      step();
    }
  },
  async 'ring: blocked, nothing comes'() {
    attach().receiveSync();
  },
  async 'ring: blocked, no room'() {
    const channel = attach();
    while (true) channel.sendSync(new Uint8Array(10_000));
  },
  async 'ring: bulk messages'() {
    const channel = attach();
    const held: unknown[] = [];
    while (true) {
      const bulk = await channel.allocate(BULK_BYTES);
      held.push(channel.tryAllocate(1));
      await channel.sendBulk(bulk);
      const message = await channel.receive();
      held.push(message);
      if (held.length >= 8)
        for (const part of held.splice(0)) if (part instanceof Bulk) part.release();
      step();
    }
  },
  async 'ring: with Python'() {
    const channel = Channel.create({ ringCapacity: 65_536 });
    const child = spawnProcess(pythonPeer.command, [...pythonPeer.args, 'echo-blocking'], {
      // It says that its peer has died.
      stdio: ['ignore', 'ignore', 'ignore', channel.descriptor],
      env: pythonEnvironment(),
    });
    channel.closeDescriptor();
    say(child.pid);
    for (const number of numbers()) {
      await channel.send(number);
      await channel.receive();
      step();
    }
  },
  async 'calls: awaiting'() {
    const [, workbench] = await startWorker();
    const lane = async (): Promise<void> => {
      while ((await workbench.add(1, 1)) === 2) step();
    };
    await Promise.all(Array.from({ length: 10 }, lane));
  },
  async 'making: channels'() {
    say();
    while (true) {
      const channel = Channel.create(SMALL);
      Channel.attach(channel.descriptor).close();
      channel.close();
    }
  },
  async 'making: segments'() {
    say();
    while (true) {
      const channel = Channel.create(SMALL);
      channel.tryAllocate(BULK_BYTES);
      channel.close();
    }
  },
  async 'making: pairs of sockets'() {
    say();
    while (true) for (const descriptor of controlSocketPair()) closeDescriptor(descriptor);
  },
  async 'making: workers'() {
    say();
    const options = { module: workbenchModule, python: pythonCommand() };
    while (true) {
      const workers = await Promise.all([spawn(options), spawn(options), spawn(options)]);
      await Promise.all(workers.map((worker) => worker.close()));
    }
  },
  async 'calls: blocked'() {
    const [, workbench] = await startWorker();
    while (workbench.sync.add(1, 1) === 2) step();
  },
  async 'calls: blocked, nothing comes'() {
    const [, workbench] = await startWorker();
    workbench.sync.block(FOR_EVER_MS);
  },
  async 'calls: serving'() {
    const [, workbench] = await startWorker();
    while (true) await workbench.callHost(20);
  },
  async 'calls: serving while blocked'() {
    const [, workbench] = await startWorker();
    while (true) workbench.sync.callHost(20);
  },
  async 'calls: in a function that Python calls'() {
    const { foundry, worker } = await Foundries.start();
    say(worker.pid);
    while (true) {
      await foundry.each(20, async (i) => {
        step();
        return i;
      });
    }
  },
  async 'calls: a stream that comes'() {
    const { foundry, worker } = await Foundries.start();
    say(worker.pid);
    for await (const _ of foundry.endless()) step();
  },
  async 'calls: a stream that goes'() {
    const { foundry, worker } = await Foundries.start();
    say(worker.pid);
    const endless = async function* (): AsyncGenerator<number> {
      for (let i = 0; ; i++) {
        step();
        yield i;
        if (i % 10 === 0) await pause(0);
      }
    };
    await foundry.sum(endless());
  },
  async 'calls: everything both ways'() {
    const foundries = await Foundries.start();
    say(foundries.worker.pid);
    // Looks whether it is done before each piece of work.
    const done = (): boolean => {
      step();
      return false;
    };
    await foundries.work({ seed: 1, done });
  },
  async 'calls: a pool'() {
    const serves = [new HostServer({ note: (text) => text, refuse: () => {} })];
    const options = { module: workbenchModule, python: pythonCommand(), serves, workers: 2 };
    const workbench = (await pool(options)).client(WorkbenchClient);
    say();
    const lane = async (): Promise<void> => {
      while ((await workbench.callHost(1)) === 'note 0') step();
    };
    await Promise.all(Array.from({ length: 10 }, lane));
  },
  async 'calls: starting a worker'() {
    const started = startWorker();
    say();
    // As long as a start takes, more or less.
    await pause(Math.min(left, FOR_EVER_MS));
    left = 0;
    step();
    await started;
  },
};

await (WAYS[given.way] as () => Promise<void>)();
