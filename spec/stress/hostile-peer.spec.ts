/** A peer that writes random bytes over all of shared memory while we use it: errors, and nothing worse. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bulk, Channel, type Message } from 'ringsnake/ring';
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { pythonPeer } from '../support/ring-peers.js';

await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
/** Milliseconds of scribbling. */
const DURATION = LONG ? 3_600_000 : 4_000;

const scribblerProgram = buildCoreProgram('stress/scribbler.cc');

const EXPECTED = new Set([
  'RS_PROTOCOL',
  'RS_CHANNEL_CLOSED',
  'RS_PEER_DIED',
  'RS_RESOURCE',
  'RS_BACKPRESSURE',
]);

async function startScribbler(channel: Channel, seed: number): Promise<ChildProcess> {
  const child = spawn(scribblerProgram, [String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit', channel.descriptor],
  });
  channel.closeDescriptor();
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

/** Uses everything that looks at shared memory; returns how many messages came, and the error that ended it. */
let longest = 0;

async function use(channel: Channel, until: number): Promise<{ messages: number; code: string }> {
  let messages = 0;
  const look = (message: Message | undefined): void => {
    if (message === undefined) return;
    messages++;
    const bytes = message instanceof Bulk ? message.bytes : message;
    // Every byte is ours to read.
    for (let i = 0; i < bytes.length; i += 512)
      if ((bytes[i] as number) > 255) messages = Number.NaN;
    if (message instanceof Bulk) message.release();
  };
  try {
    while (performance.now() < until) {
      const turn = performance.now();
      for (let i = 0; i < 50; i++) {
        channel.trySend(new Uint8Array(i));
        look(channel.tryReceive());
      }
      messages += channel.consumer.read((bytes, offset, length) => bytes.at(offset + length - 1));
      look(channel.receiveSync({ timeout: 0.2 }));
      channel.tryAllocate(100)?.release();
      channel.statistics();
      longest = Math.max(longest, performance.now() - turn);
      const readable = channel.readable();
      readable.catch(() => {});
      await Promise.race([readable, nextTurn()]);
    }
    return { messages, code: 'none' };
  } catch (error) {
    return { messages, code: (error as { code?: string }).code ?? String(error) };
  }
}

t.test(
  'Node lives on, and every channel ends with an error of ours',
  {
    timeout: DURATION + 60_000,
  },
  async (t) => {
    const codes: Record<string, number> = {};
    const end = performance.now() + DURATION;
    let messages = 0;
    let seed = 1;
    for (; performance.now() < end; seed++) {
      const channel = Channel.create({ ringCapacity: 65_536, bulkLimit: 1_048_576 });
      const scribbler = await startScribbler(channel, seed);
      const outcome = await use(channel, Math.min(end, performance.now() + 500));
      messages += outcome.messages;
      codes[outcome.code] = (codes[outcome.code] ?? 0) + 1;
      if (outcome.code !== 'none' && !EXPECTED.has(outcome.code)) t.fail(outcome.code);
      channel.close();
      await once(scribbler, 'exit');
    }
    t.ok(seed > 2, 'several channels were tried');
    t.ok(messages >= 0);
    t.comment(
      `${seed - 1} channels, ${messages} messages, outcomes ${JSON.stringify(codes)}, longest turn ${longest.toFixed(1)} ms`,
    );
  },
);

t.test(
  'Python lives on, and every channel ends with an error of ours',
  {
    timeout: DURATION + 60_000,
  },
  async (t) => {
    const codes: Record<string, number> = {};
    const end = performance.now() + DURATION;
    let seed = 1;
    for (; performance.now() < end; seed++) {
      // The victim creates the channel, and starts the scribbler itself.
      const victim = spawn(
        pythonCommand(),
        [pythonPeer.args[0] as string, 'victim', scribblerProgram, String(seed)],
        { stdio: ['ignore', 'pipe', 'inherit'], env: pythonEnvironment() },
      );
      let output = '';
      victim.stdout.on('data', (chunk) => {
        output += chunk;
      });
      const [status, signal] = (await once(victim, 'close')) as [number | null, string | null];
      t.same([status, signal], [0, null], 'it ended by itself');
      const code = output.trim();
      codes[code] = (codes[code] ?? 0) + 1;
      if (code !== 'none' && !EXPECTED.has(code)) t.fail(code);
    }
    t.ok(seed > 2, 'several channels were tried');
    t.comment(`${seed - 1} channels, outcomes ${JSON.stringify(codes)}`);
  },
);
