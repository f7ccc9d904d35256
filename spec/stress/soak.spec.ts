/** Records of random sizes both ways at once, with pauses: nothing lost, torn or out of order, and no wake-up lost. */
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { ringPeers, startRingPeer } from '../support/ring-peers.js';
import { runSoak, type SoakReport } from '../support/soak-run.js';

await auditLeaks(t);

/** Records each way: the long form makes 20 million of both. */
const LIMIT = process.env['RINGSNAKE_STRESS'] === '1' ? 10_000_000 : 1_000_000;

for (const peer of ringPeers) {
  // The smallest ring fills and wraps all the time; the default one streams.
  for (const ringCapacity of [65_536, 4_194_304]) {
    t.test(
      `${LIMIT} records each way between Node and ${peer.name}, rings of ${ringCapacity} bytes`,
      {
        timeout: 3_600_000,
      },
      async (t) => {
        const { channel, nextLine } = await startRingPeer(t, peer, {
          verb: 'soak',
          argument: LIMIT,
          ringCapacity,
        });
        const sound = { received: LIMIT, corrupt: 0, misplaced: 0 };
        t.same(await runSoak(channel, { limit: LIMIT, seed: 1 }), sound);
        const report = JSON.parse(await nextLine()) as SoakReport & {
          statistics: { sliceExpired: number };
        };
        t.match(report, { ...sound, statistics: { sliceExpired: 0 } });
        const statistics = channel.statistics();
        t.equal(statistics.sliceExpired, 0, 'no wake-up was lost');
        t.ok(statistics.parks > 0 && statistics.recordsSent === LIMIT);
        t.comment(JSON.stringify(statistics));
      },
    );
  }
}
