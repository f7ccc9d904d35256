/** Sleeping and waking, over and over: no wake-up is ever lost. Normative: ring.md §5. */
import type { Channel, RingStatistics } from 'ringsnake/ring';
import t, { type Test } from 'tap';
import { RingEnd } from '../../lib/ring/ring-end.js';
import { auditLeaks } from '../support/leaks.js';
import { isAsleep, until } from '../support/processes.js';
import { pythonPeer, startPeerOf, startRingPeer } from '../support/ring-peers.js';

t.setTimeout(3_600_000);
await auditLeaks(t);

/** Sleeps that a wake-up must end, of both sides together. */
const PAIRS = process.env['RINGSNAKE_STRESS'] === '1' ? 10_000_000 : 100_000;
/** Exchanges between two looks at the statistics. */
const ROUND = 1_000;

const message = Uint8Array.of(1, 2, 3, 4);

function exchangeBlocked(channel: Channel): void {
  channel.sendSync(message);
  channel.receiveSync();
}

async function exchangeInLoop(channel: Channel): Promise<void> {
  await channel.send(message);
  await channel.receive();
}

const WAYS = [
  ['Node blocked, Python blocked', 'echo-blocking', exchangeBlocked],
  ['Node in its event loop, Python blocked', 'echo-blocking', exchangeInLoop],
  ['Node in its event loop, Python in its own', 'echo', exchangeInLoop],
] as const;

async function start(t: Test, verb: string): ReturnType<typeof startRingPeer> {
  return await startRingPeer(t, pythonPeer, { verb, waiting: 'sleep', ringCapacity: 65_536 });
}

const summary = ({ parks, wakesSent, spuriousWakes, sliceExpired }: RingStatistics) => ({
  parks,
  wakesSent,
  spuriousWakes,
  sliceExpired,
});

for (const [way, verb, exchange] of WAYS) {
  t.test(`${PAIRS} times asleep and awake: ${way}`, async (t) => {
    const { channel, nextLine } = await start(t, verb);
    let node = channel.statistics();
    // Each wake-up that we sent ended a sleep of the peer's, which alone knows how many there were.
    while (node.parks + node.wakesSent < PAIRS) {
      for (let i = 0; i < ROUND; i++) await exchange(channel);
      node = channel.statistics();
    }
    channel.close();
    const python = JSON.parse(await nextLine()) as RingStatistics;
    t.ok(node.parks + python.parks >= PAIRS, 'as often as that');
    t.same([node.sliceExpired, python.sliceExpired], [0, 0], 'and each time it was woken');
    t.equal(python.recordsReceived, node.recordsSent);
    t.equal(node.recordsReceived, node.recordsSent);
    t.comment(
      JSON.stringify({
        figure: 'park and wake',
        way,
        node: summary(node),
        python: summary(python),
      }),
    );
  });
}

t.test('a wake-up that is left out is counted', async (t) => {
  const end = RingEnd.create({ ringCapacity: 65_536, waiting: 'sleep' });
  const channel = {
    descriptor: end.peerSocket,
    closeDescriptor: () => end.closePeerSocket(),
    close: () => end.close(),
  };
  const options = { verb: 'echo-blocking', waiting: 'sleep', channel } as const;
  const { child, nextLine } = await startPeerOf(t, pythonPeer, options);
  const { endpoint } = end;
  // The second time it sleeps, as only a sleeper has to be woken.
  for (const wakes of [true, false]) {
    endpoint.tryClaim(1);
    endpoint.commit(1);
    if (wakes) endpoint.wakePeer();
    endpoint.wait(-1);
    endpoint.peek();
    endpoint.release();
    await until('the peer sleeps', () => isAsleep(child.pid as number));
  }
  end.close();
  const python = JSON.parse(await nextLine()) as RingStatistics;
  t.equal(python.sliceExpired, 1);
});
