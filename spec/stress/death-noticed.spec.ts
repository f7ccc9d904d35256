/** How soon a side that sleeps learns that its peer was killed, and that it still gets all that the peer committed. ring.md §6. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Channel } from 'ringsnake/ring';
import t, { type Test } from 'tap';
import { figuresOf } from '../support/figures.js';
import { Killer } from '../support/killer.js';
import { auditLeaks } from '../support/leaks.js';
import { Ledger } from '../support/ledger.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { ringPeers, startRingPeer } from '../support/ring-peers.js';
import { root } from '../support/root.js';
import { Random } from '../support/soak.js';

t.setTimeout(3_600_000);
await auditLeaks(t);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
const TRIALS = LONG ? 2_000 : 60;
/** Started at the same time, so that two CPUs have work; then each is killed alone. */
const BATCH = 4;
const SEED = 4;
/** Microseconds after its start in which a peer is killed. */
const LIFE_US = 8_000;
/** Milliseconds: the slice of ring.md, RING-11, after which a sleeper looks by itself. */
const SLICE_MS = 250;

/** What a side saw of its peer: the count of its messages, which are numbers from 0 on, and how it ended. */
interface Sight {
  readonly received: number;
  readonly end: string;
}

const isNumber = (message: unknown, wanted: number): boolean =>
  Buffer.from(message as Uint8Array).readUInt32LE(0) === wanted;

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error);

async function watchInLoop(channel: Channel): Promise<Sight> {
  let received = 0;
  try {
    for await (const message of channel)
      if (!isNumber(message, received++)) return { received, end: 'out of order' };
  } catch (error) {
    return { received, end: codeOf(error) };
  }
  return { received, end: 'closed' };
}

function watchBlocked(channel: Channel): Sight {
  let received = 0;
  try {
    while (isNumber(channel.receiveSync(), received)) received++;
    return { received, end: 'out of order' };
  } catch (error) {
    return { received, end: codeOf(error) };
  }
}

interface Trial extends Sight {
  /** By its own account, which it brings up to date after each message. */
  readonly committed: number;
  /** Milliseconds from the kill to the error. */
  readonly notice: number;
}

/** It may have died between a message and its account of it. */
function isSound({ received, committed, end }: Trial): boolean {
  return end === 'RS_PEER_DIED' && (received === committed || received === committed + 1);
}

function check(t: Test, way: string, trials: readonly Trial[]): void {
  const wrong = trials.filter((trial) => !isSound(trial));
  t.strictSame(wrong, [], 'each saw all that was committed, in order, and then the death');
  t.ok(
    trials.some(({ received }) => received > 0),
    'there was something to see',
  );
  const figures = figuresOf(trials.map(({ notice }) => notice));
  t.equal(figures.trials, TRIALS);
  t.ok(figures.worst <= SLICE_MS, `the slowest took no longer than a slice: ${figures.worst} ms`);
  t.comment(JSON.stringify({ figure: 'death noticed, ms', way, seed: SEED, ...figures }));
}

t.test('a message that was lost or invented, and a wrong end, are found', async (t) => {
  const sound = { received: 7, committed: 7, end: 'RS_PEER_DIED', notice: 1 };
  t.ok(isSound(sound));
  for (const defect of [{ received: 6 }, { received: 9 }, { end: 'RS_CHANNEL_CLOSED' }])
    t.notOk(isSound({ ...sound, ...defect }), JSON.stringify(defect));
});

const WAYS = [
  ['an event loop of Node', watchInLoop],
  ['a blocked Node', async (channel: Channel) => watchBlocked(channel)],
] as const;

for (const [way, watch] of WAYS) {
  t.test(`${way} notices the death of its peer`, async (t) => {
    const killer = await Killer.start(t);
    const random = new Random(SEED);
    const trials: Trial[] = [];
    while (trials.length < TRIALS) {
      const batch = Array.from(
        { length: Math.min(BATCH, TRIALS - trials.length) },
        async (_, i) => {
          const ledger = new Ledger();
          const peer = ringPeers[i % ringPeers.length] as (typeof ringPeers)[number];
          const options = { verb: 'tell', argument: random.next() % 1_000_000, ledger };
          return { ledger, ...(await startRingPeer(t, peer, options)) };
        },
      );
      for (const { channel, child, exited, ledger } of await Promise.all(batch)) {
        killer.order(child.pid as number, random.next() % LIFE_US);
        const sight = await watch(channel);
        const noticedAt = process.hrtime.bigint();
        const notice = Number(noticedAt - killer.killedAt()) / 1e6;
        await exited;
        trials.push({ ...sight, committed: ledger.read(), notice });
        channel.close();
        ledger.close();
      }
    }
    check(t, way, trials);
  });
}

for (const [way, argument] of [
  ['a blocked Python', 'blocked'],
  ['an event loop of Python', 'loop'],
] as const) {
  t.test(`${way} notices the death of its peer`, async (t) => {
    const program = join(root, 'spec', 'support', 'programs', 'death_observer.py');
    const peers = JSON.stringify(ringPeers.map(({ command, args }) => [command, ...args]));
    const observer = spawn(
      pythonCommand(),
      [program, argument, String(TRIALS), String(SEED), peers],
      { stdio: ['ignore', 'pipe', 'inherit'], env: pythonEnvironment() },
    );
    let output = '';
    observer.stdout.on('data', (chunk) => {
      output += chunk;
    });
    t.same(await once(observer, 'close'), [0, null]);
    check(t, way, JSON.parse(output) as Trial[]);
  });
}
