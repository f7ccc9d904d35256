/** A Node process that exits, or a thread that is terminated, in the middle of traffic: no crash, and nothing is left. ring.md §6. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker as Thread } from 'node:worker_threads';
import { Bulk, Channel, type Message } from 'ringsnake/ring';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';
import { Random } from '../support/soak.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
/** Of each way: 209 in all, or 5,760. */
const trialsOf = (way: string): number => {
  if (LONG) return 160;
  if (MAKING.includes(way)) return way === 'making: workers' ? 8 : 28;
  return way.startsWith('calls:') ? 4 : 3;
};
const SEED = 25;
/** Steps of traffic that a process does before it exits. */
const STEPS = 300;
/** Microseconds after which a thread is terminated. */
const LIFE_US = 20_000;
/** Milliseconds: a blocked thread looks that often whether it is to end; and then some for a loaded machine. */
const TERMINATION_MS = 5_000;
t.setTimeout(3_600_000);

const program = join(root, 'dist', 'spec', 'support', 'programs', 'leaver.js');

const NUMBERED = ['ring: awaiting', 'ring: in a visitor', 'ring: blocked'];
const LEAVES_BY_ITSELF = [
  ...NUMBERED,
  'ring: bulk messages',
  'calls: awaiting',
  'calls: blocked',
  'calls: serving',
  'calls: serving while blocked',
  'calls: in a function that Python calls',
  'calls: a stream that comes',
  'calls: a stream that goes',
  'calls: everything both ways',
  'calls: a pool',
  'calls: starting a worker',
];
/** Only from outside, as these come to no further step. */
const STUCK = [
  'ring: blocked, nothing comes',
  'ring: blocked, no room',
  'calls: blocked, nothing comes',
];

/** In the middle of a native call that makes something, where a thread that is terminated is refused what it needs for it. */
const MAKING = [
  'making: channels',
  'making: segments',
  'making: pairs of sockets',
  'making: workers',
];

interface Sight {
  readonly numbers: number;
  readonly end: string;
}

const bytesOf = (message: Message): Uint8Array =>
  message instanceof Bulk ? message.bytes : message;

/** The other side of its channel: sends back what comes, and sees that it came in order. */
async function echo(channel: Channel): Promise<Sight> {
  let numbers = 0;
  try {
    while (true) {
      const message = await channel.receive();
      const bytes = bytesOf(message);
      if (bytes.length === 4 && Buffer.from(bytes).readUInt32LE(0) !== numbers++)
        return { numbers, end: 'out of order' };
      await channel.send(bytes);
      if (message instanceof Bulk) message.release();
    }
  } catch (error) {
    return { numbers, end: (error as { code?: string }).code ?? String(error) };
  }
}

/** Processes whose environment has that entry, this one excepted. */
function marked(entry: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const found = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(entry);
      return found && Number(name) !== process.pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** One process that leaves; returns what its peer saw. */
async function exitOnce(
  t: Test,
  { way, steps, manner }: { way: string; steps: number; manner: 'exit' | 'throw' },
): Promise<Sight> {
  const channel = Channel.create({ ringCapacity: 65_536, bulkLimit: 1_000_000 });
  const mark = `RINGSNAKE_LEAVER=${process.pid}`;
  const child = spawn(process.execPath, [program, way, String(steps), manner], {
    stdio: ['ignore', 'ignore', manner === 'throw' ? 'ignore' : 'inherit', channel.descriptor],
    env: { ...pythonEnvironment(), RINGSNAKE_LEAVER: String(process.pid) },
  });
  channel.closeDescriptor();
  const sight = echo(channel);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const seen = await sight;
  channel.close();
  const wanted = manner === 'exit' ? 7 : 1;
  if (code !== wanted || signal !== null)
    t.fail(`${way}, ${manner} after ${steps} steps: exit code ${code}, signal ${signal}`);
  await until(`the end of all that it started: ${way}`, () => marked(mark).length === 0);
  return seen;
}

for (const way of [...LEAVES_BY_ITSELF, 'ring: with Python']) {
  t.test(`process.exit(), or an error that nobody catches: ${way}`, async (t) => {
    const random = new Random(SEED);
    await auditLeaks(t);
    const trials = trialsOf(way);
    const ends: Record<string, number> = {};
    for (let trial = 0; trial < trials; trial++) {
      const steps = random.next() % STEPS;
      const manner = trial % 2 === 0 ? 'exit' : 'throw';
      const { numbers, end } = await exitOnce(t, { way, steps, manner });
      ends[end] = (ends[end] ?? 0) + 1;
      // Each step was a number that had come back.
      if (NUMBERED.includes(way) && numbers < steps)
        t.fail(`only ${numbers} numbers of ${steps} arrived`);
    }
    // It has closed nothing, so it is a dead peer.
    t.strictSame(ends, { RS_PEER_DIED: trials });
    t.comment(JSON.stringify({ figure: 'leaving, process', way, seed: SEED, trials }));
  });
}

async function terminateOnce(way: string, life: number): Promise<Sight & { took: number }> {
  const channel = Channel.create({ ringCapacity: 65_536, bulkLimit: 1_000_000 });
  const thread = new Thread(program, {
    workerData: { way, descriptor: channel.descriptor },
    // Not those of the test runner, which take seconds.
    execArgv: [],
  });
  await once(thread, 'message');
  // For calls the thread has not attached to the channel.
  const isPeer = way.startsWith('ring:');
  const echoed = isPeer && !STUCK.includes(way) ? echo(channel) : undefined;
  await pause(life / 1000);
  const started = performance.now();
  await thread.terminate();
  const took = performance.now() - started;
  const seen = isPeer ? await (echoed ?? echo(channel)) : { numbers: 0, end: 'RS_CHANNEL_CLOSED' };
  channel.close();
  return { ...seen, took };
}

for (const way of [...LEAVES_BY_ITSELF, ...STUCK, ...MAKING]) {
  t.test(`worker.terminate(): ${way}`, async (t) => {
    const random = new Random(SEED + 1);
    await auditLeaks(t);
    const trials = trialsOf(way);
    const ends: Record<string, number> = {};
    let slowest = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { end, took } = await terminateOnce(way, random.next() % LIFE_US);
      ends[end] = (ends[end] ?? 0) + 1;
      slowest = Math.max(slowest, took);
    }
    t.ok(slowest < TERMINATION_MS, `it ended, after ${slowest.toFixed(1)} ms at most`);
    // Its environment closes the channel while it is torn down.
    t.strictSame(ends, { RS_CHANNEL_CLOSED: trials });
    t.comment(JSON.stringify({ figure: 'leaving, thread', way, seed: SEED, trials, slowest }));
  });
}

t.test('a process that is left behind is found', async (t) => {
  const mark = 'RINGSNAKE_LEAVER=nobody';
  t.strictSame(marked(mark), []);
  const child = spawn('sleep', ['60'], { env: { ...process.env, RINGSNAKE_LEAVER: 'nobody' } });
  t.strictSame(marked(mark), [child.pid]);
  child.kill('SIGKILL');
  await once(child, 'exit');
});
