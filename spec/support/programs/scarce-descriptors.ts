/**
 * Sends more than the ring holds, and last what takes a segment of shared memory, while no descriptor is left to make one: first
 * this process, then its worker. Then each is sent such a segment while it has none left. Prints the lengths of what came back, as JSON.
 *
 *   sh -c 'ulimit -n 256 && exec node scarce-descriptors.js'
 */
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type RingsnakeError, spawn } from 'ringsnake';
import { Channel } from 'ringsnake/ring';
import { pythonCommand } from '../python.js';
import { HostServer, WorkbenchClient } from '../workbench/workbench.gen.js';
import { workbenchModule } from '../workers.js';

/** Fill the ring. */
const SMALL = 20;
const SMALL_LENGTH = 10_000;
/** More than half of the ring: a segment of its own; and one that the worker has none for, since it has answered. */
const LARGE_LENGTH = 200_000;
const LARGER_LENGTH = 2_000_000;
const LARGEST_LENGTH = 5_000_000;
/** Milliseconds; the peer reads nothing meanwhile, so the ring stays full. */
const BLOCKED_MS = 300;
/** After that there are descriptors again. */
const SCARCE_MS = 800;

function takeAll(): number[] {
  const taken: number[] = [];
  while (true) {
    try {
      taken.push(openSync('/dev/null', 'r'));
    } catch {
      return taken;
    }
  }
}

let notes = 0;
/** While it blocks, the worker's ring fills. */
function note(text: string): string {
  if (notes++ === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
  return text;
}

const worker = await spawn({
  module: workbenchModule,
  python: pythonCommand(),
  serves: [new HostServer({ note, refuse: () => {} })],
  ringCapacity: 65_536,
});
const workbench = worker.client(WorkbenchClient);

const blocked = workbench.block(BLOCKED_MS);
const texts = Array.from({ length: SMALL }, () => workbench.echoText('x'.repeat(SMALL_LENGTH)));
texts.push(workbench.echoText('y'.repeat(LARGE_LENGTH)));
const taken = takeAll();
await blocked;
await pause(SCARCE_MS);
for (const descriptor of taken) closeSync(descriptor);
const fromNode = (await Promise.all(texts)).map((text) => text.length);

await worker.py.exec(`
import asyncio, os, ringsnake
from workbench_gen import HostClient

def take_all():
    taken = []
    while True:
        try:
            taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            return taken

def give_back(taken):
    for descriptor in taken:
        os.close(descriptor)

async def send():
    host = ringsnake.client(HostClient)
    lengths = [${SMALL_LENGTH}] * ${SMALL} + [${LARGER_LENGTH}]
    notes = [asyncio.ensure_future(host.note("x" * length)) for length in lengths]
    await asyncio.sleep(0)
    taken = take_all()
    asyncio.get_running_loop().call_later(${(BLOCKED_MS + SCARCE_MS) / 1000}, give_back, taken)
    return [len(note) for note in await asyncio.gather(*notes)]
`);
const fromPython = await worker.py.value(await worker.py.eval('send()'));

const takenAgain = takeAll();
setTimeout(() => {
  for (const descriptor of takenAgain) closeSync(descriptor);
}, SCARCE_MS);
const toNode = (await worker.py.eval(`'x' * ${LARGEST_LENGTH}`)).length;

await worker.py.eval(
  `asyncio.get_running_loop().call_later(${SCARCE_MS / 1000}, give_back, take_all())`,
);
const toPython = await Promise.all([
  workbench.echoText('z'.repeat(LARGEST_LENGTH)).then((text) => text.length),
  workbench.add(1, 2),
]);

/** What receiving gives without a descriptor, and with one. */
function throughChannel(): unknown[] {
  using one = Channel.create();
  using other = Channel.attach(one.descriptor);
  one.trySend(new Uint8Array(LARGEST_LENGTH));
  const seen: unknown[] = [];
  const takenLast = takeAll();
  try {
    other.tryReceive();
  } catch (error) {
    seen.push((error as RingsnakeError).code);
  }
  for (const descriptor of takenLast) closeSync(descriptor);
  seen.push(other.tryReceive()?.length);
  return seen;
}

await worker.py.exec(`
from ringsnake.ring import Channel

def through_channel():
    with Channel.create() as one, Channel.attach(one.descriptor) as other:
        one.try_send(bytes(${LARGEST_LENGTH}))
        taken = take_all()
        try:
            other.receive(0)
        except ringsnake.ResourceError as error:
            seen = error.code
        give_back(taken)
        return [seen, len(other.receive(0))]
`);
const channels = [
  throughChannel(),
  await worker.py.value(await worker.py.eval('through_channel()')),
];

/** How a blocking call ends whose answer waits for a descriptor, when the worker dies. */
async function endOfBlocked(): Promise<unknown> {
  const doomed = await spawn({ python: pythonCommand(), ringCapacity: 65_536 });
  await doomed.py.exec(`
import os, threading

def answer_and_die():
    threading.Timer(${SCARCE_MS / 1000}, lambda: os._exit(9)).start()
    return "x" * ${LARGEST_LENGTH}
`);
  const takenUp = takeAll();
  try {
    return doomed.py.sync.eval('answer_and_die()');
  } catch (error) {
    return (error as RingsnakeError).code;
  } finally {
    for (const descriptor of takenUp) closeSync(descriptor);
    doomed.destroy();
  }
}

const ended = await endOfBlocked();
process.stdout.write(
  `${JSON.stringify({ fromNode, fromPython, toNode, toPython, channels, ended })}\n`,
);
await worker.close();
